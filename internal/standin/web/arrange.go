package web

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// arrange brings cleaned HTML into the form that pages show. Reading and writing it as a tree
// also closes what was left open, so that no text reaches beyond its place on the page. The highest
// heading gets the rank first, since the text stands below headings of the page.
func arrange(cleaned []byte, first int) rendered {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(cleaned), body)
	if err != nil {
		return rendered("<pre>" + html.EscapeString(string(cleaned)) + "</pre>")
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	top := 7
	each(body, func(n *html.Node) { top = min(top, rank(n)) })
	last := first - 1
	each(body, func(n *html.Node) {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			last = min(6, rank(n)-top+first, last+1) // none is left out on the way down
			rename(n, "h"+strconv.Itoa(last))
		case atom.Input:
			box(n)
		case atom.Img:
			image(n)
		case atom.Table:
			wrap(n)
		}
	})
	var out bytes.Buffer
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&out, n); err != nil {
			return ""
		}
	}
	return rendered(out.String())
}

// each calls f for all elements below n. F may change the element it gets.
func each(n *html.Node, f func(*html.Node)) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			each(c, f)
			f(c)
		}
		c = next
	}
}

// rank is the rank of a heading, 7 for all else.
func rank(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	}
	return 7
}

func rename(n *html.Node, name string) { n.Data, n.DataAtom = name, atom.Lookup([]byte(name)) }

// box shows the box of a task list. Nobody can tick it here, so it is no control.
func box(n *html.Node) {
	label, class := "not done", "box"
	for _, a := range n.Attr {
		if a.Key == "checked" {
			label, class = "done", "box ticked"
		}
	}
	rename(n, "span")
	n.Attr = []html.Attribute{{Key: "class", Val: class}, {Key: "role", Val: "img"}, {Key: "aria-label", Val: label}}
	item := n.Parent
	if item.DataAtom == atom.P {
		item = item.Parent
	}
	if item != nil && item.DataAtom == atom.Li {
		item.Attr = append(item.Attr, html.Attribute{Key: "class", Val: "task"}) // the box stands for the bullet
	}
}

// image shows what an image is called, since nothing is loaded from elsewhere.
func image(n *html.Node) {
	alt := "image"
	for _, a := range n.Attr {
		if a.Key == "alt" && strings.TrimSpace(a.Val) != "" {
			alt = "image: " + a.Val
		}
	}
	rename(n, "span")
	n.Attr = []html.Attribute{{Key: "class", Val: "image"}}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: alt})
}

// wrap lets a wide table scroll by itself.
func wrap(n *html.Node) {
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{{Key: "class", Val: "scroll"}}}
	n.Parent.InsertBefore(div, n)
	n.Parent.RemoveChild(n)
	div.AppendChild(n)
}
