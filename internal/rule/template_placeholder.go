package rule

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var templatePlaceholder = &Rule{
	Name:     "template-placeholder",
	Group:    GroupSections,
	Doc:      "nothing of the template is left over",
	Why:      "\"{add ...}\" is where the handbook's template asks the author to write, and the braces are part of that.",
	Severity: finding.Error,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- {add a bulleted list of responsibilities}\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Add features\n",
	Run: func(p *Pass) {
		for _, key := range []string{"title", "description"} {
			if field := p.Page.FrontMatter.Fields[key]; hasPlaceholder(field.Value) || inItalics(field.Value) {
				p.Report(field.Span, "front matter/"+key, placeholderMessage, strings.Join(strings.Fields(field.Value), " "))
			}
		}
		src := p.Page.Source[p.Page.Root.Span.Start:]
		braces := bytes.IndexByte(src, '{') >= 0
		italics := slices.ContainsFunc(asking, func(begin string) bool { return bytes.Contains(src, []byte(begin)) })
		if !braces && !italics {
			return // as nearly all pages, at a fraction of the cost of looking closer
		}
		p.Page.Root.Walk(func(s *hiring.Section) bool {
			l := leftOver{Pass: p, section: s, braces: braces, italics: italics}
			if s.Rank > 0 {
				l.in(s.Heading.Span)
			}
			for i := range s.Blocks {
				if b := &s.Blocks[i]; b.Kind != hiring.BlockCode {
					l.in(b.Span)
				}
			}
			return true
		})
	},
}

const placeholderMessage = "%q is left over from the template; write what it asks for, or take it away"

// asking is how a template begins to ask for something in italics.
var asking = []string{"_add ", "_insert ", "_fill in ", "_enter "}

// A leftOver reports what of the template is left over in a section.
type leftOver struct {
	*Pass

	section         *hiring.Section
	braces, italics bool     // what the page has
	names           []string // see above
}

// in looks into a heading or a block.
func (l *leftOver) in(in hiring.Span) {
	text := l.Page.Slice(in)
	report := func(start, end int) {
		l.Report(hiring.Span{Start: in.Start + start, End: in.Start + end}, anchorOf(l.section), placeholderMessage, strings.Join(strings.Fields(text[start:end]), " "))
	}
	if l.braces {
		for _, loc := range placeholder().FindAllStringIndex(text, -1) {
			report(loc[0], loc[1])
		}
		l.braced(in)
	}
	if !l.italics {
		return
	}
	at := 0
	for line := range strings.Lines(text) {
		asked := strings.TrimSpace(strings.TrimLeft(line, " \t*+->"))
		if inItalics(asked) {
			start := at + strings.Index(line, asked)
			report(start, start+len(asked))
		}
		at += len(line)
	}
}

// inItalics reports whether a text is a request of the template in italics: "_add a description_".
func inItalics(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasSuffix(text, "_") && slices.ContainsFunc(asking, func(begin string) bool { return strings.HasPrefix(text, begin) })
}

// braced reports braces of the template that were left around the name that they asked for: "The {Senior Engineer} is
// a grade 7". A name that the headings above don't hold may be something else in braces.
func (l *leftOver) braced(in hiring.Span) {
	text := l.Page.Slice(in)
	for at := 0; ; {
		next := strings.IndexByte(text[at:], '{')
		if next < 0 {
			return
		}
		open := at + next
		at = open + 1
		end := strings.IndexByte(text[at:min(len(text), at+longestName)], '}')
		if end <= 0 || text[at] < 'A' || text[at] > 'Z' || open > 0 && !strings.ContainsRune(" \n\t(\"*_", rune(text[open-1])) || strings.HasPrefix(text[at+end+1:], "}") {
			continue
		}
		name, whole := text[at:at+end], hiring.Span{Start: in.Start + open, End: in.Start + at + end + 1}
		if !l.prose().places[whole.Start].words() || !l.above(name) {
			continue
		}
		fix := []finding.Edit{
			l.edit(hiring.Span{Start: whole.Start, End: whole.Start + 1}, ""),
			l.edit(hiring.Span{Start: whole.End - 1, End: whole.End}, ""),
		}
		l.ReportFix(whole, anchorOf(l.section), fix, "the braces of the template still stand around %q; take them away", name)
	}
}

// longestName bounds what is taken for a name, so that long lines cost no more than their length.
const longestName = 100

// above reports whether the words of a name all stand in the headings above it, or in the title of the page.
func (l *leftOver) above(name string) bool {
	if l.names == nil {
		l.names = []string{}
		add := func(text string) {
			if len(text) < longestName {
				l.names = append(l.names, nameTokens(text)...)
			}
		}
		add(l.Page.Title)
		for s := l.section; s != nil && s.Rank > 0; s = s.Parent {
			add(s.Heading.Text)
		}
	}
	want := nameTokens(name)
	return len(want) > 0 && !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(l.names, w) })
}

// hasPlaceholder reports whether something of the template is left over in a text.
func hasPlaceholder(text string) bool {
	return strings.Contains(text, "{") && placeholder().MatchString(text) // nearly no text has one, which costs a fraction of the pattern
}

var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\{\s*(add|insert|fill in|enter)\s[^}\n]*[}\]]?`)
})
