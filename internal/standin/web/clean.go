package web

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// clean takes all out of HTML that is active, that loads something, or that reaches out of its place:
// what stays is on the lists below. The text is read as a browser reads it and written anew from the
// tree, in which no element of a foreign kind (SVG, MathML) and none with unescaped text is left; so
// there is nothing that a browser could read in another way.
func clean(source []byte, anchors bool) []byte {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(source), body)
	if err != nil {
		return []byte(html.EscapeString(string(source)))
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	cleanBelow(body, anchors)
	var out bytes.Buffer
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&out, n); err != nil {
			return nil
		}
	}
	return out.Bytes()
}

// cleanBelow cleans what is below n. Of an element that may not stay its content does, unless that
// is no text for people.
func cleanBelow(n *html.Node, anchors bool) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode:
		case c.Type != html.ElementNode || c.Namespace != "" || dropped(c.DataAtom):
			n.RemoveChild(c)
		default:
			cleanBelow(c, anchors)
			if c.Attr = slices.DeleteFunc(c.Attr, func(a html.Attribute) bool { return !mayStay(c, a, anchors) }); stays(c) {
				relate(c)
				break
			}
			for inner := c.FirstChild; inner != nil; inner = c.FirstChild {
				c.RemoveChild(inner)
				n.InsertBefore(inner, c)
			}
			n.RemoveChild(c)
		}
		c = next
	}
}

// dropped reports elements that go with all they hold.
func dropped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Iframe, atom.Frame, atom.Frameset, atom.Noembed, atom.Noframes, atom.Noscript, atom.Object, atom.Embed,
		atom.Template, atom.Textarea, atom.Title, atom.Xmp, atom.Plaintext, atom.Select:
		return true
	}
	return false
}

// stays reports elements that are shown. Boxes and images stay until arrange replaces them.
func stays(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Br, atom.Hr, atom.Div, atom.Span, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Code,
		atom.Kbd, atom.Samp, atom.Var, atom.Em, atom.Strong, atom.B, atom.I, atom.U, atom.S, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Small, atom.Mark,
		atom.Abbr, atom.Q, atom.Cite, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot,
		atom.Tr, atom.Th, atom.Td, atom.Details, atom.Summary:
		return true
	case atom.A, atom.Img:
		return len(n.Attr) > 0
	case atom.Input:
		return attr(n, "type") == "checkbox"
	}
	return false
}

// mayStay reports whether an attribute stays. No value is kept as it is that could hold an address, a
// style or a program.
func mayStay(n *html.Node, a html.Attribute, anchors bool) bool {
	if a.Namespace != "" {
		return false
	}
	of := func(elements ...atom.Atom) bool { return slices.Contains(elements, n.DataAtom) }
	switch a.Key {
	case "title":
		return true
	case "href":
		return of(atom.A) && leadsToPage(a.Val)
	case "alt":
		return of(atom.Img)
	case "type":
		return of(atom.Input) && a.Val == "checkbox"
	case "checked":
		return of(atom.Input)
	case "open":
		return of(atom.Details)
	case "align":
		return of(atom.Th, atom.Td, atom.P, atom.Div) && slices.Contains([]string{"left", "right", "center"}, a.Val)
	case "colspan", "rowspan":
		return of(atom.Th, atom.Td) && digits(a.Val, 2)
	case "start":
		return of(atom.Ol) && digits(a.Val, 6)
	case "class":
		return of(atom.Code) && strings.HasPrefix(a.Val, "language-") && word(a.Val) ||
			of(atom.Div, atom.P) && (a.Val == "suggestion" || a.Val == "suggestion-title")
	case "id":
		return anchors && rank(n) < 7 && word(a.Val)
	}
	return false
}

// leadsToPage reports whether an address leads to the web, to mail or to a place beside the page.
func leadsToPage(address string) bool {
	u, err := url.Parse(address) // refuses control characters, which browsers leave out
	return err == nil && slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme)
}

func digits(s string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

// word reports whether a value is one word: letters, digits, and what joins them.
func word(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x80 && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '+')
	})
}

// relate tells the pages that links lead to nothing, and search engines that they are not ours.
func relate(n *html.Node) {
	if n.DataAtom == atom.A && attr(n, "href") != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: "rel", Val: "nofollow noreferrer"})
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
