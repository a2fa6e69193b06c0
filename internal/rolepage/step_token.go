package rolepage

import (
	"iter"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A token is a word or a mark of a sentence. Hyphens part words from numbers ("30-minute") and
// numbers from numbers ("2-3"), so that both readings of a hyphen look alike; words among
// themselves ("take-home") stay together.
type token struct {
	text string // as written
	low  string // in lower case
	at   int    // byte offset in the sentence
}

func (t token) end() int { return t.at + len(t.text) }

// word reports whether the token is no number and no mark.
func (t token) word() bool { return isLetter(t.low[0]) }

// number reports whether the token begins with a digit.
func (t token) number() bool { return isDigit(t.low[0]) }

// capital reports whether the token begins with a capital letter.
func (t token) capital() bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return unicode.IsUpper(r)
}

// mostTokens bounds how far into a sentence a stage is looked for.
const mostTokens = 200

// tokenize splits a sentence. Marks are tokens of their own.
func tokenize(s string) []token {
	if s == "" {
		return nil
	}
	return appendTokens(make([]token, 0, min(mostTokens, strings.Count(s, " ")+strings.Count(s, ",")+2)), s)
}

// A tokenList is memory for the tokens of a sentence, to be used for one after the other.
type tokenList [mostTokens]token

var tokenLists = sync.Pool{New: func() any { return new(tokenList) }}

// takeTokenList is a list that nobody else uses until it is put back.
func takeTokenList() *tokenList {
	return tokenLists.Get().(*tokenList) //nolint:forcetypeassert // it holds nothing else
}

func (l *tokenList) putBack() { tokenLists.Put(l) }

// tokenize splits a sentence as the function does. The tokens are those of this sentence until the next one.
func (l *tokenList) tokenize(s string) []token { return appendTokens(l[:0], s) }

func appendTokens(list []token, s string) []token {
	allLow := "" // where the bytes are the same in number
	if isASCII(s) {
		allLow = strings.ToLower(s)
	}
	for at := 0; at < len(s) && len(list) < mostTokens; {
		if s[at] <= ' ' {
			at++
			continue
		}
		end := at + tokenLength(s[at:])
		var low string
		if allLow != "" {
			low = allLow[at:end]
		} else {
			low = strings.ToLower(s[at:end])
		}
		if end+1 < len(s) && s[end] == '.' && (shortRanks.of(low) || strings.Contains(low, ".") && isLetter(low[0])) {
			end++ // the full stop of "Sr." or "U.S." ends nothing
		}
		list = append(list, token{s[at:end], low, at})
		at = end
	}
	return list
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var shortRanks = set("sr jr mgr dir")

// tokenLength is the length of the word, the number or the mark that a text begins with.
func tokenLength(s string) int {
	switch {
	case isDigit(s[0]):
		for i := 1; i < len(s); i++ {
			if !isDigit(s[i]) && (s[i] != '.' || i+1 >= len(s) || !isDigit(s[i+1])) {
				return i
			}
		}
	case isLetter(s[0]):
		for i := 1; i < len(s); i++ {
			switch c := s[i]; {
			case isLetter(c), isDigit(c):
			case strings.HasPrefix(s[i:], "/s") && (i+2 == len(s) || !isLetter(s[i+2])):
				return i + 2 // "co-worker/s"
			case strings.IndexByte("-'.&+", c) < 0, i+1 == len(s), !isLetter(s[i+1]):
				return i // it joins no words
			}
		}
	default:
		return 1
	}
	return len(s)
}

func isLetter(c byte) bool { return c >= utf8.RuneSelf || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// plain gives typographic marks and short forms the one shape that the grammar knows. Lengths
// may change.
func plain(s string) string {
	if isPlain(s) {
		return s
	}
	return plainForms.Replace(s)
}

// isPlain reports whether a text has none of the forms to replace, as most have not.
func isPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf, c == '\n', c == '1', c == '(' && strings.HasPrefix(s[i:], "(s)"), c == '/' && i > 0 && s[i-1] == 'w':
			return false
		}
	}
	return true
}

var plainForms = strings.NewReplacer(
	"–", "-", "—", " - ", "’", "'", "‘", "'", "“", `"`, "”", `"`, "\u00a0", " ", "…", "...", "\n", " ",
	"1:1", "one-on-one", "1-on-1", "one-on-one", "1on1", "one-on-one", "w/ ", "with ",
	"(s)", "",
)

// brackets parts a sentence from what it says in brackets.
func brackets(s string) (outside, inside string) {
	if strings.IndexByte(s, '(') < 0 && strings.IndexByte(s, '[') < 0 {
		return s, ""
	}
	var out, in strings.Builder
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(', '[':
			depth++
			continue
		case ')', ']':
			if depth > 0 {
				depth--
				in.WriteString(" ; ")
				continue
			}
		}
		if depth == 0 {
			out.WriteByte(s[i])
		} else {
			in.WriteByte(s[i])
		}
	}
	if depth > 0 {
		return s, "" // a bracket that never closes parts nothing
	}
	return out.String(), in.String()
}

// unended are short forms whose full stop ends no sentence.
var unended = set("sr jr mgr dir e.g i.e etc vs dr approx min mins no incl")

// sentences splits a text, and gives what comes after each sentence. A full stop ends one when a
// capital letter or a digit follows, or the text ends. Together the sentences are the text.
func sentences(text string) iter.Seq2[string, string] {
	return func(yield func(sentence, after string) bool) {
		for rest := text; strings.TrimSpace(rest) != ""; {
			n := sentenceLength(rest)
			if !yield(rest[:n], rest[n:]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// sentenceLength is the length of the first sentence.
func sentenceLength(text string) int {
	for i := range len(text) {
		if c := text[i]; c != '.' && c != '!' && c != '?' || i+1 < len(text) && !isBlank(text[i+1]) {
			continue
		}
		next := i + 1
		for next < len(text) && strings.IndexByte(" \t\r\n*_\"", text[next]) >= 0 {
			next++
		}
		if r, _ := utf8.DecodeRuneInString(text[next:]); next < len(text) && (!unicode.IsUpper(r) && !unicode.IsDigit(r) || unended.of(lastWord(text[:i]))) {
			continue
		}
		if strings.HasPrefix(text[next:], "One with ") {
			continue // "two interviews. One with a Director and one with a peer."
		}
		return i + 1
	}
	return len(text)
}

// lastWord is the word that a text ends with, in lower case.
func lastWord(text string) string {
	return strings.ToLower(text[strings.LastIndexAny(text, " \n(")+1:])
}

// isDash reports whether a dash between blanks stands at a token, which parts a phrase from
// the next; one without blanks joins words.
func isDash(ts []token, i int) bool {
	return ts[i].low == "-" && i > 0 && ts[i].at > ts[i-1].end()
}

// has reports whether words stand at a token.
func has(ts []token, i int, words ...string) bool {
	if i < 0 || i+len(words) > len(ts) {
		return false
	}
	for j, w := range words {
		if ts[i+j].low != w {
			return false
		}
	}
	return true
}

// low is the word at a token, "" outside the sentence.
func low(ts []token, i int) string {
	if i < 0 || i >= len(ts) {
		return ""
	}
	return ts[i].low
}
