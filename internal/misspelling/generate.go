//go:build ignore

// The program generate writes words.txt, and words.pack and words.bits, which the program holds, from the list of cSpell: unpack the npm package
// @cspell/dict-en-common-misspellings and give its dict/dict-en.json as the argument.
package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/misspelling"
)

// plain are words that the rule can meet: others hold capitals, blanks or marks.
var plain = regexp.MustCompile(fmt.Sprintf(`^[a-z]{%d,}$`, misspelling.Shortest))

func main() {
	src, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var file struct {
		DictionaryDefinitions []struct{ SuggestWords, FlagWords []string }
	}
	if err := json.Unmarshal(src, &file); err != nil {
		log.Fatal(err)
	}
	var lines []string
	for _, d := range file.DictionaryDefinitions {
		for _, entry := range slices.Concat(d.SuggestWords, d.FlagWords) {
			wrong, right, ok := strings.Cut(entry, "->")
			if ok && plain.MatchString(wrong) {
				lines = append(lines, fmt.Sprintf("%s %s\n", wrong, strings.ReplaceAll(right, ", ", ",")))
			}
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	filter := make([]uint64, misspelling.Blocks)
	for _, line := range lines {
		wrong, _, _ := strings.Cut(line, " ")
		block, bits := misspelling.MarkOf(wrong)
		filter[block] |= bits
	}
	var bits []byte
	for _, block := range filter {
		bits = binary.LittleEndian.AppendUint64(bits, block)
	}
	err = errors.Join(os.WriteFile("words.txt", []byte(strings.Join(lines, "")), 0o644), os.WriteFile("words.pack", pack(lines), 0o644), os.WriteFile("words.bits", bits, 0o644))
	if err != nil {
		log.Fatal(err)
	}
}

// block is the number of words of a block: with more the list is shorter, and a search longer.
const block = 16

// pack writes the list as package misspelling reads it.
func pack(lines []string) []byte {
	var index, data []byte
	before := ""
	for i, line := range lines {
		if i%block == 0 {
			index = binary.LittleEndian.AppendUint32(index, uint32(4*((len(lines)+block-1)/block)+len(data)))
			before = ""
		}
		wrong, right, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n := shared(before, wrong)
		data = append(data, byte(n))
		data = append(data, wrong[n:]...)
		data[len(data)-1] |= 1 << 7
		words := strings.Split(right, ",")
		for k, word := range words {
			start := min(15, shared(wrong, word))
			end := 0
			for end < 15 && end < min(len(wrong), len(word))-start && wrong[len(wrong)-1-end] == word[len(word)-1-end] {
				end++
			}
			data = append(data, byte(start<<4|end))
			data = append(data, word[start:len(word)-end]...)
			if k+1 < len(words) {
				data = append(data, ',')
			}
		}
		data = append(data, '\n')
		before = wrong
	}
	return append(index, data...)
}

// shared counts the letters that two words begin with.
func shared(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
