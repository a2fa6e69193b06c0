package migrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// hugoKeys are the keys of front matter that Hugo and the handbook's theme know.
var hugoKeys = []string{
	"title", "description", "aliases", "archetype", "audio", "build", "cascade", "categories", "controlled_document", "date", "draft", "expiryDate", "headless",
	"hide_summary", "images", "isCJKLanguage", "keywords", "lastmod", "linkTitle", "linktitle", "manualLink", "markup", "menu", "no_list", "outputs", "params", "publishDate",
	"resources", "simple_list", "sitemap", "slug", "summary", "tags", "toc_hide", "translationKey", "type", "upstream_path", "url", "videos", "weight",
}

// The length of a description: long enough to say something, short enough to be shown in full
// in a list of results.
const (
	shortestDescription = 20
	longestDescription  = 160
)

// frontMatter takes out what the layout of 2022 asked for and adds what that of 2023 asks for.
func (s *pass) frontMatter() {
	f := s.page.FrontMatter
	if !f.Present && len(s.page.Problems) > 0 {
		s.note(s.page.Problems[0].Span.Start, "%s, and migrate the page again", s.page.Problems[0].Message)
		return
	}
	if !f.Present {
		s.note(0, "the page has no front matter; begin it with a line \"---\", a line \"title: ...\", a line \"description: ...\" and another line \"---\"")
		return
	}
	first, last := s.fences()
	fields, err := strictyaml.Mapping(s.page.Source[first:last])
	if err != nil {
		for _, problem := range s.page.Problems {
			s.note(problem.Span.Start, "%s; mend it, and migrate the page again", problem.Message)
		}
		return
	}
	address := Address(s.page.Path)
	for i, key := range fields {
		end := last
		if i+1 < len(fields) {
			end = first + fields[i+1].KeyPos
		}
		switch line := (hiring.Span{Start: first + key.KeyPos, End: lineEnd(s.page.Source, first+key.ValueEnd)}); {
		case key.Key == "layout", key.Key == "canonical_path" && address != "" && strings.Trim(key.Value, "/") == strings.Trim(address, "/"):
			if key.Scalar && line.End <= end {
				s.replace(line, "", "front matter: %s %q taken out, the new site knows it by itself", key.Key, key.Value)
				continue
			}
			s.note(line.Start, "the front matter's %q shares its line with other keys; take it out", key.Key)
		case s.was2022 && !slices.Contains(hugoKeys, key.Key):
			s.note(line.Start, "the new site does not know the front matter's %q; take it out, or write what it did in another way", key.Key)
		}
	}
	if i := strings.IndexFunc(s.path, unicode.IsUpper); s.was2022 && i >= 0 {
		s.note(f.Span.Start, "the new site writes the page's address in small letters; links to %q lead nowhere unless the file is renamed or the front matter gets aliases", address)
	}
	if title, ok := f.Fields["title"]; !ok || strings.TrimSpace(title.Value) == "" {
		s.note(f.Span.Start, "the front matter has no title; add a line \"title: ...\"")
	}
}

// fences are the end of the front matter's first line and the beginning of its last.
func (s *pass) fences() (first, last int) {
	f := s.page.FrontMatter
	return lineEnd(s.page.Source, f.Span.Start), lineStart(s.page.Source, f.Span.End-1)
}

// describe adds a description, which the layout of 2023 asks for, when the overview begins with
// a sentence that is one.
func (s *pass) describe() {
	f := s.page.FrontMatter
	title, titled := f.Fields["title"]
	d, has := f.Fields["description"]
	if len(s.page.Problems) > 0 || !titled || has && strings.TrimSpace(d.Value) != "" {
		return
	}
	text, why := description(s.page)
	switch {
	case has:
		s.note(d.Key.Start, "the front matter's description is empty; write one")
	case why == "":
		at := lineEnd(s.page.Source, title.Span.End)
		s.replace(hiring.Span{Start: at, End: at}, "description: "+quoted(text)+s.eol(), "front matter: description added, the overview's first sentence")
	case s.To == hiring.ProfileJobFamily: // the templates since 2026 have a title only
		s.note(f.Span.Start, "the front matter has no description, and the overview gives none that is certain (%s); write one", why)
	}
}

