package rolepage

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readSteps reads the stages of a process in page order: those of its lists, of sentences
// beside them, and of sub-headings.
func readSteps(p *hiring.Page, s *hiring.Section, room *slabs) []hiring.Step {
	r := stepReader{src: p.Source, room: room, steps: room.steps}
	r.section(s)
	before := len(room.steps)
	room.steps = r.steps
	if len(r.steps) == before {
		return nil
	}
	r.steps = slices.Clip(r.steps[before:])
	// The last lines of an item are read after its nested items, and may stand before them.
	slices.SortStableFunc(r.steps, func(a, b hiring.Step) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	r.firstTalk()
	for i := range r.steps {
		if st := &r.steps[i]; st.Duration == nil && (st.Kind == hiring.StepInterview || st.Kind == hiring.StepPanel) {
			st.Duration = r.usual
		}
	}
	return r.steps
}

type stepReader struct {
	src   []byte
	room  *slabs
	steps []hiring.Step
	usual *hiring.Bounds // "All interviews take 45 minutes"
}

// section reads the body of a section and the sub-headings that are no process themselves.
func (r *stepReader) section(s *hiring.Section) {
	r.body(s)
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther && !isGuidance(c) {
			r.subHeading(c)
		}
	}
}

// isGuidance reports whether a section below the heading of a process is none of its rounds: it
// tells candidates how to prepare, or describes a role.
func isGuidance(s *hiring.Section) bool {
	for _, c := range s.Children {
		switch c.Kind {
		case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade:
			return true
		default:
		}
	}
	for _, t := range tokenize(s.Heading.Text) {
		if guidance.of(t.low) {
			return true
		}
	}
	return isRemark(s.Heading.Text)
}

var guidance = set("prepare preparing preparation tips expect resources faq faqs how what why examples guidelines guidance feedback accommodations topics questions links")

// subHeading reads a sub-heading that names a stage, with what stands below it as its detail,
// or else what stands below it: that of a round or a group of candidates.
func (r *stepReader) subHeading(s *hiring.Section) {
	st, ok := readStage(s.Heading.Text, nil)
	if !ok || st.announces || st.step.Confidence < 0.7 || r.meetingsIn(s) {
		r.section(s)
		return
	}
	st.detail(bodyText(s))
	st.nested(s.Items())
	r.take(st.step, s.Heading)
}

// meetingsIn reports whether the items below a heading name meetings plainly, so that the
// heading is that of a round.
func (r *stepReader) meetingsIn(s *hiring.Section) bool {
	items := s.Items()
	for _, i := range items {
		st, ok := readStage(i.Text.Text, i.Bold)
		if !ok || st.step.Duration == nil && len(st.step.With) == 0 || len(strings.Fields(firstLine(i.Text.Text))) > 16 {
			return false
		}
	}
	return len(items) > 0
}

func bodyText(s *hiring.Section) string {
	var texts []string
	for _, block := range s.Blocks {
		texts = append(texts, block.Words())
	}
	return strings.Join(texts, "\n")
}

// body reads the blocks of a section.
func (r *stepReader) body(s *hiring.Section) {
	for n := 0; n < len(s.Blocks); n++ {
		switch b := s.Blocks[n]; b.Kind {
		case hiring.BlockList:
			r.items(b.Items, nil)
		case hiring.BlockParagraph:
			if n+1 < len(s.Blocks) && s.Blocks[n+1].Kind == hiring.BlockParagraph && r.boldHeading(b, s.Blocks[n+1]) {
				n++
				continue
			}
			r.prose(b.Lines)
		case hiring.BlockTable:
			r.table(b)
		default:
		}
	}
}

// table reads the rows below the head of a table: what happens, with whom, how long.
func (r *stepReader) table(b hiring.Block) {
	at := b.Span.Start
	for n, cells := range b.Rows {
		line := trimSpan(r.src, hiring.Span{Start: at, End: lineEnd(r.src, at)})
		at = lineEnd(r.src, at)
		if n == 0 {
			at = lineEnd(r.src, at) // the rule below the head
			continue
		}
		words := bytes.Trim(r.src[line.Start:line.End], "| \t")
		start := line.Start + bytes.Index(r.src[line.Start:line.End], words)
		text := hiring.Text{Text: strings.Join(cells, " | "), Span: hiring.Span{Start: start, End: start + len(words)}}
		if st, ok := readStage(rowText(b.Rows[0], cells), nil); ok && !st.announces {
			r.take(st.step, text)
		}
	}
}

