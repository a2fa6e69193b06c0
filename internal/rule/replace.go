package rule

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// span is where n words stand, from the i-th on.
func (t *prose) span(i, n int) hiring.Span {
	return hiring.Span{Start: t.words[i].Start, End: t.words[i+n-1].End}
}

// replace puts a text in place of n words. The text takes their case, and the article before them
// is brought in line with it.
func (p *Pass) replace(i, n int, text string) []finding.Edit {
	t := p.prose()
	at := t.span(i, n)
	var fix []finding.Edit
	if i > 0 && strings.Trim(t.between(i-1), " \t\r\n*_") == "" {
		article, word := t.words[i-1], string(t.word(i-1))
		switch want := "a" + strings.Repeat("n", vowel(text)); word {
		case "a", "an":
			if want != word {
				fix = append(fix, p.edit(article.Span, withCase(p.Page.Slice(hiring.Span{Start: article.Start, End: article.Start + 1})+"n", want)))
			}
		}
	}
	return append(fix, p.edit(at, withCase(p.Page.Slice(at), text)))
}

// vowel is 1 for a text that takes the article "an", else 0. The texts are those of our lists;
// none of them begins with a vowel that is spoken as a consonant.
func vowel(text string) int {
	if strings.IndexByte("aeiou", text[0]) >= 0 {
		return 1
	}
	return 0
}

// withCase is a text in the case of another: all capitals, a capital at the beginning, or as
// it is.
func withCase(model, text string) string {
	first, size := utf8.DecodeRuneInString(model)
	switch {
	case !unicode.IsUpper(first):
		return text
	case len(model) > size && strings.ToUpper(model) == model:
		return strings.ToUpper(text)
	}
	first, size = utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
