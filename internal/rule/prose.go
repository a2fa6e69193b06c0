package rule

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/misspelling"
)

// A place says what a byte of the source belongs to.
type place uint8

const (
	outside       place = iota // front matter, definitions of links, blank lines
	inComment                  // comments and the tags of templates
	inCode                     // code in blocks and lines
	inMarkup                   // HTML tags, attributes, addresses
	inText                     // running text: paragraphs, lists, tables, quotes
	inHeading                  // headings
	inLink                     // the words of links and images
	inDescription              // the description in the front matter
)

// words reports whether people read what stands there as words.
func (p place) words() bool { return p >= inText }

// A word is a run of letters and digits in the source. Hyphens and apostrophes part words; what
// stands between two of them tells.
//
// It holds no pointer: a page has thousands of words, and the garbage collector passes them by.
type word struct {
	hiring.Span
	section int32 // its number in prose.sections
	cues    cue
	place   place
}

// prose is the page as words, read once for all rules that ask for words.
type prose struct {
	src      []byte
	lower    []byte // the source in lower case; letters outside ASCII stay as they are
	places   []place
	words    []word
	cued     []int32           // the words that have a cue
	sections []*hiring.Section // the first is nil, and stands for the front matter
	blocks   []hiring.Span     // in which words were read, in order
	comments []comment
	open     map[codeMark]bool // marks that nothing closes in the block that is read
	page     *hiring.Page
	titles   map[string]bool // see titlesOf
}

// A comment is an HTML comment outside code.
type comment struct {
	hiring.Span
	section *hiring.Section
}

// prose reads the words of the page.
func (s *Sheet) prose() *prose {
	if s.words == nil {
		s.words = readProse(s.Page)
	}
	return s.words
}

// proses keeps what pages were read into, for the next ones: most of what the rules need of memory.
var proses = sync.Pool{New: func() any { return new(prose) }}

// free gives a prose back. Nobody may use it or its words afterwards.
func (t *prose) free() {
	clear(t.sections)
	*t = prose{lower: t.lower[:0], places: t.places[:0], words: t.words[:0], cued: t.cued[:0], sections: t.sections[:0], blocks: t.blocks[:0]}
	proses.Put(t)
}

func readProse(p *hiring.Page) *prose {
	t := proses.Get().(*prose) //nolint:forcetypeassert // it holds nothing else
	t.src, t.page = p.Source, p
	t.lower = slices.Grow(t.lower, len(p.Source)+8)[:len(p.Source)] // eight bytes may be read behind the last word
	lowerASCII(t.lower, p.Source)
	t.places = slices.Grow(t.places, len(p.Source))[:len(p.Source)]
	clear(t.places)
	t.words = slices.Grow(t.words, len(p.Source)/6)
	t.sections = append(t.sections, nil)
	if f, ok := p.FrontMatter.Fields["description"]; ok {
		t.fill(f.Span, inDescription)
		t.read(f.Span, 0)
	}
	p.Root.Walk(func(s *hiring.Section) bool {
		section := int32(len(t.sections)) //nolint:gosec // a page has no two billion headings
		t.sections = append(t.sections, s)
		if s.Rank > 0 {
			t.fill(s.Heading.Span, inHeading)
		}
		for i := range s.Blocks {
			t.fill(s.Blocks[i].Span, t.placeOf(&s.Blocks[i]))
		}
		for _, l := range s.Links {
			t.link(l)
		}
		if s.Rank > 0 {
			t.read(s.Heading.Span, section)
		}
		for i := range s.Blocks {
			if b := &s.Blocks[i]; b.Kind != hiring.BlockCode {
				t.read(b.Span, section)
			}
		}
		return true
	})
	t.lookUp()
	return t
}