// rowText writes a row as one phrase: without the number of the stage, lengths with their unit.
func rowText(head, cells []string) string {
	var parts []string
	for n, cell := range cells {
		isNumber := strings.Trim(cell, "0123456789.-–") == ""
		switch {
		case cell != "" && isNumber && n < len(head) && strings.Contains(lower(head[n]), "min"):
			parts = append(parts, cell+" minutes")
		case !isNumber:
			parts = append(parts, cell)
		}
	}
	return strings.Join(parts, " | ")
}

// boldHeading reads a paragraph that is bold as a whole as the heading of a stage, with the
// paragraph below it as its detail.
func (r *stepReader) boldHeading(b, below hiring.Block) bool {
	if !isBold(r.src, b.Span) || isBold(r.src, below.Span) {
		return false
	}
	st, ok := readStage(b.Text.Text, nil)
	if !ok || !st.phrase || st.announces {
		return false
	}
	st.detail(below.Text.Text)
	r.take(st.step, b.Text)
	return true
}

// isBold reports whether all of a paragraph is set bold, but for a colon.
func isBold(src []byte, at hiring.Span) bool {
	text := bytes.TrimRight(src[at.Start:at.End], ": \t\r\n")
	for _, mark := range []string{"**", "__"} {
		if len(text) > 4 && bytes.HasPrefix(text, []byte(mark)) && bytes.HasSuffix(text, []byte(mark)) && bytes.Count(text, []byte(mark)) == 2 {
			return true
		}
	}
	return false
}

// items reads a list, each item a step. An item that only announces a round gives way to its
// nested items, or to the items after it; these take over its length, and that it may be left out.
func (r *stepReader) items(items []*hiring.Item, round *hiring.Step) {
	first, known := len(r.room.stages), 0
	r.room.stages = slices.Grow(r.room.stages, len(items))
	for _, i := range items {
		own, _ := ownWords(i)
		st, ok := readStage(own.Text, i.Bold)
		if ok {
			known++
		}
		r.room.stages = append(r.room.stages, st)
	}
	read := r.room.stages[first:]
	lead := false // a line "Interviews with:" has gone before
	for n, i := range items {
		own, after := ownWords(i)
		st, ok := &read[n], read[n].step.Kind != ""
		switch {
		case ok && (st.announces || len(st.step.With) == 0 && st.step.Count == nil) && holdsMeetings(i):
			r.items(i.Items, &st.step)
		case ok && st.announces && len(i.Items) == 0 && strings.HasSuffix(own.Text, ":"):
			lead = true // the meetings are the items that follow
		case ok:
			if lead {
				led(&st.step)
			}
			st.nested(i.Items)
			if st.step.Duration == nil && st.step.Kind.Meeting() && round != nil {
				st.step.Duration = round.Duration
			}
			st.step.Optional = st.step.Optional || round != nil && round.Optional
			r.take(st.step, own)
		case holdsMeetings(i):
			r.items(i.Items, nil) // "For Managers:"
		case known > 1 && len(i.Items) == 0:
			if st, ok := unnamed(own.Text); ok {
				r.take(st.step, own)
			}
		}
		r.prose(after)
	}
	r.room.stages = r.room.stages[:first]
}

// holdsMeetings reports whether most nested items of an item name stages.
func holdsMeetings(i *hiring.Item) bool {
	n := 0
	for _, c := range i.Items {
		if st, ok := readStage(c.Text.Text, c.Bold); ok && st.step.Kind != hiring.StepOther {
			n++
		}
	}
	return n > 0 && 2*n > len(i.Items)
}

// ownWords splits off the lines of an item that begin a new sentence with a stage of its own,
// as where the closing sentence stands right below the list, or where an item's bullet is not
// set apart from its words.
func ownWords(i *hiring.Item) (own hiring.Text, after []hiring.Text) {
	for n := 1; n < len(i.Lines); n++ {
		if !opensSentence(i.Lines[n-1].Text, i.Lines[n].Text) {
			continue
		}
		var lines []string
		for _, l := range i.Lines[:n] {
			lines = append(lines, l.Text)
		}
		return hiring.Text{Text: strings.Join(lines, "\n"), Span: hiring.Span{Start: i.Span.Start, End: i.Lines[n-1].Span.End}}, i.Lines[n:]
	}
	return i.Text, nil
}

// openers of sentences about the process.
var sentenceOpeners = set("successful qualified selected candidates candidate applicants additional finally next please if as once after then lastly")

