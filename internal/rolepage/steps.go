package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readSteps reads the stages of a process in page order: those of its lists, of sentences
// beside them, and of sub-headings.
func readSteps(p *hiring.Page, s *hiring.Section) []hiring.Step {
	r := stepReader{page: p}
	r.section(s)
	for i := range r.steps {
		firstTalk(&r.steps[i], i)
	}
	return r.steps
}

type stepReader struct {
	page  *hiring.Page
	steps []hiring.Step
}

// section reads the body of a section and the sub-headings that are no process themselves.
func (r *stepReader) section(s *hiring.Section) {
	r.body(s)
	for _, c := range s.Children {
		if c.Kind != hiring.SectionOther || isRemark(c.Heading.Text) {
			continue
		}
		st, ok := readStage(c.Heading.Text, nil)
		if !ok || st.announcement || st.step.Confidence < 0.7 {
			r.section(c) // a group of candidates, or a round
			continue
		}
		if r.meetingsIn(c) {
			r.section(c)
			continue
		}
		r.take(st.step, c.Heading)
		step := &r.steps[len(r.steps)-1]
		if step.Duration == nil && step.Kind.Meeting() {
			step.Duration = durationBelow(bodyText(c))
		}
	}
}

// meetingsIn reports whether the items below a heading name meetings plainly, so that the
// heading is that of a round.
func (r *stepReader) meetingsIn(s *hiring.Section) bool {
	n := 0
	for _, i := range s.Items() {
		if st, ok := readStage(i.Text.Text, i.Bold); ok && (st.step.Duration != nil || len(st.step.With) > 0) && len(strings.Fields(firstLine(i.Text.Text))) <= 16 {
			n++
		}
	}
	return n > 0 && n == len(s.Items())
}

func bodyText(s *hiring.Section) string {
	var b strings.Builder
	for _, block := range s.Blocks {
		b.WriteString(block.Text.Text)
		b.WriteByte(' ')
	}
	return b.String()
}

// body reads the blocks of a section.
func (r *stepReader) body(s *hiring.Section) {
	for _, b := range s.Blocks {
		switch b.Kind {
		case hiring.BlockList:
			r.items(b.Items)
		case hiring.BlockParagraph:
			r.prose(b.Lines)
		default:
		}
	}
}

// items reads a list, each item a step. An item that only announces a round gives way to its
// nested items, or to the items after it.
func (r *stepReader) items(items []*hiring.Item) {
	for _, i := range items {
		own, after := ownWords(i)
		st, ok := readStage(own.Text, i.Bold)
		switch {
		case ok && st.announcement && r.nested(i):
			r.items(i.Items)
		case ok && st.announcement && len(i.Items) == 0 && strings.HasSuffix(strings.TrimSpace(own.Text), ":"):
			// The meetings are the items that follow.
		case ok:
			if st.step.Duration == nil && st.step.Kind.Meeting() {
				st.step.Duration = nestedDuration(i)
			}
			r.take(st.step, own)
		case r.nested(i):
			r.items(i.Items) // "For Managers:"
		}
		r.prose(after)
	}
}

// nested reports whether all nested items of an item name stages.
func (r *stepReader) nested(i *hiring.Item) bool {
	n := 0
	for _, c := range i.Items {
		if st, ok := readStage(c.Text.Text, c.Bold); ok && (st.step.Kind.Meeting() || st.step.Kind == hiring.StepAssessment) {
			n++
		}
	}
	return n > 0 && 2*n > len(i.Items)
}

// nestedDuration is the length of a meeting told in a nested item.
func nestedDuration(i *hiring.Item) *hiring.Bounds {
	for _, c := range i.Items {
		if len(strings.Fields(c.Text.Text)) <= 8 {
			if d := durationIn(tokenize(plain(c.Text.Text))); d != nil {
				return d
			}
		}
	}
	return nil
}

