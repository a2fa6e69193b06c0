package rule

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var brokenLink = &Rule{
	Name:     "broken-link",
	Group:    GroupLinks,
	Doc:      "links lead to a page, file or heading that the repository has",
	Why:      "A link that leads nowhere costs every reader a search. Links to other sites are not followed, and where the repository can't be looked at only links within the page are checked.",
	Severity: finding.Warning,
	Index:    true,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- All of the [requirments](#requirments)\n\n## Requirements\n\n- Patience\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- All of the [requirements](#requirements)\n\n## Requirements\n\n- Patience\n",
	Run: func(p *Pass) {
		p.Page.Root.Walk(func(s *hiring.Section) bool {
			for _, l := range s.Links {
				p.follow(l, s)
			}
			return true
		})
		p.undefined()
	},
}

// undefined reports links by a name that no line of the page explains: "[our values][values]" without "[values]: /values/".
// They are shown as they are written.
func (p *Pass) undefined() {
	src := p.Page.Source[p.Page.Root.Span.Start:]
	if !bytes.Contains(src, []byte("][")) || p.anchorsOf(p.Page).open {
		return // as nearly all pages; and the lines may be in what a template brings
	}
	places := p.prose().places
	p.Page.Root.Walk(func(s *hiring.Section) bool {
		for _, b := range s.Blocks {
			text := p.Page.Slice(b.Span)
			for at := 0; ; {
				i := strings.Index(text[at:], "][")
				if i < 0 {
					break
				}
				middle := at + i
				at = middle + 1
				words, name := bracketsAround(text, middle)
				whole := hiring.Span{Start: b.Span.Start + middle - len(words) - 1, End: b.Span.Start + middle + len(name) + len("][]")}
				if words == "" || places[whole.Start] != inText || places[b.Span.Start+middle] != inText || places[b.Span.Start+middle+1] != inText {
					continue // a link, code or a comment
				}
				says := strings.Join(strings.Fields(p.Page.Slice(whole)), " ")
				p.Report(whole, anchorOf(s), "%q is no link, since no line \"[%s]: ...\" says where it leads; add one, or write the address in its place", says, strings.Join(strings.Fields(name), " "))
			}
		}
		return true
	})
}

// bracketsAround are the words in the brackets that end and begin in the middle of "[words][name]"; "" where these are no
// words for readers, or letters stand before, as in "list[one][two]".
func bracketsAround(text string, middle int) (words, name string) {
	const longest = 200
	before, after := text[max(0, middle-longest):middle], text[middle+len("]["):min(len(text), middle+longest)]
	open, end := strings.LastIndexByte(before, '['), strings.IndexByte(after, ']')
	if open < 0 || end < 0 {
		return "", ""
	}
	if i := open - 1; i >= 0 && !strings.ContainsRune(" \n\t(*_\"", rune(before[i])) {
		return "", ""
	}
	words, name = before[open+1:], after[:end]
	if !isWords(words) || !isWords(name) {
		return "", ""
	}
	return words, name
}

// isWords reports whether a text in brackets is one for readers: two letters or more, in one paragraph, and no footnote.
func isWords(text string) bool {
	letters := 0
	for i := range len(text) {
		if isLetter(text[i]) {
			letters++
		}
	}
	return letters > 1 && text[0] != '^' && !strings.ContainsAny(text, "[]<>{}`\\") && !strings.Contains(text, "\n\n")
}

// follow reports a link of a section that leads nowhere.
func (p *Pass) follow(l hiring.Link, s *hiring.Section) {
	dest := strings.TrimSpace(l.Dest)
	if dest == "" || hasScheme(dest) || strings.HasPrefix(dest, "//") || strings.ContainsAny(dest, "{}<>%$") {
		return // other sites, and templates
	}
	if inner := strings.Trim(dest, "()"); strings.HasPrefix(dest, "(") && "("+inner+")" == dest {
		if i := strings.LastIndex(p.Page.Slice(l.Span), dest); i >= 0 {
			at := hiring.Span{Start: l.Span.Start + i, End: l.Span.Start + i + len(dest)}
			p.ReportFix(l.Span, anchorOf(s), []finding.Edit{p.edit(at, inner)}, "%q has brackets around it, with which it leads nowhere; write %q", dest, inner)
			return
		}
	}
	address, fragment, _ := strings.Cut(dest, "#")
	address, _, _ = strings.Cut(address, "?")
	if address == "" {
		p.fragment(p.Page, l, s, dest, fragment)
		return
	}
	if p.Site == nil {
		return
	}
	file, known := p.locate(address)
	switch {
	case !known:
	case file == "":
		p.Report(l.Span, anchorOf(s), "%q leads to no page or file of the repository; correct it or take the link away", dest)
	case fragment != "" && (strings.HasSuffix(file, ".md") || strings.HasSuffix(file, ".md.erb") || strings.HasSuffix(file, ".markdown")):
		if target := p.Site.Page(file); target != nil {
			p.fragment(target, l, s, dest, fragment)
		}
	}
}

// hasScheme reports whether an address begins with the name of a protocol.
func hasScheme(dest string) bool {
	i := strings.IndexAny(dest, ":/#?")
	return i > 0 && dest[i] == ':'
}

// fragment reports a link of a section to a heading that a page does not have.
func (p *Pass) fragment(target *hiring.Page, l hiring.Link, s *hiring.Section, dest, fragment string) {
	if fragment == "" || fragment == "top" {
		return
	}
	a := p.anchorsOf(target)
	if a.open || a.has(fragment) {
		return
	}
	if right := strings.ToLower(fragment); a.has(right) {
		i := strings.LastIndex(p.Page.Slice(l.Span), fragment)
		if i >= 0 {
			wrong := hiring.Span{Start: l.Span.Start + i, End: l.Span.Start + i + len(fragment)}
			p.ReportFix(l.Span, anchorOf(s), []finding.Edit{p.edit(wrong, right)}, "%q leads to no heading, since headings are reached in lower case; write %q", dest, strings.TrimSuffix(dest, fragment)+right)
			return
		}
	}
	where := "this page"
	if target != p.Page {
		where = target.Path
	}
	remedy := "correct it or take the part from \"#\" on away"
	if strings.HasPrefix(dest, "#") { // of which nothing would be left
		remedy = "correct it or take the link away"
	}
	if near := p.guess(fragment, a.inOrder()); near != "" {
		remedy = "perhaps \"#" + near + "\" is meant"
	}
	p.Report(l.Span, anchorOf(s), "%q leads to no heading of %s; %s", dest, where, remedy)
}

// anchors are the names by which links reach the headings and other parts of a page. open is true
// where a template may add more when the site is built.
type anchors struct {
	names  map[string]int // how many headings have the name as it is
	sorted []string       // see inOrder
	open   bool
}

func (a *anchors) has(name string) bool {
	_, ok := a.names[name]
	return ok
}

// inOrder are the names in order. Few pages ask for them.
func (a *anchors) inOrder() []string {
	if a.sorted == nil {
		a.sorted = slices.Sorted(maps.Keys(a.names))
	}
	return a.sorted
}

// anchorsOf are the anchors of a page, read once.
func (s *Sheet) anchorsOf(page *hiring.Page) *anchors {
	a, known := s.anchors[page]
	if !known {
		a = readAnchors(page)
		if s.anchors == nil {
			s.anchors = map[*hiring.Page]*anchors{}
		}
		s.anchors[page] = a
	}
	return a
}

func readAnchors(page *hiring.Page) *anchors {
	headings := 0
	sections(page, func(*hiring.Section) { headings++ })
	names := make(map[string]int, headings)
	sections(page, func(s *hiring.Section) {
		if s.ID != "" {
			names[s.ID] += 0
		}
		for _, slug := range slugs(s.Heading.Text) {
			if n := names[slug]; n > 0 {
				names[slug+"-"+itoa(n)] += 0
			}
			names[slug]++
		}
	})
	for rest := page.Source; ; {
		before, after, found := bytes.Cut(rest, []byte("="))
		if !found {
			break
		}
		rest = after
		if len(after) > 0 && (after[0] == '"' || after[0] == '\'') && (bytes.HasSuffix(before, []byte("id")) || bytes.HasSuffix(before, []byte("name"))) {
			if id, _, ok := bytes.Cut(after[1:], after[:1]); ok {
				names[string(id)] += 0
			}
		}
	}
	src := page.Source[page.Root.Span.Start:]
	open := slices.ContainsFunc([]string{"<%", "{{<", "{{%"}, func(tag string) bool { return bytes.Contains(src, []byte(tag)) })
	return &anchors{names: names, open: open}
}

// slugs are the anchors that the builders of sites give to a heading: Hugo leaves hyphens as they
// come, GitLab makes one of several, and kramdown has a way of its own.
func slugs(heading string) []string {
	plain := hiring.Slug(heading)
	if wordsOnly(heading) {
		return []string{plain} // all agree
	}
	single := plain
	for strings.Contains(single, "--") {
		single = strings.ReplaceAll(single, "--", "-")
	}
	list := []string{plain, single, kramdownSlug(heading)}
	slices.Sort(list)
	return slices.Compact(list)
}

// wordsOnly reports whether a text is words in letters of ASCII with a blank between them.
func wordsOnly(text string) bool {
	last := byte(' ')
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && (c != ' ' || last == ' ') {
			return false
		}
		last = text[i]
	}
	return last != ' '
}

