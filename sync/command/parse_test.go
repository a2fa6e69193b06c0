package command

import (
	"slices"
	"strings"
	"testing"
)

// TestParse: which lines of a comment are commands. Each is shown as its words.
func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want []string
	}{
		"by name":                    {"roleplan: check", []string{"check"}},
		"by mention":                 {"@roleplan-bot check", []string{"check"}},
		"in any case":                {"RolePlan: Check\n@Roleplan-Bot PLAN", []string{"Check", "PLAN"}},
		"mention with a colon":       {"@roleplan-bot: check\n\n@roleplan-bot, plan", []string{"check", "plan"}},
		"one a line":                 {"Thanks!\nroleplan: check\nroleplan: ignore spelling  a  name \nand more", []string{"check", "ignore spelling a name"}},
		"a few blanks before":        {"  roleplan: check\n\ntext\n   roleplan: plan", []string{"check", "plan"}},
		"line ends of Windows":       {"roleplan: check\r\nroleplan: plan\r\n", []string{"check", "plan"}},
		"several paragraphs":         {"roleplan: check\n\n# A heading\n\nroleplan: plan", []string{"check", "plan"}},
		"quotes in arguments":        {`roleplan: open GHP-1 level="Senior \_x" page="a.md"`, []string{`open GHP-1 level="Senior \_x" page="a.md"`}},
		"code in arguments":          {"roleplan: explain `spelling`", []string{"explain `spelling`"}},
		"unknown":                    {"roleplan: chekc", []string{"chekc"}},
		"after a closed comment":     {"<!-- roleplan: plan -->\n\nroleplan: check", []string{"check"}},
		"after closed details":       {"<details>\n\nroleplan: plan\n\n</details>\n\nroleplan: check", []string{"check"}},
		"after a line break tag":     {"a <br> b\n\nroleplan: check", []string{"check"}},
		"nothing":                    {"", nil},
		"a name alone":               {"roleplan:\n\n@roleplan-bot", nil},
		"within a line":              {"please roleplan: check\nsee @roleplan-bot check", nil},
		"a longer name":              {"@roleplan-bot2 check\n@roleplan-botany: check\nmyroleplan: check", nil},
		"no blank":                   {"roleplan:check", nil},
		"the name without a colon":   {"roleplan check", nil},
		"a quote":                    {"> roleplan: check", nil},
		"a lazy quote":               {"> he said\nroleplan: check", nil},
		"a quote of many lines":      {">>>\nroleplan: check\n\nroleplan: plan\n>>>", nil},
		"a quote that does not end":  {">>>\nroleplan: check", nil},
		"a quote of four":            {">>>>\n\nroleplan: check\n\n>>>>", nil},
		"a fence":                    {"```\nroleplan: check\n```", nil},
		"a fence that does not end":  {"~~~\n\nroleplan: check", nil},
		"a fence in a fence":         {"````\n```\nroleplan: check\n```\nroleplan: plan\n````", nil},
		"code by indentation":        {"    roleplan: check\n\n\troleplan: plan", nil},
		"a code span":                {"`roleplan: check`", nil},
		"a code span of two lines":   {"`text\nroleplan: check`", nil},
		"a list":                     {"- roleplan: check\n* roleplan: check\n1. roleplan: check", nil},
		"the second line of an item": {"- one\nroleplan: check\n  roleplan: plan", nil},
		"a task":                     {"- [ ] roleplan: check", nil},
		"a heading":                  {"# roleplan: check\n\nroleplan: check\n---", nil},
		"a table":                    {"roleplan: check | b\n--- | ---\nroleplan: check | d", nil},
		"a comment":                  {"<!-- roleplan: check -->\n\n<!--\nroleplan: check\n\nroleplan: plan\n-->", nil},
		"a comment in a line":        {"text <!-- a\nroleplan: check\n--> more", nil},
		"a comment without an end":   {"<!-- a\n\nroleplan: check", nil},
		"HTML":                       {"<div>\nroleplan: check\n</div>", nil},
		"paragraphs in HTML":         {"<details>\n<summary>x</summary>\n\nroleplan: check\n\n</details>", nil},
		"HTML in HTML":               {"<div><div>\n\na\n\n</div>\n\nroleplan: check\n\n</div>", nil},
		"HTML in a paragraph":        {"a <b>b\nroleplan: check\n</b>", nil},
		"a tag of many lines":        {"a <b title=\"\nroleplan: check\n\">x</b>", nil},
		"a code element":             {"<pre>\n\nroleplan: check\n\n</pre>", nil},
		"a link of two lines":        {"[a\nroleplan: check](https://example.com)", nil},
		"emphasis of two lines":      {"**a\nroleplan: check**", nil},
		"emphasis":                   {"**roleplan: check**\n_@roleplan-bot check_", nil},
		"struck":                     {"~~roleplan: check~~\n\n~~a\nroleplan: check~~", nil},
		"a footnote":                 {"a[^1]\n\n[^1]: note\nroleplan: check", nil},
		"a term":                     {"roleplan: check\n: what it means", nil},
		"a definition of a link":     {"[a]: https://example.com\n'x\nroleplan: check'\n", nil},
		"front matter":               {"---\nroleplan: check\n\n---\n", nil},
		"front matter of TOML":       {"+++\n\nroleplan: check\n\n+++", nil},
		"front matter without end":   {"---\n\nroleplan: check", nil},
		"a formula":                  {"$$\nroleplan: check\n$$", nil},
		"escaped":                    {"\\@roleplan-bot check\n\n&#64;roleplan-bot check\n\nroleplan&#58; check", nil},
		"a sign that is not seen":    {"\u200broleplan: check\n\n@\u200broleplan-bot check", nil},
		"another line separator":     {"a\u2028roleplan: check\vroleplan: check\rroleplan: check", nil},
		"invalid UTF-8":              {"roleplan: check \xff", nil},
		"a line without an end":      {"roleplan: " + strings.Repeat("a", 3000), nil},
		"a comment without an end 2": {"roleplan: check" + strings.Repeat("\n", 200_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range parse(tc.body, "roleplan-bot", "roleplan") {
				got = append(got, l.text())
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%q\ngives %q\nwant  %q", tc.body, got, tc.want)
			}
		})
	}
}

