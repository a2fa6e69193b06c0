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

// Find returns the right spellings of a word in lower case that is a common misspelling, and nil
// for every other word.
func Find(word string) []string {
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
