package rolepage

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readLevels finds the levels, roles, specialties and segments of a page, and the sections
// that hold for all of it.
func readLevels(p *hiring.Page, room *slabs) {
	l := leveller{page: p, room: room, known: map[*hiring.Section]bool{}, about: aboutWhom(tokens(p.Title))}
	l.sections(p.Root, nil)
	l.place()
	p.Grade = pageGrade(p)
	p.ReportsTo = pageReportsTo(p, l.all)
	for _, lv := range l.all {
		lv.Grade = readGrade(lv)
		lv.ReportsTo = readReportsTo(p, lv)
		if lv.ReportsTo == nil {
			lv.ReportsTo = p.ReportsTo
		}
	}
	titled := slices.Concat(p.Levels, p.Roles)
	if slices.ContainsFunc(titled, func(lv *hiring.Level) bool { return lv.Grade == nil }) {
		tableGrades(p, titled)
		sentenceGrades(p, titled)
	}
	if len(titled) == 1 && titled[0].Grade == nil && len(p.Core.JobGrade) > 0 {
		titled[0].Grade = p.Grade
	}
}

type leveller struct {
	page  *hiring.Page
	room  *slabs
	all   []*hiring.Level
	known map[*hiring.Section]bool // that are levels
	about []string                 // whom the page describes, by its title
	// loose are parts that name somebody and stand below no level.
	loose  []*hiring.Section
	shared int // bytes of parts that were given to several levels
}

// mostShared is how much of a page may be shared out to levels, each time counted. With thousands
// of parts for thousands of levels neither time nor memory would suffice. No page comes near.
const mostShared = 4 << 20

// share gives a part to a level beside others.
func (l *leveller) share(lv *hiring.Level, part *hiring.Section) {
	if l.shared < mostShared {
		l.shared += part.Span.End - part.Span.Start
		l.addAll(&lv.Core, part)
	}
}

// sections sorts the children of a section that is no level itself. role is the role that they
// belong to, nil for those of the page.
func (l *leveller) sections(s *hiring.Section, role *hiring.Level) {
	core := &l.page.Core
	if role != nil {
		core = &role.Core
	}
	for i, c := range s.Children {
		switch {
		case l.known[c]:
			// a level already, as a sibling of an empty "Levels", or a part of one
		case c.Kind == hiring.SectionLevels, c.Kind == hiring.SectionJobGrade && listsGrades(c):
			l.levels(c, role)
			if len(c.Children) == 0 {
				l.siblings(s.Children[i+1:], role)
			}
		case c.Kind == hiring.SectionSpecialties, c.Kind == hiring.SectionSegments:
			kind := hiring.KindSpecialty
			if c.Kind == hiring.SectionSegments {
				kind = hiring.KindSegment
			}
			l.variants(c, kind, role)
			if c.Empty() && len(c.Children) == 0 {
				l.variantsBeside(s.Children[i+1:], kind, role)
			}
		case c.Kind != hiring.SectionOther && s.Rank > 0 && role == nil && c.Subject != "" && !slices.Equal(tokens(c.Subject), l.about):
			l.loose = append(l.loose, c)
		case role != nil && isPart(c.Kind) && ofAll(c):
			l.addAll(&l.page.Core, c)
		case c.Kind != hiring.SectionOther:
			owner := l.owner(c, core)
			l.strays(c, role)
			if owner != nil {
				l.addAll(&owner.Core, c)
			} else {
				l.addAll(core, c)
			}
		case isWish(c.Heading.Text):
			core.NiceToHave = append(core.NiceToHave, c)
		case describes(c) && isFirstLevel(c):
			l.level(c, hiring.KindLevel, role)
			for _, below := range c.Children {
				switch below.Kind {
				case hiring.SectionLevels:
					l.levels(below, role)
				case hiring.SectionSpecialties:
					l.variants(below, hiring.KindSpecialty, role)
				default:
				}
			}
		case (describes(c) || parted(c)) && !l.wraps(c):
			lv := l.level(c, hiring.KindRole, role)
			l.sections(c, lv)
		case hasRank(c) && (graded(s.Children, i) && describes(s.Children[i+1]) || role != nil && l.partsCome(s.Children, i, core)):
			l.beside(s.Children, i, role)
		default:
			l.sections(c, role) // "How you'll be measured", with the indicators below it
		}
	}
}

