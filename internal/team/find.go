package team

import (
	"cmp"
	"slices"
	"strings"
)

// A Directory is the people of a company. A nil one knows nobody.
type Directory struct {
	members []member
	bySlug  map[string]int
	byUser  map[string]int // lower case
}

// A member is a person with the title and departments as they are compared.
type member struct {
	Person
	titles      []said // more than one for "Co-founder, CEO"
	departments [][]string
}

// New makes a directory of people. Of two entries with one slug or user name the first counts.
func New(people []Person) *Directory {
	d := &Directory{bySlug: map[string]int{}, byUser: map[string]int{}}
	for _, p := range people {
		user := strings.ToLower(p.Username)
		if _, twice := d.byUser[user]; twice && user != "" {
			continue
		}
		m := member{Person: p, titles: []said{parse(p.Title)}}
		for part := range strings.SplitSeq(strings.ReplaceAll(p.Title, "&", ","), ",") {
			if one := parse(part); one.head == "chief" || one.head == "founder" {
				m.titles = append(m.titles, one)
			}
		}
		for _, name := range p.Departments {
			m.departments = append(m.departments, slices.DeleteFunc(words(name), func(w string) bool { return units[w] || w == "management" }))
		}
		i := len(d.members)
		d.members = append(d.members, m)
		if _, twice := d.bySlug[p.Slug]; !twice && p.Slug != "" {
			d.bySlug[p.Slug] = i
		}
		if user != "" {
			d.byUser[user] = i
		}
	}
	return d
}

// Person is the person with a user name.
func (d *Directory) Person(user string) (Person, bool) {
	if d == nil {
		return Person{}, false
	}
	i, ok := d.byUser[strings.ToLower(user)]
	if !ok {
		return Person{}, false
	}
	return d.members[i].Person, true
}

// Titles are all titles, each once.
func (d *Directory) Titles() []string {
	var list []string
	for _, m := range d.members {
		if m.Title != "" {
			list = append(list, m.Title)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// in reports whether somebody belongs to a department: to one of just this name, or, less exactly, to
// one with these words in its name.
func (p member) in(asked []string, exact bool) bool {
	return len(asked) > 0 && slices.ContainsFunc(p.departments, func(name []string) bool {
		return within(asked, name) && (!exact || len(name) == len(asked))
	})
}

// A Context is what the words of a step leave to the opening: whose team it is about.
type Context struct {
	HiringManager string // user name
	Recruiter     string
	Department    string // of the page: "product"
}

// A Pool is the people whom the words of a step mean, by name.
type Pool struct {
	People []Person
	Why    string // "with this title", "who report to the hiring manager"
	Single bool   // the opening says who it is: its hiring manager, its recruiter, the manager of the former
}

// Has reports whether somebody is in the pool.
func (p Pool) Has(user string) bool {
	return user != "" && slices.ContainsFunc(p.People, func(one Person) bool { return strings.EqualFold(one.Username, user) })
}

// Find finds the people whom a step names. An empty pool means that nobody is known by these words.
func (d *Directory) Find(asked string, c Context) Pool {
	pool := d.find(asked, c)
	slices.SortStableFunc(pool.People, func(a, b Person) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Username, b.Username))
	})
	pool.People = slices.CompactFunc(pool.People, func(a, b Person) bool { return a.File == b.File && a.Line == b.Line && a.Username == b.Username })
	return pool
}

func (d *Directory) find(asked string, c Context) Pool {
	kind, rest := relation(asked)
	if kind == hiringManager {
		return d.named(c.HiringManager, "as the hiring manager")
	}
	if kind == recruiter {
		return d.named(c.Recruiter, "as the recruiter")
	}
	if d == nil {
		return Pool{}
	}
	switch kind {
	case skipLevel:
		if m, ok := d.lead(c.HiringManager); ok {
			return Pool{People: []Person{m.Person}, Why: "as the manager of the hiring manager", Single: true}
		}
		return Pool{}
	case executives:
		return d.those("in the executive group", func(m member) bool {
			return slices.ContainsFunc(m.titles, func(s said) bool {
				return s.head == "chief" && len(s.phrases) > 0 && !strings.HasPrefix(s.phrases[0], "staff")
			})
		})
	default:
	}
	if kind == title {
		if pool := d.titled(asked, c); len(pool.People) > 0 {
			return pool
		}
		return d.parts(asked, c)
	}
	return d.peers(kind, rest, c)
}

// named is somebody whom the opening itself names, known to the directory or not.
func (d *Directory) named(user, why string) Pool {
	if user == "" {
		return Pool{}
	}
	if p, ok := d.Person(user); ok {
		return Pool{People: []Person{p}, Why: why, Single: true}
	}
	return Pool{People: []Person{{Username: user}}, Why: why, Single: true}
}

