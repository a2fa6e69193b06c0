package status

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// hostile is what strangers would like to see in a page.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&amp;`

func sample(text string) Page {
	now := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	subject := Subject{Name: "!7 of " + text, URL: "https://gitlab.example/acme/-/merge_requests/7?" + text, Kind: text, Project: 42, IID: 7}
	return Page{
		Version: text, Now: now, Began: now.Add(-time.Hour), Problem: text, Notice: text,
		Queue:    []Count{{Name: text, Value: text, Alarm: true}},
		Answers:  []Count{{Name: text, Value: text}},
		Failures: []Failure{{Subject: subject, Reason: text, At: now.Add(-time.Minute)}},
		Hooks:    []Hook{{Project: text, State: text, Detail: text, At: now}},
		Requests: []Request{{Subject: subject, Result: text, At: now, Took: time.Second}},
		Openings: []Stage{{Project: text, Name: text, Openings: 3}},
		Read:     now,
		Stored:   []Delivery{{ID: text, Event: text, At: now, Subjects: []Subject{subject, {Name: text}}}},
		Swept:    now,
	}
}

func write(t *testing.T, p Page) (string, *html.Node) {
	t.Helper()
	var out strings.Builder
	if err := p.Write(&out); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), doc
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// TestHostileTextStaysText: what comes from GitLab and from senders makes no element.
func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	_, plain := write(t, sample("word"))
	src, doc := write(t, sample(hostile))
	elements := func(root *html.Node) (list []string) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode {
				list = append(list, n.Data)
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") {
						t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
					}
				}
			}
		}
		return list
	}
	if got, want := strings.Join(elements(doc), " "), strings.Join(elements(plain), " "); got != want {
		t.Errorf("hostile text made elements:\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(src, "<script") {
		t.Error("there is a script")
	}
}

// TestUsableByAll: one h1, headings in order, tables with heads and captions, names on buttons, a
// language, and no two equal ids.
func TestUsableByAll(t *testing.T) {
	t.Parallel()
	_, doc := write(t, sample("word"))
	count := map[string]int{}
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		if id, ok := attribute(n, "id"); ok {
			if ids[id] {
				t.Errorf("two elements have the id %q", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "html":
			if lang, _ := attribute(n, "lang"); lang != "en" {
				t.Error("the page has no language")
			}
		case "th":
			if scope, _ := attribute(n, "scope"); scope != "row" && scope != "col" {
				t.Error("a head of a table says not of what")
			}
		case "button":
			if text := textOf(n); !strings.Contains(text, "Retry") || !strings.Contains(text, "!7") {
				t.Errorf("a button says %q, which does not tell of what", text)
			}
		case "section":
			if by, _ := attribute(n, "aria-labelledby"); by == "" {
				t.Error("a section has no name")
			}
		case "a":
			if textOf(n) == "" {
				t.Error("a link says nothing")
			}
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["h2"] != count["section"] || count["caption"] != count["table"] || count["table"] != 5 || count["form"] != 1 || count["h3"] > 0 {
		t.Errorf("elements: %v", count)
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestEmptyPageSaysSo: nothing there is said in words, not by an empty table.
func TestEmptyPageSaysSo(t *testing.T) {
	t.Parallel()
	src, _ := write(t, Page{Now: time.Now(), Began: time.Now(), Sweeps: true})
	for _, want := range []string{"Ready", "Nothing was given up", "GitLab was not asked yet", "None was looked at", "They were not read yet", "None is stored", "No full sweep yet"} {
		if !strings.Contains(src, want) {
			t.Errorf("an empty page does not say %q", want)
		}
	}
	if strings.Contains(src, "<table") || strings.Contains(src, "<form") {
		t.Error("an empty page has a table or a form")
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Hour: "just now", 0: "just now", time.Second: "1 second ago", 90 * time.Second: "1 minute ago", 59 * time.Minute: "59 minutes ago",
		47 * time.Hour: "1 day ago", 48 * time.Hour: "2 days ago",
	} {
		if got := Ago(d); got != want {
			t.Errorf("Ago(%s) = %q, want %q", d, got, want)
		}
	}
}
