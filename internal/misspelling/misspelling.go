// Package misspelling knows the common wrong spellings of English words. NOTICE says where the
// list comes from, and generate.go makes it anew.
package misspelling

import (
	_ "embed"
	"strings"
)

// list has a line for each wrong spelling, in order: the word, a blank, the right ones with
// commas between them. It is searched as it is: to build a table of it takes longer than to
// check a page.
//
//go:embed words.txt
var list string

// marks has the bits set that Marks names for each word of the list, so that nearly every right
// word is told at a glance.
//
//go:embed words.bits
var marks string

// Bits is the number of bits in words.bits.
const Bits = 1 << 20

// Marks are the bits that a word of the list has set.
func Marks(word string) [2]uint32 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	h = (h ^ h>>29) * 0x9e3779b97f4a7c15                         // the last letters spread over all bits
	return [2]uint32{uint32(h>>40) % Bits, uint32(h>>16) % Bits} //nolint:gosec // parts of a hash
}

// Find returns the right spellings of a word in lower case that is a common misspelling, and nil
// for every other word.
func Find(word string) []string {
	for _, n := range Marks(word) {
		if marks[n/8]&(1<<(n%8)) == 0 {
			return nil
		}
	}
	low, high := 0, len(list)
	for low < high {
		start := strings.LastIndexByte(list[low:low+(high-low)/2], '\n') + 1 + low
		end := start + strings.IndexByte(list[start:high], '\n')
		wrong, right, _ := strings.Cut(list[start:end], " ")
		switch strings.Compare(wrong, word) {
		case 0:
			return strings.Split(right, ",")
		case -1:
			low = end + 1
		default:
			high = start
		}
	}
	return nil
}