// hasWords reports whether a heading can be the name of something: it has a letter or a digit.
func hasWords(s *hiring.Section) bool {
	return strings.ContainsFunc(s.Heading.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// place gives the loose parts to the levels that they name. Performance indicators and a
// career ladder that name no level hold for the page: their headings name its job family.
func (l *leveller) place() {
	if len(l.loose) == 0 {
		return
	}
	byName := map[string][]*hiring.Level{}
	for _, lv := range l.all {
		if name := strings.Join(tokens(lv.Name), " "); name != "" {
			byName[name] = append(byName[name], lv)
		}
	}
	for _, s := range l.loose {
		named := byName[strings.Join(tokens(s.Subject), " ")]
		for _, lv := range named {
			if l.share(lv, s); l.shared >= mostShared {
				return
			}
		}
		if len(named) == 0 && (s.Kind == hiring.SectionPerformanceIndicators || s.Kind == hiring.SectionCareerLadder) {
			add(&l.page.Core, s)
		}
	}
}

// describes reports whether a section has sections of its own as a role has them.
func describes(s *hiring.Section) bool {
	return hasChild(s, hiring.SectionResponsibilities) || hasChild(s, hiring.SectionRequirements) || hasChild(s, hiring.SectionJobGrade)
}

// parted reports whether lines that stand for headings part a section as a role is.
func parted(s *hiring.Section) bool {
	return slices.ContainsFunc(s.Blocks, func(b hiring.Block) bool { return standsFor(b) == hiring.SectionResponsibilities }) &&
		slices.ContainsFunc(s.Blocks, func(b hiring.Block) bool { return standsFor(b) == hiring.SectionRequirements })
}

func hasChild(s *hiring.Section, kind hiring.SectionKind) bool {
	for _, c := range s.Children {
		if c.Kind == kind {
			return true
		}
	}
	return false
}

// wraps reports whether a heading speaks of all roles of the page rather than of one: "Backend
// Engineering Roles at GitLab", a lone "Role", or the page's title beside "Levels". What stands
// below it holds for the page. A heading without words speaks of nobody in particular either.
func (l *leveller) wraps(s *hiring.Section) bool {
	if !hasWords(s) {
		return true
	}
	if hasChild(s, hiring.SectionJobGrade) {
		return false
	}
	words := tokens(s.Heading.Text)
	alone := len(s.Parent.Children) == 1 && s.Parent.Rank == 0
	if about := aboutWhom(words); (alone || hasChild(s.Parent, hiring.SectionLevels)) && (sameWords(s.Heading.Text, l.page.Title) || len(about) > 0 && slices.Equal(singular(about), singular(l.about))) {
		return true
	}
	for i, w := range words {
		if w == "roles" && (i+1 == len(words) || words[i+1] == "at") {
			return true
		}
	}
	if len(aboutWhom(words)) > 0 {
		return false
	}
	return !slices.ContainsFunc(s.Parent.Children, func(c *hiring.Section) bool { return c != s && sameWords(c.Heading.Text, s.Heading.Text) })
}

// aboutWhom are the words of a heading but for those that say that it describes: "Baker" in "The Baker Role".
func aboutWhom(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return fillers.of(w) || describing.of(w) })
}

var describing = set("about overview summary description introduction details family shared common also")

// listsGrades reports whether a "Job Grades" section has a heading with a grade for each level.
func listsGrades(s *hiring.Section) bool {
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther && introGrade(c) != nil {
			return true
		}
	}
	return false
}

// levels reads the children of "Levels" and of headings that group levels.
func (l *leveller) levels(s *hiring.Section, role *hiring.Level) {
	var last *hiring.Level
	var shared []*hiring.Section
	first, specialties := len(l.all), false
	for _, c := range s.Children {
		switch {
		case c.Kind == hiring.SectionSpecialties && c.Subject == "" && len(c.Children) > 0:
			l.variants(c, hiring.KindSpecialty, role)
			specialties = true
		case c.Kind == hiring.SectionOther && specialties && len(c.Children) == 0 && hasWords(c):
			l.level(c, hiring.KindSpecialty, role)
		case last != nil && isWish(c.Heading.Text):
			last.Core.NiceToHave = append(last.Core.NiceToHave, c)
		case isAside(c):
		case c.Kind == hiring.SectionOther && groups(c):
			l.levels(c, role)
		case c.Kind == hiring.SectionOther:
			last = l.level(c, hiring.KindLevel, role)
		case c.Kind == hiring.SectionLevels:
			l.levels(c, role)
		case last != nil && belongsTo(c, last):
			l.addAll(&last.Core, c)
		case c.Subject == "":
			shared = append(shared, c)
		}
	}
	if len(shared) == 0 {
		return
	}
	ofPage := role == nil && (onlyLevels(s) || len(l.all) == first) // "All levels" may hold no level but what they share
	for _, c := range shared {
		if ofPage {
			l.addAll(&l.page.Core, c)
			continue
		}
		for _, lv := range l.all[first:] {
			if l.share(lv, c); l.shared >= mostShared {
				return
			}
		}
	}
}

