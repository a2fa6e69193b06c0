// Package misspelling knows the common wrong spellings of English words. NOTICE says where the
// list comes from, and generate.go makes it anew.
package misspelling

import (
	_ "embed"
	"encoding/binary"
	"math/bits"
	"sort"
	"strings"
)

// list is words.txt packed by generate.go: a third of the size, and searched as it is, since to
// build a table of it takes longer than to check a page. It begins with the places of its blocks,
// four bytes each. A block has some words in order; of each
//
//	how many letters it shares with the word before it in the block, as a byte,
//	the other letters, the last with the highest bit set,
//	and each right word: how many letters from the start of the wrong one and from its end it
//	has, as the halves of a byte, what stands between them, and "," or, behind the last, "\n".
//
//go:embed words.pack
var list string

// marks is a filter of 64-bit words, little endian, in which each word of the list has the bits set that Mark
// names, so that nearly every right word is told by one look.
//
//go:embed words.bits
var marks string

// Shortest is the number of letters that words of the list have at least. Of shorter ones too many are names
// and abbreviations.
const Shortest = 4

// Blocks is the number of 64-bit words in words.bits.
const Blocks = 1 << 14

// Ends are the first and the last eight bytes of a word as numbers, lowest byte first. Of a word of up to eight
// bytes both are the word, with zeros behind it. The word has n bytes and stands at the start of a text that goes on for
// eight bytes or more, whatever they are.
func Ends(text []byte, n int) (first, last uint64) {
	word := ^uint64(0) >> (64 - 8*min(n, 8))
	return binary.LittleEndian.Uint64(text) & word, binary.LittleEndian.Uint64(text[max(n-8, 0):]) & word
}

// Mark is where the filter tells of a word of [Shortest] letters or more with some ends, and the bits that stand for it
// there. Of the numbers that were tried these mark the fewest words of role pages that are spelt right: one in 400,
// where others mark "team".
func Mark(first, last uint64) (block uint32, mask uint64) {
	high, low := bits.Mul64(first^0x9e3779b97f4a7c15, bits.RotateLeft64(last, 30)^0x8cb92ba72f3d8dd7)
	h := high ^ low
	return uint32(h>>40) % Blocks, 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

// Has reports whether the filter has a mark, as it has for words of the list and nearly no others.
func Has(block uint32, mask uint64) bool {
	s := marks[8*block:][:8]
	bits := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return bits&mask == mask
}

// MarkOf is the mark of a word.
func MarkOf(word string) (block uint32, mask uint64) {
	text := append(make([]byte, 0, 64), word...)
	return Mark(Ends(append(text, make([]byte, 8)...), len(word)))
}

// marked reports whether a word in lower case may be one of the list.
func marked(word string) bool { return len(word) >= Shortest && Has(MarkOf(word)) }

// Find returns the right spellings of a word in lower case that is a common misspelling, and nil
// for every other word.
func Find(word string) []string {
	if !marked(word) {
		return nil
	}
	blocks := place(0) / 4
	i := sort.Search(blocks, func(i int) bool { return behind(place(i), word) })
	if i == 0 {
		return nil
	}
	var buf [64]byte // longer than any word
	at, end := place(i-1), len(list)
	if i < blocks {
		end = place(i)
	}
	for at < end {
		var wrong []byte
		if wrong, at = wrongAt(buf[:], at); string(wrong) == word {
			return rights(word, at)
		}
		at = skip(at)
	}
	return nil
}

// behind reports whether the first word of a block, which begins at a place, comes after a word.
func behind(at int, word string) bool {
	for i := range len(word) {
		letter := list[at+1+i]
		if c := letter &^ last; c != word[i] {
			return c > word[i]
		}
		if letter&last != 0 {
			return false
		}
	}
	return true
}

// place is where a block begins.
func place(block int) int {
	n := list[4*block:]
	return int(n[0]) | int(n[1])<<8 | int(n[2])<<16 | int(n[3])<<24
}

// wrongAt reads a wrong word into a buffer that holds the one before it, and says where it ends.
func wrongAt(buf []byte, at int) ([]byte, int) {
	n := int(list[at])
	for {
		at++
		buf[n] = list[at] &^ last
		n++
		if list[at]&last != 0 {
			return buf[:n], at + 1
		}
	}
}

const last = 1 << 7

// rights reads the right words for a wrong one.
func rights(wrong string, at int) []string {
	var out []string
	for {
		end := at + 1 + strings.IndexAny(list[at+1:], ",\n")
		out = append(out, wrong[:list[at]>>4]+list[at+1:end]+wrong[len(wrong)-int(list[at]&15):])
		if list[end] == '\n' {
			return out
		}
		at = end + 1
	}
}

// skip is the place behind the right words.
func skip(at int) int {
	for {
		for at++; list[at] != ',' && list[at] != '\n'; at++ { // the first byte is none of the text
		}
		at++
		if list[at-1] == '\n' {
			return at
		}
	}
}