// ownWords splits off the lines of an item that begin a new sentence with a stage of its own,
// as where the closing sentence stands right below the list.
func ownWords(i *hiring.Item) (own hiring.Text, after []hiring.Text) {
	for n := 1; n < len(i.Lines); n++ {
		before := strings.TrimSpace(i.Lines[n-1].Text)
		if strings.HasSuffix(before, ",") || strings.HasSuffix(before, " with") || !opensProse(i.Lines[n].Text) {
			continue
		}
		lines := make([]string, n)
		for k := range lines {
			lines[k] = i.Lines[k].Text
		}
		return hiring.Text{Text: strings.Join(lines, "\n"), Span: hiring.Span{Start: i.Span.Start, End: i.Lines[n-1].Span.End}}, i.Lines[n:]
	}
	return i.Text, nil
}

// opensProse reports whether a line begins like a sentence about the process.
func opensProse(line string) bool {
	ts := tokenize(plain(line))
	if len(ts) < 4 {
		return false
	}
	switch ts[0].low {
	case "successful", "qualified", "selected", "candidates", "additional", "finally", "next", "please", "if", "as", "once", "after":
		return ts[0].text != ts[0].low
	}
	return false
}

// prose reads the sentences of a paragraph. Beside a list only sentences are stages that say
// what will be done with candidates.
func (r *stepReader) prose(lines []hiring.Text) {
	if len(lines) == 0 {
		return
	}
	joined := make([]string, len(lines))
	for i, l := range lines {
		joined[i] = l.Text
	}
	text := strings.Join(joined, "\n")
	at := 0
	for _, sentence := range sentences(text) {
		start := at + len(sentence) - len(strings.TrimLeft(sentence, " \n"))
		at += len(sentence)
		if !tellsFuture(sentence) {
			continue
		}
		if st, ok := readStage(sentence, nil); ok && !st.announcement && st.step.Kind != hiring.StepOther {
			r.take(st.step, hiring.Text{Text: strings.TrimSpace(sentence), Span: spanOf(r.page.Source, lines, start, strings.TrimSpace(sentence))})
		}
	}
}

// spanOf is where a sentence of joined lines stands in the source.
func spanOf(src []byte, lines []hiring.Text, start int, sentence string) hiring.Span {
	for _, l := range lines {
		if start > len(l.Text) {
			start -= len(l.Text) + 1
			continue
		}
		words := firstLine(sentence)
		if s := find(src, l.Span, words); s != l.Span {
			return s
		}
		// Marks part the words: the first of them shows where the line begins.
		lead, _, _ := strings.Cut(words, " ")
		if s := find(src, l.Span, lead); s != l.Span && start > 0 {
			return hiring.Span{Start: s.Start, End: l.Span.End}
		}
		return l.Span
	}
	return lines[len(lines)-1].Span
}

// tellsFuture reports whether a sentence says what will happen with candidates.
func tellsFuture(sentence string) bool {
	ts := tokenize(plain(sentence))
	actor, future := false, false
	for _, t := range ts[:min(len(ts), 14)] {
		switch t.low {
		case "candidates", "candidate", "you", "applicants", "applicant", "we", "you'll", "we'll", "interview", "interviews", "check", "checks", "references", "step", "recruiter", "offer":
			actor = true
		}
	}
	for _, t := range ts {
		switch t.low {
		case "will", "may", "might", "you'll", "we'll":
			future = true
		}
	}
	return actor && future
}

func (r *stepReader) take(step hiring.Step, text hiring.Text) {
	step.Text = text
	r.steps = append(r.steps, step)
}

// firstTalk makes the first talk with a recruiter a screening, whatever it is called.
func firstTalk(s *hiring.Step, index int) {
	if s.Kind != hiring.StepInterview || index > 1 || len(s.With) != 1 {
		return
	}
	low := strings.ToLower(s.With[0])
	if strings.Contains(low, "recruit") || strings.Contains(low, "talent acquisition") || strings.Contains(low, "sourcer") {
		s.Kind = hiring.StepScreening
		s.Count = hiring.Exactly(1)
	}
}