// opensSentence reports whether a line begins like a sentence about the process after the line
// before it has ended.
func opensSentence(before, line string) bool {
	ts := tokenize(plain(strings.TrimLeft(line, "*-• ")))
	if len(ts) < 4 || !ts[0].capital() || !sentenceOpeners.of(ts[0].low) {
		return false
	}
	end := tokenize(plain(lastLineWord(before)))
	return len(end) > 0 && last(end).low != "," && !prepositions.of(last(end).low) && last(end).low != "with" && last(end).low != "and"
}

func lastLineWord(line string) string {
	line = strings.TrimSpace(line)
	return line[strings.LastIndexByte(line, ' ')+1:]
}

// prose reads the sentences of a paragraph. Only those are stages that say what will be done
// with candidates.
func (r *stepReader) prose(lines []hiring.Text) {
	if len(lines) < 2 || !separate(lines) {
		r.sentences(lines, false)
		return
	}
	for n := range lines {
		r.sentences(lines[n:n+1], true)
	}
}

// separate reports whether each line of a paragraph begins anew, as in a list that lacks its
// bullets.
func separate(lines []hiring.Text) bool {
	for _, l := range lines {
		if ts := tokenize(firstWords(l.Text)); len(ts) == 0 || !ts[0].capital() && !ts[0].number() {
			return false
		}
	}
	return true
}

func firstWords(line string) string {
	return strings.TrimLeft(line[:min(len(line), 40)], "*-• ")
}

// sentences reads the stages that sentences name; with phrases also those that bare phrases name.
func (r *stepReader) sentences(lines []hiring.Text, phrases bool) {
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	place := follower{src: r.src, lines: lines}
	at := 0
	var before stage // of this paragraph
	known := false
	for sentence := range sentences(strings.Join(texts, "\n")) {
		words := strings.TrimSpace(sentence)
		start := at + len(sentence) - len(strings.TrimLeft(sentence, " \t\r\n"))
		at += len(sentence)
		if st, ok := readStage(strings.TrimLeft(words, "*-• "), nil); ok && (st.prose || phrases && st.phrase) && !st.announces && st.step.Kind != hiring.StepOther {
			r.take(st.step, hiring.Text{Text: words, Span: place.span(start, start+len(words))})
			before, known = st, true
		} else if known && refersBack.of(low(tokenize(plain(firstWords(words))), 0)) {
			taken := &r.steps[len(r.steps)-1]
			before.detail(words) // "It lasts 50 minutes."
			taken.Kind, taken.With, taken.Duration, taken.Count = before.step.Kind, before.step.With, before.step.Duration, before.step.Count
		} else if length := usualLength(words); length != nil {
			r.usual = length
		}
	}
}

// usualLength is how long a sentence tells all interviews to be, nil where it does not.
func usualLength(sentence string) *hiring.Bounds {
	which, rest, _ := strings.Cut(firstWords(sentence), " ")
	if !hasPrefixFold(rest, "interview") || !strings.EqualFold(which, "all") && !strings.EqualFold(which, "each") && !strings.EqualFold(which, "every") {
		return nil
	}
	ts := tokenize(plain(sentence))
	if next := low(ts, 2); !lengthCues.of(next) && next != "is" && next != "are" && next != "will" {
		return nil
	}
	length, _ := durationIn(ts)
	return length
}

// A follower tells where words of a paragraph stand in the source, in one pass over both. The
// source has marks and addresses of links between the words.
type follower struct {
	src   []byte
	lines []hiring.Text // those not passed yet
	base  int           // offset of the first of them in the joined text
	word  int           // offset within it up to which words were looked up
	at    int           // where in the source that is
}

// longestGap bounds how far apart words of a line are looked for.
const longestGap = 4096

// span is the place in the source of a part of the joined text. Parts must be asked for in
// order.
func (f *follower) span(start, end int) hiring.Span {
	var s hiring.Span
	for len(f.lines) > 0 && f.base+f.word < end {
		line := f.lines[0]
		f.at = max(f.at, line.Span.Start)
		word, next := nextWord(line.Text, f.word)
		if word == "" {
			if f.base+len(line.Text) > start {
				s = union(s, hiring.Span{Start: f.at, End: line.Span.End})
			}
			f.base, f.word, f.lines = f.base+len(line.Text)+1, 0, f.lines[1:]
			continue
		}
		found := f.locate(word, line.Span.End)
		if f.base+next > start {
			s = union(s, found)
		}
		f.at, f.word = found.End, next
	}
	return s
}

