// Package misspelling knows the common wrong spellings of English words. NOTICE says where the
// list comes from, and generate.go makes it anew.
package misspelling

import (
	_ "embed"
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

// Mark is where the filter tells of a word of [Shortest] letters or more, and the bits that stand for it there. Of a
// long word only the two ends count. Of all ways to turn the last letters by some bits, five bits mark the
// fewest words of role pages that are spelt right: one in 200, where others mark "team".
func Mark[text string | []byte](word text) (block uint32, mask uint64) {
	n := len(word)
	var first, last uint64
	if n >= 8 {
		first, last = eight(word), eight(word[n-8:])
	} else {
		first, last = uint64(four(word)), uint64(four(word[n-4:]))
	}
	h := (first ^ bits.RotateLeft64(last*0x9e3779b97f4a7c15, 5) + uint64(n)) * 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return uint32(h>>40) % Blocks, 1<<(h>>34&63) | 1<<(h>>28&63) | 1<<(h>>22&63) | 1<<(h>>16&63)
}

// four are the first four bytes of a text as a number.
func four[text string | []byte](s text) uint32 {
	_ = s[3] // one look at the length for all
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// eight are the first eight.
func eight[text string | []byte](s text) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Marked reports whether a word in lower case may be one of the list. Nearly no others are.
func Marked[text string | []byte](word text) bool {
	if len(word) < Shortest {
		return false
	}
	block, mask := Mark(word)
	return eight(marks[8*block:])&mask == mask
}

// Find returns the right spellings of a word in lower case that is a common misspelling, and nil
// for every other word.
func Find(word string) []string {
	if !Marked(word) {
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