// lookUp finds the cues of all words. The lists lie in memory that the processor has to fetch, and can fetch for many
// words at once where little is done between two looks: so it finds out for some words where to look, and then looks
// into one list after the other.
func (t *prose) lookUp() {
	var looks [64]struct {
		first, mask uint64 // see misspelling.Ends and Mark
		block       uint32
	}
	known := words()
	for from := 0; from < len(t.words); from += len(looks) {
		some := t.words[from:min(from+len(looks), len(t.words))]
		for i := range some {
			w, look := &some[i], &looks[i]
			n := w.End - w.Start
			first, last := misspelling.Ends(t.lower[w.Start:w.End+8], n)
			look.first = first
			look.block, look.mask = 0, ^uint64(0) // which no block has
			if n >= misspelling.Shortest {
				look.block, look.mask = misspelling.Mark(first, last)
			}
		}
		for i := range some {
			if misspelling.Has(looks[i].block, looks[i].mask) {
				some[i].cues = misspelt
			}
		}
		for i := range some {
			w := &some[i]
			if terms := known.starting(looks[i].first); len(terms) > 0 {
				w.cues |= cues(terms, t.lower[w.Start:], w.End-w.Start)
			}
			if w.cues != 0 {
				t.cued = append(t.cued, int32(from+i))
			}
		}
	}
}

func (t *prose) placeOf(b *hiring.Block) place {
	switch b.Kind {
	case hiring.BlockCode:
		return inCode
	case hiring.BlockComment:
		if bytes.HasPrefix(t.src[b.Span.Start:b.Span.End], []byte("[")) {
			return outside
		}
		return inComment
	default:
		return inText
	}
}

// lowerASCII writes a text in lower case, eight bytes at a time.
func lowerASCII(low, text []byte) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for len(text) >= 8 {
		c := binary.LittleEndian.Uint64(text)
		// The high bit of a byte tells whether it is from 'A' on, but not behind 'Z', and ASCII.
		capitals := ((c&^highs + (0x80-'A')*ones) &^ (c&^highs + (0x7f-'Z')*ones)) & highs &^ c
		binary.LittleEndian.PutUint64(low, c|capitals>>2)
		low, text = low[8:], text[8:]
	}
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
}

func (t *prose) fill(s hiring.Span, p place) {
	places := t.places[s.Start:s.End]
	if len(places) == 0 {
		return
	}
	places[0] = p
	for n := 1; n < len(places); n *= 2 {
		copy(places[n:], places[:n]) // a good deal faster than one by one
	}
}

// link tells the words of a link from its address.
func (t *prose) link(l hiring.Link) {
	src := t.src[l.Span.Start:l.Span.End]
	if l.Text == l.Dest && !bytes.HasPrefix(src, []byte("[")) {
		t.fill(l.Span, inMarkup)
		return
	}
	t.fill(l.Span, inLink)
	for at := len(src) - 2; at >= 0; at-- {
		if src[at] == ']' && (src[at+1] == '(' || src[at+1] == '[') {
			t.fill(hiring.Span{Start: l.Span.Start + at, End: l.Span.End}, inMarkup)
			return
		}
	}
}

// A class is what a byte may begin.
type class uint8

const (
	nothing class = iota
	wordBegins
	markupBegins
)

var classes = func() (table [256]class) {
	for c := range table {
		if ofWords[c] || c >= utf8.RuneSelf {
			table[c] = wordBegins
		}
	}
	for _, c := range []byte("`~<{:") {
		table[c] = markupBegins
	}
	return table
}()

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// read finds the words of the description, a heading or a block, and what is not for reading within
// it: code, comments, tags and addresses.
func (t *prose) read(s hiring.Span, section int32) {
	clear(t.open)
	t.blocks = append(t.blocks, s)
	for at := s.Start; at < s.End; {
		switch classes[t.src[at]] {
		case nothing:
			at++
		case wordBegins:
			if !t.places[at].words() {
				at++
			} else if n := t.letters(at, s.End); n > 0 {
				t.add(at, n, s, section)
				at += n
			} else {
				_, size := utf8.DecodeRune(t.src[at:s.End])
				at += size
			}
		case markupBegins:
			end, p := at, outside
			if section > 0 { // the description is no Markdown
				end, p = t.markup(at, s)
			}
			if end <= at {
				at++
				continue
			}
			if p == inComment && bytes.HasPrefix(t.src[at:], []byte("<!--")) {
				t.comments = append(t.comments, comment{hiring.Span{Start: at, End: end}, t.sections[section]})
			}
			from := at
			if p == inMarkup && t.src[at] == ':' {
				from = t.scheme(at, s, section)
			}
			t.fill(hiring.Span{Start: from, End: end}, p)
			at = end
		}
	}
}

