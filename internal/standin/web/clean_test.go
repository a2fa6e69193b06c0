package web

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, want string }{
		{"what is shown", `<p align="left">a <kbd>b</kbd></p><ol start="3"><li>c</li></ol>`, `<p align="left">a <kbd>b</kbd></p><ol start="3"><li>c</li></ol>`},
		{"program", `a<script>b</script><style>c</style><iframe>d</iframe>e`, "ae"},
		{"handlers and styles", `<p onclick="a()" style="top:0" class="bar" id="main">b</p>`, "<p>b</p>"},
		{"foreign elements", `a<svg><style><img alt="b"></style><p>c</p></svg><math><mtext>d</mtext></math>`, `a<img alt="b"/><p>c</p>`}, // they end where HTML begins
		{"unknown elements", `<form><blink>a <b>b</b></blink></form><video>c</video>`, "a <b>b</b>c"},
		{"element in a dropped one", `<object><p title="b">a</p></object>c`, "c"},
		{"comments", `a<!-- b --><![CDATA[c]]><?d?>`, "a"},
		{
			"links", `<a href="https://example.com/?a=1&amp;b=2">a</a><a href="../b">b</a><a href="mailto:c@example.com">c</a>`,
			`<a href="https://example.com/?a=1&amp;b=2" rel="nofollow noreferrer">a</a><a href="../b" rel="nofollow noreferrer">b</a><a href="mailto:c@example.com" rel="nofollow noreferrer">c</a>`,
		},
		{"links to programs", "<a href=\"javascript:a\">a</a><a href=\"JaVa&#10;Script:b\">b</a><a href=\"\x01javascript:c\">c</a><a href=\" javascript:d\">d</a><a href=\"data:text/html,e\">e</a><a href=\"java\tscript:f\">f</a><a href=\"vbscript:g\">g</a>", "abcdefg"},
		{"a name of the page's own", `<a href="/" target="_top" rel="opener" download="x">a</a>`, `<a href="/" rel="nofollow noreferrer">a</a>`},
		{
			"class", `<code class="language-c++">a</code><code class="language-a b">b</code><div class="suggestion">c</div><div class="language-d">d</div>`,
			`<code class="language-c++">a</code><code>b</code><div class="suggestion">c</div><div>d</div>`,
		},
		{
			"numbers", `<table><tbody><tr><td colspan="2">a</td><td colspan="200">b</td><td rowspan="1x">c</td></tr></tbody></table>`,
			`<table><tbody><tr><td colspan="2">a</td><td>b</td><td>c</td></tr></tbody></table>`,
		},
		{"controls", `<input type="checkbox" checked=""><input type="text"><button>a</button><select><option>b</option></select>`, `<input type="checkbox" checked=""/>a`},
		{"images", `<img src="https://example.com/a.png" alt="a" onerror="b"><img src="c">`, `<img alt="a"/>`},
		{"quoted text", `<p>&lt;script&gt;a&lt;/script&gt; &amp;lt;</p>`, "<p>&lt;script&gt;a&lt;/script&gt; &amp;lt;</p>"},
		{"too deep", strings.Repeat("<div>", 600) + "a", strings.Repeat("&lt;div&gt;", 600) + "a"},
	} {
		got := string(clean([]byte(c.source), false))
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
		if again := string(clean([]byte(got), false)); c.name != "too deep" && again != got {
			t.Errorf("%s: cleaned again: %s", c.name, again)
		}
	}
	const heading = `<h2 id="the-énd_1">a</h2><p id="b">c</p><h3 id="a b">d</h3>`
	if got, want := string(clean([]byte(heading), true)), `<h2 id="the-énd_1">a</h2><p>c</p><h3>d</h3>`; got != want {
		t.Errorf("with anchors: %s, want %s", got, want)
	}
	if got, want := string(clean([]byte(heading), false)), `<h2>a</h2><p>c</p><h3>d</h3>`; got != want {
		t.Errorf("without anchors: %s, want %s", got, want)
	}
}