// kramdownSlug is the anchor that kramdown gives to a heading: ASCII only, from the first letter
// on.
func kramdownSlug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r >= 'a' && r <= 'z', b.Len() > 0 && (r >= '0' && r <= '9' || r == '-'):
			b.WriteRune(r)
		case r == ' ' && b.Len() > 0:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// locate finds the file that an address leads to, "" when there is none. known is false where
// the repository can't tell: the address belongs to a part of the site that lies elsewhere.
func (p *Pass) locate(address string) (file string, known bool) {
	root, layout := siteRoot(p.Page.Path)
	dir := path.Dir(p.Page.Path)
	if absolute, ok := strings.CutPrefix(address, "/"); ok {
		return p.absolute(root, layout, absolute)
	}
	// An address is relative to that of the page for a browser, and to the file for GitLab's own
	// view of the repository.
	bases := []string{dir}
	if layout != nil {
		bases = append(bases, pageAddress(p.Page.Path))
	}
	for _, base := range bases {
		target := path.Join(base, address)
		if target == ".." || strings.HasPrefix(target, "../") || root != "" && !strings.HasPrefix(target+"/", root+"/") {
			return "", false
		}
		if f := p.file(target, layout); f != "" {
			return f, true
		}
	}
	return "", layout != nil || path.Ext(address) != ""
}