// add notes a word, unless it is part of a name.
func (t *prose) add(at, n int, block hiring.Span, section int32) {
	span := hiring.Span{Start: at, End: at + n}
	if t.named(span, block) {
		return
	}
	t.words = append(t.words, word{})
	w := &t.words[len(t.words)-1]
	w.Span, w.section, w.place = span, section, t.places[at]
}

// scheme is where the scheme of an address begins, by where it ends, at "://". It was read as a word and
// is none.
func (t *prose) scheme(end int, block hiring.Span, section int32) int {
	from := end
	for from > block.Start && isLetter(t.src[from-1]) {
		from--
	}
	start := from
	for n := len(t.words) - 1; n >= 0 && t.words[n].End > from; n-- {
		start = t.words[n].Start
		t.words = t.words[:n]
	}
	if start < from {
		t.add(start, from-start, block, section) // what stands before the scheme
	}
	return from
}

// ofWords has the letters and digits of ASCII.
var ofWords = func() (table [256]bool) {
	for c := range table {
		table[c] = isLetter(byte(c)) || '0' <= c && c <= '9'
	}
	return table
}()

// letters is the length of the word at an offset.
func (t *prose) letters(at, end int) int {
	src, places := t.src[at:end], t.places[at:end]
	i := 0
	for i < len(src) && i < len(places) && places[i].words() {
		c := src[i]
		switch {
		case ofWords[c] || c == '_' && i > 0 && i+1 < len(src) && isLetter(src[i+1]):
			i++
			continue
		case c < utf8.RuneSelf:
			return i
		}
		r, size := utf8.DecodeRune(src[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
			return i
		}
		i += size
	}
	return i
}

// named reports whether a word is part of a file's name, a host, a mention or a mail address.
func (t *prose) named(w, block hiring.Span) bool {
	before, after := byte(' '), byte(' ')
	if w.Start > block.Start {
		before = t.src[w.Start-1]
	}
	if w.End < block.End {
		after = t.src[w.End]
	}
	if before == '@' || after == '@' || after == '\\' || before == '\\' {
		return true
	}
	small := func(i int) bool { return i >= block.Start && i < block.End && t.src[i] >= 'a' && t.src[i] <= 'z' }
	return after == '.' && small(w.End+1) && w.End-w.Start > 1 || before == '.' && small(w.Start) && w.Start-2 >= block.Start && (isLetter(t.src[w.Start-2]) || t.src[w.Start-2] >= '0' && t.src[w.Start-2] <= '9')
}

// begins reports whether a sentence, an entry of a list or a cell begins with a word.
func (t *prose) begins(i int) bool {
	at := t.words[i].Start
	after, _ := slices.BinarySearchFunc(t.blocks, at+1, func(b hiring.Span, at int) int { return b.Start - at })
	block := t.blocks[after-1]
	for i := at - 1; i >= block.Start; i-- {
		c := t.src[i]
		switch {
		case c == '.' || c == '!' || c == '?' || c == ':' || c == ';' || c == '|':
			return true
		case c == '>' && t.places[i] == inMarkup:
			return true // after <br> and its like
		case (c == '-' || c == '*' || c == '+' || c == ')') && isBlank(t.src[i+1]):
			return t.listMark(i, block.Start)
		case c == '\n':
			before := bytes.TrimRight(t.src[block.Start:i], " \t\r")
			return len(before) == 0 || strings.IndexByte("\n.!?:|", before[len(before)-1]) >= 0
		case isBlank(c) || strings.IndexByte("\r*_\"'([>~", c) >= 0:
		default:
			r, size := utf8.DecodeLastRune(t.src[block.Start : i+1])
			if r != '“' && r != '‘' && r != '«' {
				return r == '•' || r == '…'
			}
			i -= size - 1
		}
	}
	return true
}

// listMark reports whether a mark is the first in its line, as that of an entry is.
func (t *prose) listMark(at, start int) bool {
	const deepest = 64 // as far to the right as entries are set
	for i := at - 1; i >= max(start, at-deepest); i-- {
		switch c := t.src[i]; {
		case c == '\n':
			return true
		case !isBlank(c) && c != '>' && (c < '0' || c > '9'):
			return false
		}
	}
	return at-deepest < start
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// word is a word in lower case; letters outside ASCII stay as they are.
func (t *prose) word(i int) []byte {
	w := &t.words[i]
	return t.lower[w.Start:w.End]
}

// with are the words that have a cue, in order.
func (t *prose) with(c cue) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, i := range t.cued {
			if t.words[i].cues&c != 0 && !yield(int(i)) {
				return
			}
		}
	}
}