// onlyLevels reports whether a page has no other "Levels" beside this one, so that what stands
// below it for all levels stands there for the page.
func onlyLevels(s *hiring.Section) bool {
	for _, c := range s.Parent.Children {
		if c != s && c.Kind == hiring.SectionLevels {
			return false
		}
	}
	return true
}

// belongsTo reports whether a section is a part of the level before it although it is not set below that.
func belongsTo(s *hiring.Section, before *hiring.Level) bool {
	return ofLevel(s) || isPart(s.Kind) && s.Subject != "" && speaksOf(s.Subject, before.Name)
}

// ofLevel reports whether a part that stands beside levels belongs to the one before it rather
// than to all of them: a grade always does, and so do parts that come again for each level.
func ofLevel(s *hiring.Section) bool {
	if s.Subject != "" {
		return false
	}
	switch s.Kind {
	case hiring.SectionJobGrade, hiring.SectionResponsibilities, hiring.SectionRequirements:
		return true
	default:
	}
	return slices.ContainsFunc(s.Parent.Children, func(c *hiring.Section) bool { return c != s && c.Kind == s.Kind })
}

// groups reports whether a section only gathers levels: it has none of a level's parts, and
// its children have.
func groups(s *hiring.Section) bool {
	if describes(s) {
		return false
	}
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther && describes(c) {
			return true
		}
	}
	return false
}

// siblings reads levels that stand beside an empty "Levels" rather than below it.
func (l *leveller) siblings(after []*hiring.Section, role *hiring.Level) {
	for i, c := range after {
		switch {
		case l.known[c]: // a part of the level before
		case c.Kind == hiring.SectionOther && (describes(c) || parted(c) || hasRank(c) && introGrade(c) != nil) && hasWords(c):
			l.level(c, hiring.KindLevel, role)
		case hasRank(c) && graded(after, i) && describes(after[i+1]):
			l.beside(after, i, role)
		default:
			return
		}
	}
}

// variants reads specialties or segments.
func (l *leveller) variants(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) {
	if s.Subject != "" && !hasChild(s, hiring.SectionOther) {
		l.level(s, kind, role) // "Data Specialty", with its parts below it
		return
	}
	var last *hiring.Level
	for _, c := range s.Children {
		switch {
		case last != nil && isWish(c.Heading.Text):
			last.Core.NiceToHave = append(last.Core.NiceToHave, c)
		case isAside(c), pointsElsewhere(c):
		case c.Kind == hiring.SectionOther && hasChild(c, hiring.SectionJobGrade) && hasWords(c):
			last = l.level(c, hiring.KindLevel, role) // what has a grade can be held, wherever it stands
		case c.Kind == hiring.SectionOther || c.Kind == hiring.SectionSpecialties && c.Subject != "":
			last = l.level(c, kind, role)
		case last != nil && belongsTo(c, last):
			l.addAll(&last.Core, c)
		}
	}
}

// variantsBeside reads variants that stand beside the heading that announces them rather than below it.
func (l *leveller) variantsBeside(after []*hiring.Section, kind hiring.LevelKind, role *hiring.Level) {
	for _, c := range after {
		if c.Kind != hiring.SectionOther || hasChild(c, hiring.SectionJobGrade) {
			return
		}
		if !isAside(c) {
			l.level(c, kind, role)
		}
	}
}

// pointsElsewhere reports whether a section says no more than where something else stands: "For details see the Security
// Leadership page".
func pointsElsewhere(s *hiring.Section) bool {
	if len(s.Children) > 0 || len(s.Blocks) != 1 || s.Blocks[0].Kind != hiring.BlockParagraph {
		return false
	}
	text := s.Blocks[0].Text.Text
	return isRemark(text) || hasPrefixFold(text, "see ") && len(s.Links) > 0 && strings.Count(text, " ") < 2*mostLabel
}

// isAside reports whether a heading begins a part of a list rather than a level: "Nice-to-haves",
// or speaks to readers: "What it's like to work here", or says nothing.
func isAside(s *hiring.Section) bool {
	words := tokens(s.Heading.Text)
	return !hasWords(s) || len(words) > 0 && asides.of(words[0]) || reportHeading(s)
}