// TestHash: a line keeps its identity when others come and go, and two equal lines are two.
func TestHash(t *testing.T) {
	hashes := func(body string) map[string]bool {
		set := map[string]bool{}
		for _, l := range parse(body, "bot", "roleplan") {
			set[l.hash] = true
		}
		return set
	}
	one, more := hashes("roleplan: check"), hashes("roleplan: plan\n\n@bot  check \n\nroleplan: check")
	if len(one) != 1 || len(more) != 3 {
		t.Fatalf("hashes %v and %v", one, more)
	}
	for h := range one {
		if !more[h] {
			t.Error("the line has another identity in the edited note")
		}
	}
}

func TestPairs(t *testing.T) {
	for s, want := range map[string]string{
		``:                            "",
		`a=b`:                         "a|b",
		`a="b c" d=e`:                 "a|b c|d|e",
		`a=“b c” d='e f' g=„h“`:       "a|b c|d|e f|g|h",
		`a = "b"`:                     "a|b",
		`a="" b=`:                     "a||b|",
		`a="b=c d"`:                   "a|b=c d",
		`a="b`:                        "!",
		`a="b"c`:                      "!",
		`word`:                        "!",
		`a=b word`:                    "!",
		`two words=b`:                 "!",
		`="b"`:                        "!",
		"level=\"Senior | <b> @all\"": "level|Senior | <b> @all",
	} {
		keys, values, ok := pairs(s)
		var got []string
		for i := range keys {
			got = append(got, keys[i], values[i])
		}
		text := strings.Join(got, "|")
		if !ok {
			text = "!"
		}
		if text != want {
			t.Errorf("%q gives %q, want %q", s, text, want)
		}
	}
}

// FuzzParse: whatever people write, reading it ends, and what comes out is bounded and on one line.
// No line is a command that a quote, a fence or a list would hold after it was put there.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"roleplan: check", "> roleplan: check", "<!-- a\n-->\n\nroleplan: ignore x y", "<b>\n\nroleplan: a", ">>>\n`@bot plan", "---\n\nroleplan: x", "| a |\n|---|\nroleplan: x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		lines := parse(body, "bot", "roleplan")
		seen := map[string]bool{}
		for _, l := range lines {
			if l.word == "" || strings.ContainsAny(l.text(), "\r\n\u2028\u2029") || len(l.text()) > longestLine || seen[l.hash] {
				t.Errorf("%q gives %q", body, l)
			}
			seen[l.hash] = true
		}
		clean := strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", " ")
		for wrap, text := range map[string]string{
			"quote": "> " + strings.ReplaceAll(clean, "\n", "\n> "),
			"code":  "    " + strings.ReplaceAll(clean, "\n", "\n    "),
			"item":  "- a\n\n  " + strings.ReplaceAll(clean, "\n", "\n  "),
		} {
			if got := parse(text, "bot", "roleplan"); len(got) > 0 {
				t.Errorf("%q in a %s gives %q", body, wrap, got)
			}
		}
	})
}
