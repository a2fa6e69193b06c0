//go:build ignore

// The program generate writes words.txt and words.bits from the list of cSpell: unpack the npm package
// @cspell/dict-en-common-misspellings and give its dict/dict-en.json as the argument.
package main

import (
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

// plain are words that the rule can meet: others hold capitals, blanks or marks. Of short ones
// too many are names and abbreviations.
var plain = regexp.MustCompile(`^[a-z]{4,}$`)

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
	bits := make([]byte, misspelling.Bits/8)
	for _, line := range lines {
		wrong, _, _ := strings.Cut(line, " ")
		for _, n := range misspelling.Marks(wrong) {
			bits[n/8] |= 1 << (n % 8)
		}
	}
	err = errors.Join(os.WriteFile("words.txt", []byte(strings.Join(lines, "")), 0o644), os.WriteFile("words.bits", bits, 0o644))
	if err != nil {
		log.Fatal(err)
	}
}