var asides = set("nice bonus what how why who when where you we")

// level makes a level of a section.
func (l *leveller) level(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) *hiring.Level {
	lv := l.goesOn(s, kind, role)
	again := lv != nil
	if again {
		lv.Again = append(lv.Again, s)
	} else {
		lv = &l.room.levels.take(1)[0]
		*lv = hiring.Level{Kind: kind, Name: strings.TrimRight(s.Heading.Text, ": "), Section: s, Role: role}
	}
	var within []int // levels whose headings were set too deep, with parts that name them beside those
	for i, c := range s.Children {
		n := len(within)
		switch {
		case kind == hiring.KindRole:
		case c.Kind == hiring.SectionOther && i+1 < len(s.Children) && ofName(s.Children[i+1], c.Heading.Text) && !sameWords(c.Heading.Text, lv.Name):
			within = append(within, i)
		case c.Kind == hiring.SectionOther && isWish(c.Heading.Text):
			lv.Core.NiceToHave = append(lv.Core.NiceToHave, c)
		case isPart(c.Kind) && ofAll(c):
			l.addAll(&l.page.Core, c)
		case n == 0 || !ofName(c, s.Children[within[n-1]].Heading.Text):
			l.addAll(&lv.Core, c)
		}
	}
	l.known[s] = true
	if again {
		return lv
	}
	switch kind {
	case hiring.KindLevel:
		l.page.Levels = append(l.page.Levels, lv)
	case hiring.KindRole:
		l.page.Roles = append(l.page.Roles, lv)
	case hiring.KindSpecialty, hiring.KindSegment:
		l.page.Variants = append(l.page.Variants, lv)
	}
	l.all = append(l.all, lv)
	for _, i := range within {
		inner := l.level(s.Children[i], kind, role)
		for _, part := range s.Children[i+1:] {
			if !ofName(part, inner.Name) {
				break
			}
			l.addAll(&inner.Core, part)
		}
	}
	return lv
}

// ofName reports whether a section is a part of whom a heading names.
func ofName(s *hiring.Section, heading string) bool {
	return isPart(s.Kind) && s.Subject != "" && sameWords(s.Subject, strings.TrimRight(heading, ": "))
}

// addAll puts a section where its kind belongs, and the parts that were set too deep below it.
func (l *leveller) addAll(core *hiring.Core, s *hiring.Section) {
	if isPart(s.Kind) {
		add(core, s)
		l.addBelow(core, s, s.Kind)
	}
}

func (l *leveller) addBelow(core *hiring.Core, s *hiring.Section, kind hiring.SectionKind) {
	for _, c := range s.Children {
		switch {
		case l.known[c]: // a stray level, or a part of one
		case isPart(c.Kind) && c.Kind != kind:
			l.addAll(core, c)
		case c.Kind == hiring.SectionOther && !hasChild(c, hiring.SectionJobGrade):
			l.addBelow(core, c, kind)
		}
	}
}

// isPart reports whether sections of a kind describe a page, a role or a level.
func isPart(kind hiring.SectionKind) bool {
	switch kind {
	case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade, hiring.SectionPerformanceIndicators, hiring.SectionCareerLadder:
		return true
	default:
		return false
	}
}

// add puts a section where its kind belongs.
func add(c *hiring.Core, s *hiring.Section) {
	switch s.Kind {
	case hiring.SectionResponsibilities:
		c.Responsibilities = append(c.Responsibilities, s)
	case hiring.SectionRequirements:
		c.Requirements = append(c.Requirements, s)
	case hiring.SectionJobGrade:
		c.JobGrade = append(c.JobGrade, s)
	case hiring.SectionPerformanceIndicators:
		c.PerformanceIndicators = append(c.PerformanceIndicators, s)
	case hiring.SectionCareerLadder:
		c.CareerLadder = append(c.CareerLadder, s)
	default:
	}
}

// speaksOf reports whether a heading's subject may mean a level: most of its words are the
// level's.
func speaksOf(subject, name string) bool {
	want := setOf(tokens(name))
	have := tokens(subject)
	n := 0
	for _, w := range have {
		if want[w] {
			n++
		}
	}
	return n > 0 && 2*n >= len(have)
}

// find is where words stand within a span, the whole span when marks part them.
func find(src []byte, in hiring.Span, words string) hiring.Span {
	if i := bytes.Index(src[in.Start:in.End], []byte(words)); i >= 0 {
		return hiring.Span{Start: in.Start + i, End: in.Start + i + len(words)}
	}
	return in
}