// absolute finds what an address from the root of the site leads to.
func (p *Pass) absolute(root string, layout []string, address string) (file string, known bool) {
	if layout == nil {
		if f := p.file(address, nil); f != "" {
			return f, true
		}
		return "", false
	}
	first, _, _ := strings.Cut(address, "/")
	for _, r := range p.siteRoots(root) {
		if f := p.file(path.Join(r, address), layout); f != "" {
			return f, true
		}
		known = known || first != "" && p.file(path.Join(r, first), layout) != ""
	}
	return "", known && !p.redirected(root, "/"+strings.TrimSuffix(address, "/"))
}

// file is the file that stands for an address, given as a path from the root of the repository;
// for a folder without a page of its own, the folder.
func (p *Pass) file(target string, layout []string) string {
	target = strings.TrimSuffix(target, "/")
	for _, ending := range layout {
		if f := target + ending; p.Site.Has(f) {
			return f
		}
	}
	if page, ok := strings.CutSuffix(target, ".html"); ok && layout != nil {
		for _, ending := range layout {
			if f := page + ending; p.Site.Has(f) {
				return f
			}
		}
	}
	if p.Site.Has(target) {
		return target
	}
	return ""
}

// How files and addresses belong together: what is added to the path of an address to find the
// file of its page.
var (
	// middleman has a page at /a/b/ in a/b/index.html.md, in a/b.html.md and the like.
	middleman = []string{
		"/index.html.md", "/index.html.md.erb", "/index.html.erb", "/index.html.haml", "/index.html", "/index.md",
		".html.md", ".html.md.erb", ".html.erb", ".html.haml", ".html", ".md",
	}
	// hugo has it in a/b.md, a/b/index.md or, with pages below it, a/b/_index.md.
	hugo = []string{".md", "/_index.md", "/index.md", ".html", "/_index.html", "/index.html"}
)

// siteRoot is the folder that a site is built from which holds a page, and how its files and
// addresses belong together; layout is nil for a page of no such site.
func siteRoot(file string) (root string, layout []string) {
	for dir := path.Dir(file); dir != "." && dir != "/"; dir = path.Dir(dir) {
		switch path.Base(dir) {
		case "source":
			return dir, middleman
		case "content":
			return dir, hugo
		}
	}
	return "", nil
}

// siteRoots are the folders in which the page of an address may lie. GitLab's site of 2022 was
// built from several, each with a "source" of its own, and Hugo puts what is in "static" beside
// the pages.
func (p *Pass) siteRoots(root string) []string {
	above := path.Dir(root)
	if path.Base(root) == "content" {
		return []string{root, path.Join(above, "static"), path.Join(above, "assets")}
	}
	roots := []string{root}
	sites := path.Dir(above)
	if path.Base(sites) == "sites" {
		roots = append(roots, path.Join(path.Dir(sites), "source"))
		for _, name := range p.Site.Names(sites) {
			roots = append(roots, path.Join(sites, name, "source"))
		}
	}
	return roots
}

// pageAddress is the address of a page, as a path from the root of the repository.
func pageAddress(file string) string {
	for _, ending := range []string{"/_index.md", "/index.md", "/index.html.md", "/index.html.md.erb"} {
		if dir, ok := strings.CutSuffix(file, ending); ok {
			return dir
		}
	}
	for _, ending := range []string{".html.md", ".html.md.erb", ".md.erb", ".md"} {
		if page, ok := strings.CutSuffix(file, ending); ok {
			return page
		}
	}
	return path.Dir(file)
}

// redirected reports whether the redirects of the site name an address.
func (p *Pass) redirected(root, address string) bool {
	return slices.ContainsFunc(redirects(root), func(list string) bool {
		return strings.Contains(string(p.Site.Source(list)), address)
	})
}

// Redirects are the files that may say of addresses on the site of a page where they have gone.
func Redirects(page string) []string {
	root, layout := siteRoot(page)
	if layout == nil {
		return nil
	}
	return redirects(root)
}

func redirects(root string) []string {
	var all []string
	for dir := path.Dir(root); ; dir = path.Dir(dir) {
		for _, list := range []string{"data/redirects.yml", "static/_redirects", "_redirects"} {
			all = append(all, path.Join(dir, list))
		}
		if dir == "." || dir == "/" {
			return all
		}
	}
}
