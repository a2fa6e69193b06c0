package rolepage

import (
	"strings"
	"unicode"
)

// A token is a word or a mark of a sentence. Hyphens part words from numbers ("30-minute") and
// numbers from numbers ("2-3"), so that both readings of a hyphen look alike; words among
// themselves ("take-home") stay together.
type token struct {
	text string // as written
	low  string // in lower case
	at   int    // byte offset in the sentence
}

func (t token) word() bool { r := rune(t.low[0]); return r >= 0x80 || unicode.IsLetter(r) }
func (t token) end() int   { return t.at + len(t.text) }

// tokenize splits a sentence. Marks are tokens of their own.
func tokenize(s string) []token {
	var list []token
	for at := 0; at < len(s); {
		r := rune(s[at])
		switch {
		case r < 0x80 && unicode.IsSpace(r):
			at++
		case r >= 0x80 || unicode.IsLetter(r) || unicode.IsDigit(r):
			end := at + wordLength(s[at:])
			low := strings.ToLower(s[at:end])
			if (low == "sr" || low == "jr") && end < len(s) && s[end] == '.' {
				end++ // the full stop of "Sr." ends nothing
			}
			list = append(list, token{s[at:end], low, at})
			at = end
		default:
			list = append(list, token{s[at : at+1], s[at : at+1], at})
			at++
		}
	}
	return list
}

// wordLength is the length of the word or number that a text begins with.
func wordLength(s string) int {
	digits := s[0] >= '0' && s[0] <= '9'
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case digits && (c < '0' || c > '9') && (c != '.' || i+1 >= len(s) || s[i+1] < '0' || s[i+1] > '9'):
			return i
		case digits || c >= 0x80 && !startsMark(s[i:]) || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z':
		case (c == '-' || c == '\'' || c == '.' || c == '&' || c == '+' || c == '/') && i+1 < len(s) && isLetter(s[i+1]):
			if c == '/' {
				return i // "and/or", "EMEA/APAC": two words
			}
		default:
			return max(i, 1)
		}
	}
	return len(s)
}

func isLetter(c byte) bool { return c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' }

// startsMark reports whether a typographic mark rather than a letter stands here.
func startsMark(s string) bool {
	for _, mark := range []string{"–", "—", "’", "‘", "“", "”", "…", "\u00a0"} {
		if strings.HasPrefix(s, mark) {
			return mark != "’" || len(s) <= len(mark) || !isLetter(s[len(mark)])
		}
	}
	return false
}

// plain replaces typographic marks by those of a keyboard and parts "2x Interviews", so that
// the grammar has one form of each to know. Lengths may change.
func plain(s string) string {
	return strings.NewReplacer("–", "-", "—", " - ", "’", "'", "‘", "'", "“", `"`, "”", `"`, "\u00a0", " ", "…", "...", "\n", " ", "/s ", "s ").Replace(s)
}

// withoutBrackets takes out what stands in brackets, but for words that make a step optional.
func withoutBrackets(s string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth > 0 {
				depth--
				continue
			}
		}
		if depth == 0 {
			b.WriteByte(s[i])
		}
	}
	if depth > 0 {
		return s // a bracket that never closes parts nothing
	}
	return b.String()
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = map[string]bool{"sr": true, "jr": true, "e.g": true, "i.e": true, "etc": true, "vs": true, "dr": true, "approx": true, "min": true, "mins": true, "no": true}

// sentences splits a text. A full stop ends one when a capital letter follows, or the text
// ends. Offsets are those of the text.
func sentences(text string) []string {
	var list []string
	start := 0
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != '.' && c != '!' && c != '?' {
			continue
		}
		if i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\n' {
			continue
		}
		rest := strings.TrimLeft(text[i+1:], " \n*_\"")
		if rest != "" && !unicode.IsUpper([]rune(rest[:min(4, len(rest))])[0]) {
			continue
		}
		word := text[strings.LastIndexAny(text[:i], " \n(")+1 : i]
		if abbreviations[strings.ToLower(word)] && rest != "" {
			continue
		}
		list = append(list, text[start:i+1])
		start = i + 1
	}
	if strings.TrimSpace(text[start:]) != "" {
		list = append(list, text[start:])
	}
	return list
}