// lead is whom somebody reports to.
func (d *Directory) lead(user string) (member, bool) {
	p, ok := d.Person(user)
	if !ok {
		return member{}, false
	}
	i, ok := d.bySlug[p.ReportsTo]
	if !ok {
		return member{}, false
	}
	return d.members[i], true
}

func (d *Directory) those(why string, f func(member) bool) Pool {
	pool := Pool{Why: why}
	for _, m := range d.members {
		if f(m) {
			pool.People = append(pool.People, m.Person)
		}
	}
	return pool
}

// titled finds those who hold a title, the nearest of them.
func (d *Directory) titled(asked string, c Context) Pool {
	why := "with this title"
	var pool Pool
	for _, text := range meanings(asked, c) {
		s := parse(text)
		if s.bare() && s.head != "chief" {
			if s = s.of(c.Department); s.bare() {
				continue
			}
			why = "with this title in the department of the page"
		}
		pool.People = append(pool.People, d.holding(s)...)
	}
	pool.Why = why
	return pool
}

func (d *Directory) holding(s said) []Person {
	var by [not][]Person
	for _, m := range d.members {
		if way := m.holds(s); way != not {
			by[way] = append(by[way], m.Person)
		}
	}
	for _, people := range by {
		if len(people) > 0 {
			return people
		}
	}
	return nil
}

// of is a bare rank within a department.
func (s said) of(department string) said {
	if list := slices.DeleteFunc(words(department), func(w string) bool { return units[w] }); len(list) > 0 {
		s.phrases, s.unit = []string{strings.Join(list, " ")}, true
		s.words = slices.Sorted(slices.Values(list))
	}
	return s
}

// meanings writes out abbreviations that stand for several things: the one that fits the department
// of the page, or all.
func meanings(asked string, c Context) []string {
	fields := strings.Fields(normal(asked))
	for i, w := range fields {
		all, ok := either[singular(strings.Trim(w, ",.;:()"))]
		if !ok {
			continue
		}
		var texts []string
		for _, meant := range all {
			texts = append(texts, strings.Join(slices.Concat(fields[:i], []string{meant}, fields[i+1:]), " "))
		}
		for n, meant := range all {
			for _, w := range words(c.Department) {
				if slices.Contains(words(meant), w) {
					return texts[n : n+1]
				}
			}
		}
		return texts
	}
	return []string{asked}
}

// parts finds the people of "a Director or VP of Product" and "Backend and Frontend Engineers": what the
// last part says of all is said once.
func (d *Directory) parts(asked string, c Context) Pool {
	list := split(asked)
	if len(list) < 2 {
		return Pool{}
	}
	last := parse(list[len(list)-1])
	pool := Pool{Why: "with one of these titles"}
	for _, part := range list {
		s := parse(part)
		switch {
		case s.known && s.bare() && !last.bare():
			s.phrases, s.words, s.unit = last.phrases, last.words, last.unit
			pool.People = append(pool.People, d.holding(s)...)
		case !s.known && last.known:
			pool.People = append(pool.People, d.holding(parse(part+" "+last.head))...)
		default:
			pool.People = append(pool.People, d.find(part, c).People...)
		}
	}
	return pool
}

func split(asked string) []string {
	text := strings.NewReplacer(" and/or ", "|", " or ", "|", " and ", "|", "/", "|", " & ", "|", ", ", "|").Replace(normal(asked))
	var list []string
	for part := range strings.SplitSeq(text, "|") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// peers finds people by the team they are in: that of the hiring manager, or a department.
func (d *Directory) peers(kind relative, rest []string, c Context) Pool {
	asked := parse(strings.Join(rest, " "))
	if len(rest) == 0 || asked.known && asked.bare() {
		boss, ok := d.Person(c.HiringManager)
		if !ok || boss.Slug == "" {
			return Pool{}
		}
		pool := d.those("who report to the hiring manager", func(m member) bool {
			return m.ReportsTo == boss.Slug && (len(rest) == 0 || slices.ContainsFunc(m.titles, func(s said) bool { return s.head == asked.head }))
		})
		return pool
	}
	for _, exact := range []bool{true, false} {
		pool := d.those("of this team", func(m member) bool {
			// Not every manager leads people: a product manager does not.
			return m.in(rest, exact) && (kind != leaders || slices.ContainsFunc(m.titles, func(s said) bool { return ranks[s.head] && s.head != "manager" }))
		})
		if len(pool.People) > 0 {
			return pool
		}
	}
	if asked.known {
		return Pool{People: d.holding(asked), Why: "with this title"}
	}
	return Pool{}
}