// description is the overview's first sentence, or why it is none.
func description(p *hiring.Page) (text, why string) {
	i := slices.IndexFunc(p.Root.Blocks, func(b hiring.Block) bool { return b.Kind != hiring.BlockComment })
	if i < 0 || p.Root.Blocks[i].Kind != hiring.BlockParagraph {
		return "", "the page does not begin with a paragraph"
	}
	block := p.Root.Blocks[i]
	text = firstSentence(strings.Join(strings.Fields(block.Text.Text), " "))
	n := utf8.RuneCountInString(text)
	switch {
	case text == "":
		return "", "its first paragraph ends without a full stop"
	case strings.Contains(text, "{") || strings.Contains(text, "<%"):
		return "", "its first sentence has a tag or a placeholder"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", "its first sentence has control characters"
	case addresses().MatchString(text):
		return "", "its first sentence is about more than the role"
	case !shareWord(text, p.Title):
		return "", "its first sentence does not speak of the title"
	case n < shortestDescription:
		return "", fmt.Sprintf("its first sentence has %d characters only", n)
	case n > longestDescription:
		return "", fmt.Sprintf("its first sentence has %d characters, lists of results show about %d", n, longestDescription)
	}
	return text, ""
}

// addresses tells sentences that speak to the reader, or of whom somebody reports to.
var addresses = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(you|your|you’re|you're|we’re|we're|reports?\s+(directly\s+)?(in)?to)\b`)
})

// shareWord reports whether two texts have a word of four letters or more in common, or begin one
// alike: "Engineers" and "Engineering".
func shareWord(a, b string) bool {
	starts := map[string]bool{}
	long := func(text string) []string {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
		return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 4 })
	}
	for _, w := range long(a) {
		starts[string([]rune(w)[:4])] = true
	}
	return slices.ContainsFunc(long(b), func(w string) bool { return starts[string([]rune(w)[:4])] })
}

// shortForms end with a full stop that ends no sentence.
var shortForms = []string{"e.g.", "i.e.", "etc.", "vs.", "sr.", "jr.", "inc.", "dr.", "mr.", "ms.", "approx.", "incl.", "no.", "st.", "co.", "u.s.", "a.k.a."}

// firstSentence is a text up to the first mark that ends a sentence, "" when none does.
func firstSentence(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		bare := strings.TrimRight(w, `"'”’)`)
		if !strings.HasSuffix(bare, ".") && !strings.HasSuffix(bare, "!") && !strings.HasSuffix(bare, "?") {
			continue
		}
		if slices.Contains(shortForms, strings.ToLower(strings.TrimLeft(bare, `("'“‘`))) || len(bare) == 2 {
			continue
		}
		if i+1 < len(words) {
			if r, _ := utf8.DecodeRuneInString(words[i+1]); !unicode.IsUpper(r) {
				continue
			}
		}
		return strings.Join(words[:i+1], " ")
	}
	return ""
}

// quoted is a YAML scalar of one line.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// alias keeps the address that the page had among the job families.
func (s *pass) alias() {
	f := s.page.FrontMatter
	old := Address(s.page.Path)
	if old == "" || old == Address(s.path) {
		return
	}
	if !f.Present {
		s.note(0, "the page had the address %s; keep it with aliases in the front matter", old)
		return
	}
	first, last := s.fences()
	fields, err := strictyaml.Mapping(s.page.Source[first:last])
	if err != nil {
		return // told when the page was brought to the layout before
	}
	for _, key := range fields {
		if key.Key != "aliases" {
			continue
		}
		if !strings.Contains(s.page.Slice(hiring.Span{Start: first + key.ValuePos, End: first + key.ValueEnd}), strings.Trim(old, "/")) {
			s.note(first+key.KeyPos, "the page had the address %s; add it to the aliases", old)
		}
		return
	}
	s.replace(hiring.Span{Start: last, End: last}, `aliases: ["`+old+`"]`+s.eol(), "front matter: aliases added, so that links to %s still arrive", old)
}
