package web

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	at := func(above, below int) []string { return []string{"zero", "one", "two", "three"}[1-above : 2+below] }
	for _, c := range []struct{ name, source, want string }{
		{"comment", "<!-- mark v1 -->\n\nText <!-- more --> here.", "<p>Text  here.</p>"},
		{"boxes", "- [x] a\n- [ ] b", `<ul><li class="task"><span class="box ticked" role="img" aria-label="done"></span> a</li><li class="task"><span class="box" role="img" aria-label="not done"></span> b</li></ul>`},
		{"boxes apart", "- [ ] a\n\n- b", `<ul><li class="task"><p><span class="box" role="img" aria-label="not done"></span> a</p></li><li><p>b</p></li></ul>`},
		{"details", "<details>\n<summary>More</summary>\n\n**bold**\n\n</details>", "<details><summary>More</summary><p><strong>bold</strong></p></details>"},
		{"open details", "<details open>\n\nx\n\n</details>", `<details open=""><p>x</p></details>`},
		{"table", "| a | b |\n| --- | ---: |\n| 1 | 2 |", `<div class="scroll"><table><thead><tr><th>a</th><th align="right">b</th></tr></thead><tbody><tr><td>1</td><td align="right">2</td></tr></tbody></table></div>`},
		{"headings", "# a\n\n### b\n\n<h1>c</h1>", "<h3>a</h3><h4>b</h4><h3>c</h3>"},
		{"headings upwards", "### a\n\n## b", "<h3>a</h3><h3>b</h3>"},
		{"low headings", "##### a\n\n###### b", "<h3>a</h3><h4>b</h4>"},
		{"strike and link", "~~no~~ https://example.com/a", `<p><del>no</del> <a href="https://example.com/a" rel="nofollow noreferrer">https://example.com/a</a></p>`},
		{"image", "![A cat](https://example.com/cat.png) ![](b.png)", `<p><span class="image">image: A cat</span> <span class="image">image</span></p>`},
		{"open tags", "<div><b>x", "<div><b>x</b></div>"},
		{"closing tags", "</div></section>x", "x"},
		{"sub", "<sub>small</sub>", "<p><sub>small</sub></p>"},
		{"mermaid", "```mermaid\nflowchart TD\n  a[\"x<br>y\"]\n```", "<pre><code class=\"language-mermaid\">flowchart TD\n  a[&#34;x&lt;br&gt;y&#34;]\n</code></pre>"},
		{"suggestion", "```suggestion:-0+0\nnew <b>\n```", "<div class=\"suggestion\"><p class=\"suggestion-title\">Suggested change</p><pre><del>one\n</del><ins>new &lt;b&gt;\n</ins></pre></div>"},
		{"wide suggestion", "````suggestion:-1+1\n```\n````", "<div class=\"suggestion\"><p class=\"suggestion-title\">Suggested change</p><pre><del>zero\n</del><del>one\n</del><del>two\n</del><ins>```\n</ins></pre></div>"},
		{"suggestion to delete", "```suggestion\n```", "<div class=\"suggestion\"><p class=\"suggestion-title\">Suggested change</p><pre><del>one\n</del></pre></div>"},
		{"no suggestion", "```suggestions\nx\n```", "<pre><code class=\"language-suggestions\">x\n</code></pre>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.ReplaceAll(strings.TrimSpace(string(toHTML(c.source, at))), ">\n<", "><")
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if got := string(toHTML("```suggestion:-0+0\nnew\n```", nil)); strings.Contains(got, "<ins>") {
		t.Errorf("a suggestion where there is no line: %s", got)
	}
	if got, want := strings.TrimSpace(string(fileToHTML("# The end\n\n## b"))), "<h2 id=\"the-end\">The end</h2>\n<h3 id=\"b\">b</h3>"; got != want {
		t.Errorf("file: got %s, want %s", got, want)
	}
}

func TestFrontMatter(t *testing.T) {
	for _, c := range []struct{ source, matter, text string }{
		{"---\na: 1\n---\ntext\n", "a: 1\n", "text\n"},
		{"\ufeff---\r\na: 1\r\n---\r\ntext", "a: 1\r\n", "text"},
		{"---\n---\n", "", ""},
		{"---\nopen\n", "", "---\nopen\n"},
		{"text\n---\n", "", "text\n---\n"},
		{"", "", ""},
	} {
		if matter, text := frontMatter(c.source); matter != c.matter || text != c.text {
			t.Errorf("%q: got %q and %q, want %q and %q", c.source, matter, text, c.matter, c.text)
		}
	}
}

// TestOnColor keeps the names of labels readable: 4.5 to 1, as WCAG asks.
func TestOnColor(t *testing.T) {
	for color, want := range map[string]string{"#000000": "#ffffff", "#ffffff": "#000000", "#1f75cb": "#ffffff", "#ffe066": "#000000", "#8b1d12": "#ffffff", "#6699cc": "#000000", "#808080": "#000000"} {
		if got := onColor(color); got != want {
			t.Errorf("on %s: %s, want %s", color, got, want)
		}
	}
}
