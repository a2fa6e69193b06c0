package rule

import (
	"bytes"
	"net/netip"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var insecureLink = &Rule{
	Name:     "insecure-link",
	Group:    GroupLinks,
	Doc:      "links begin with https://",
	Why:      "What comes over http:// can be read and changed on its way, and browsers warn of it.",
	Severity: finding.Warning,
	Index:    true,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Look after [the site](http://example.com/)\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Look after [the site](https://example.com/), try it at `http://localhost:8080/`\n",
	Run: func(p *Pass) {
		const scheme = "http://"
		t := p.prose()
		for at := p.Page.Root.Span.Start; ; {
			i := bytes.Index(t.lower[at:], []byte("://")) // at a fraction of the cost of one for the scheme, as ':' is rare
			if i < 0 {
				return
			}
			from := at
			at += i + len("://")
			if !bytes.HasSuffix(t.lower[from:at], []byte(scheme)) {
				continue
			}
			link := hiring.Span{Start: at - len(scheme), End: at}
			link.End += addressLength(t.lower[link.End:])
			at = link.End
			host, _, _ := strings.Cut(string(t.lower[link.Start+len(scheme):link.End]), "/")
			if where := t.places[link.Start]; where == inCode || where == inComment || !isPublic(host) || isNamespace(t.lower[:link.Start]) {
				continue
			}
			fix := []finding.Edit{p.edit(hiring.Span{Start: link.Start, End: link.Start + len(scheme)}, "https://")}
			p.ReportFix(link, p.sectionAt(link.Start), fix, "%q is not encrypted on its way; write %q", p.Page.Slice(link), "https://"+p.Page.Slice(hiring.Span{Start: link.Start + len(scheme), End: link.End}))
		}
	},
}

// addressLength is how much of a text belongs to an address. A mark at its end is that of the
// sentence, and a parenthesis that the address does not open is that of the link.
func addressLength(text []byte) int {
	n := bytes.IndexAny(text, " \t\r\n<>\"'`|]")
	if n < 0 {
		n = len(text)
	}
	depth := 0
	for i := range n {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				n = i
			}
		}
		if depth < 0 {
			break
		}
	}
	return len(bytes.TrimRight(text[:n], ".,;:!?*_"))
}

// isPublic reports whether a host is a name that the world knows. Others answer without
// encryption as a rule.
func isPublic(host string) bool {
	host, _, _ = strings.Cut(host, ":")
	_, err := netip.ParseAddr(host)
	return err != nil && strings.Contains(host, ".") && !strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".localhost") && !strings.ContainsAny(host, "{<%")
}

// isNamespace reports whether the address that a text ends before is the name of an XML
// namespace, which is no link.
func isNamespace(before []byte) bool {
	before = before[max(0, len(before)-64):]
	i := bytes.LastIndexAny(before, " \t\n<")
	return bytes.HasPrefix(before[i+1:], []byte("xmlns"))
}

// sectionAt is the anchor of the section that an offset lies in.
func (p *Pass) sectionAt(offset int) string {
	s := p.Page.Root
	for {
		inner := s
		for _, c := range s.Children {
			if c.Span.Start <= offset && offset < c.Span.End {
				inner = c
				break
			}
		}
		if inner == s {
			break
		}
		s = inner
	}
	if s.Rank == 0 {
		return "page"
	}
	return anchorOf(s)
}