// locate finds a word in the source before an offset. Marks and addresses of links may stand within the word; one
// that is written in another way, as with "&amp;", is where the word before it ended.
func (f *follower) locate(word string, end int) hiring.Span {
	window := f.src[f.at:max(f.at, min(end, f.at+longestGap))]
	if n := bytes.Index(window, []byte(word)); n >= 0 {
		return hiring.Span{Start: f.at + n, End: f.at + n + len(word)}
	}
	if n := bytes.IndexByte(window, word[0]); n >= 0 {
		if end := (&marked{src: window}).end(n, word); end >= 0 {
			return hiring.Span{Start: f.at + n, End: f.at + end}
		}
	}
	found, at := hiring.Span{}, 0
	for i := range len(word) {
		n := bytes.IndexByte(window[at:], word[i])
		if n < 0 {
			return trimSpan(f.src, hiring.Span{Start: f.at, End: max(f.at, found.End)})
		}
		at += n + 1
		found = union(found, hiring.Span{Start: f.at + at - 1, End: f.at + at})
	}
	return found
}

// marked is a source in which words have marks within.
type marked struct {
	src   []byte
	tried int // places
}

// mostTried bounds how many places are tried for a word, so that no page of open brackets takes long.
const mostTried = 1000

// end is where a word ends that begins at an offset, with marks and addresses of links within; -1 where it does not
// begin there.
func (m *marked) end(at int, word string) int {
	if word == "" {
		return at
	}
	if m.tried++; m.tried > mostTried || at >= len(m.src) {
		return -1
	}
	if m.src[at] == word[0] {
		if end := m.end(at+1, word[1:]); end >= 0 {
			return end
		}
	}
	switch c := m.src[at]; {
	case c == ']' && bytes.HasPrefix(m.src[at:], []byte("](")):
		return m.end(closing(m.src, at+1), word)
	case strings.IndexByte("*_`[!", c) >= 0:
		return m.end(at+1, word)
	}
	return -1
}

// nextWord is the word of a line that begins at an offset or after it, and where it ends.
func nextWord(line string, at int) (word string, end int) {
	for at < len(line) && isBlank(line[at]) {
		at++
	}
	end = at
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	return line[at:end], end
}

// firstTalk makes the first talk with a recruiter a screening, whatever it is called.
func (r *stepReader) firstTalk() {
	for i := range r.steps {
		s := &r.steps[i]
		who := strings.Join(s.With, "")
		if who == "" {
			who = s.Text.Text // "Recruiter call"
		}
		if s.Kind == hiring.StepInterview && i < 2 && recruits(who) && !slices.ContainsFunc(s.With, func(title string) bool { return !recruits(title) }) {
			s.Kind, s.Count = hiring.StepScreening, hiring.Exactly(1)
		}
		if s.Kind == hiring.StepScreening {
			r.laterTalks(r.steps[i+1:])
			return
		}
	}
}

// laterTalks makes interviews of what is called a screening after the first one, where others
// than recruiters are met: "technical screen with an Engineer".
func (*stepReader) laterTalks(steps []hiring.Step) {
	for i := range steps {
		if s := &steps[i]; s.Kind == hiring.StepScreening && notRecruiting(s) {
			s.Kind = hiring.StepInterview
		}
	}
}

// notRecruiting reports whether a talk is said to be with others than recruiters: "hiring manager
// screen", "technical screen with an Engineer".
func notRecruiting(s *hiring.Step) bool {
	if len(s.With) > 0 {
		return !recruits(strings.Join(s.With, " "))
	}
	words := tokenize(plain(firstLine(s.Text.Text)))
	for i, t := range words {
		if name, ok := stageWord(words, i); ok && name.kind == hiring.StepScreening {
			return false
		}
		if recruits(t.low) {
			return false
		}
		if person, _ := isPerson(t.low); person || t.low == "technical" || t.low == "coding" {
			return true
		}
	}
	return false
}

// recruits reports whether a title is that of somebody who recruits.
func recruits(title string) bool {
	if recruiting.in(title) {
		return true
	}
	for word := range strings.SplitSeq(title, " ") {
		if strings.EqualFold(word, "ta") {
			return true
		}
	}
	return false
}

var recruiting = newCues("recruit", "talent acquisition", "talent partner", "talent advisor", "talent team", "sourcer")

func (r *stepReader) take(step hiring.Step, text hiring.Text) {
	step.Text = text
	r.steps = append(r.steps, step)
}
