//go:build ignore

// The program generate writes words.txt from the list of cSpell: unpack the npm package
// @cspell/dict-en-common-misspellings and give its dict/dict-en.json as the argument.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
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
	if err := os.WriteFile("words.txt", []byte(strings.Join(slices.Compact(lines), "")), 0o644); err != nil {
		log.Fatal(err)
	}
}
