package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestLine is the length in runes that GitLab takes for titles and names of labels.
const longestLine = 255

// Title makes a title, or a label's description: one line, at most 255 characters. GitLab
// looks for mentions and references in titles too but knows no code spans and no escapes there,
// so signs that would refer give way to look-alikes that do not.
func Title(format literal, values ...Value) Line {
	plain := make([]Value, len(values))
	for i, v := range values {
		plain[i] = plainValue{v}
	}
	var b strings.Builder
	writeFormat(&b, string(format), plain, inText)
	return Line{cut(oneLine(b.String(), longestLine+1), longestLine)}
}

// plainValue writes a value without any marks.
type plainValue struct{ v Value }

func (p plainValue) write(b *strings.Builder, in place) {
	switch v := p.v.(type) {
	case textValue:
		b.WriteString(disarm(oneLine(v.s, v.limit)))
	case codeValue:
		b.WriteString(disarm(oneLine(string(v), longest)))
	case linkValue:
		b.WriteString(disarm(oneLine(v.text, longest)))
	case phraseValue:
		inner := make([]Value, len(v.values))
		for i, e := range v.values {
			inner[i] = plainValue{e}
		}
		writeFormat(b, v.format, inner, in)
	case joinValue:
		for i, e := range v.values {
			if i > 0 {
				b.WriteString(v.sep)
			}
			plainValue{e}.write(b, in)
		}
	default:
		v.write(b, in)
	}
}

var lookAlikes = map[rune]rune{
	'@': '＠', '#': '＃', '!': '！', '~': '～', '%': '％', '&': '＆', '$': '＄', '^': '＾',
	'[': '(', ']': ')', '<': '‹', '>': '›', '*': '∗',
}

// disarm makes a line inert where nothing can be escaped. Signs that refer only with a name
// after them stay where none follows ("100%", "R&D" keeps its letters).
func disarm(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = disarmWord(w)
	}
	return strings.Join(words, " ")
}

func disarmWord(w string) string {
	w = strings.ReplaceAll(w, "://", ": //")
	if len(w) > 1 && w[0] == '/' {
		w = "∕" + w[1:]
	}
	if hasEmoji(w) {
		w = strings.ReplaceAll(w, ":", "∶")
	}
	if hasCommit(w) {
		w = partDigits(w)
	}
	return disarmSigns(w)
}

// disarmSigns changes the signs of a text that refer because of what follows them.
func disarmSigns(w string) string {
	var b strings.Builder
	for i, r := range w {
		if refers(w[i:]) {
			r = lookAlikes[r]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// refers reports whether a text begins with a sign that may refer to something, by what follows it.
func refers(text string) bool {
	sign := text[0]
	switch sign {
	case '[', ']', '<', '>':
		return true
	case '@', '#', '~', '%', '$', '^', '*', '!', '&':
	default:
		return false
	}
	word, _, _ := strings.Cut(text[1:], " ")
	if sign == '@' && strings.HasPrefix(word, ".") {
		return true
	}
	if sign == '!' || sign == '&' {
		next, _ := utf8.DecodeRuneInString(word)
		return unicode.IsDigit(next)
	}
	return names(word)
}

// partDigits puts a blank after every sixth letter or digit of a row, so that no row is long
// enough for a commit.
func partDigits(w string) string {
	var b strings.Builder
	n := 0
	for _, r := range w {
		if r < 0x80 && isAlnum(byte(r&0x7f)) {
			if n == 6 {
				b.WriteByte(' ')
				n = 0
			}
			n++
		} else {
			n = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Label makes a label's name from what a template of the configuration gave. Commas go, since
// GitLab would read two labels. The sign :: is left, it parts a scope from its value; text from
// pages passes through LabelPart before it gets into the template.
func Label(name string) Line {
	clean := disarmSigns(oneLine(strings.ReplaceAll(name, ",", ";"), longestLine+1))
	return Line{cut(clean, longestLine)}
}

// LabelPart cleans text from outside that becomes a part of a label's name: no commas, and no
// scope of its own.
func LabelPart(s string) string {
	s = strings.ReplaceAll(oneLine(s, longestLine), ",", ";")
	for strings.Contains(s, "::") {
		s = strings.ReplaceAll(s, "::", ":")
	}
	return strings.Trim(s, ": ")
}