// section is where a word stands, nil for the front matter.
func (t *prose) section(i int) *hiring.Section { return t.sections[t.words[i].section] }

// between is what stands between a word and the next one.
func (t *prose) between(i int) string {
	return string(t.src[t.words[i].End:t.words[i+1].Start])
}

// capital reports whether a word begins with a capital letter.
func (t *prose) capital(i int) bool {
	r, _ := utf8.DecodeRune(t.src[t.words[i].Start:])
	return unicode.IsUpper(r)
}

// name reports whether a word is a name or part of one: it has a capital letter where no
// sentence begins, or one within ("ActiveRecord"), or begins the name of the page or of one of its levels.
func (t *prose) name(i int) bool {
	if !t.capital(i) {
		return false
	}
	w := t.words[i]
	if !t.begins(i) || camel(t.src[w.Start:w.End]) {
		return true
	}
	if i+1 == len(t.words) || t.words[i+1].section != w.section {
		return false
	}
	if t.titles == nil {
		t.titles = titlesOf(t.page)
	}
	pair := string(t.word(i)) + " " + string(t.word(i+1))
	return t.titles[pair] || t.titles[strings.TrimSuffix(pair, "s")] // Support Engineers
}

// camel reports whether small letters stand before a capital one.
func camel(w []byte) bool {
	small := false
	for _, c := range w {
		if small && c >= 'A' && c <= 'Z' {
			return true
		}
		small = small || c >= 'a' && c <= 'z'
	}
	return false
}

// counts reports whether a word counts for the rules on wording: it stands in running text and
// is no name.
func (t *prose) counts(i int) bool {
	return t.words[i].place == inText && !t.name(i)
}

// anchor is where a word stands in the structure of the page.
func (t *prose) anchor(i int) string {
	s := t.section(i)
	if s == nil {
		return "front matter/description"
	}
	return anchorOf(s)
}

// titlesOf are all pairs of words in turn in the names of the page and its levels, in lower case.
func titlesOf(p *hiring.Page) map[string]bool {
	pairs := map[string]bool{}
	add := func(name string) {
		low := make([]byte, len(name))
		lowerASCII(low, []byte(name))
		last := ""
		for word := range strings.FieldsFuncSeq(string(low), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if last != "" {
				pairs[last+" "+word] = true
			}
			last = word
		}
	}
	add(p.Title)
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles, p.Variants} {
		for _, lv := range list {
			add(lv.Name)
		}
	}
	return pairs
}
