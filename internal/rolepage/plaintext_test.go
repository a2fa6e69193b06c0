package rolepage

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/yuin/goldmark/parser"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// FuzzPlainText: pages read as they do when Markdown looks for marks in all paragraphs.
func FuzzPlainText(f *testing.F) {
	for _, page := range corpus.Pages(f) {
		f.Add(page)
	}
	for _, src := range hostile {
		if len(src) < 10_000 {
			f.Add([]byte(src))
		}
	}
	for _, src := range []string{
		"a\n\nb  \n c\t\nd\n", "a\n===\n\nb\nc\n---\nd\n- e\n  ---\n", "- a\n- b\n\n  c\n\n1. d\n   e\n\tf\n2. g\n\n3. h\n", "> a\nb\n>> c\n> ===\nd\n",
		"0\n-:\n-\n", "a\n|-|\nb\n", "a | b\n--|--\nc\n\nd\n:-\n", "R&D &amp; &copy; Q&A\n", "a! b!\n![c](d)\n", "{{< a \\* &amp; >}}\n- <%= \\_ b %>\n",
		"[a]: b\nc\n\n[a]\n", "a\r\nb \r\n\r\n- c\r\n", "a\\\nb\\*\n", "\u00a0a\u00a0\nb\u0085\n\fc\v\n", "# a\nb\n# c\n```\nd\n", "-\n  a\n-\n\n  b\n", "a\n    b\n     c\n- \td\n\n\te\n",
		"a\n<b>\nc\n\n<!-- d -->\ne\n",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(checkPlainText)
}

// TestPlainTextAtRandom does the same with short texts of marks that begin and end blocks.
func TestPlainTextAtRandom(t *testing.T) {
	marks := []string{" ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\r\n", "- ", "1. ", "> ", "# ", "---", "===", "```", "|", "|-|", ":-", "a", "b", "c\n", "*", "[a]", "[a]: b", "<b>", "\\", "&amp;"}
	random := rand.New(rand.NewPCG(1, 2))
	for range *texts {
		var src []byte
		for range 1 + random.IntN(16) {
			src = append(src, marks[random.IntN(len(marks))]...)
		}
		checkPlainText(t, src)
	}
}

var texts = flag.Int("texts", 20_000, "how many texts of random marks are read")

func checkPlainText(t *testing.T, src []byte) {
	got := readSections(&hiring.Page{Source: src}, 0, new(slabs))
	quick := markdown
	defer func() { markdown = quick }()
	markdown = slowMarkdown
	if want := readSections(&hiring.Page{Source: src}, 0, new(slabs)); !reflect.DeepEqual(got, want) {
		t.Errorf("%q\ngot  %s\nwant %s", src, outline(t, got), outline(t, want))
	}
}

var slowMarkdown = sync.OnceValue(func() parser.Parser { return newMarkdown() })

// outline writes all blocks of a section and of those below it.
func outline(t *testing.T, s *hiring.Section) string {
	t.Helper()
	text := ""
	s.Walk(func(s *hiring.Section) bool {
		blocks, err := json.Marshal(s.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		text += "\n" + s.Heading.Text + " " + string(blocks)
		return true
	})
	return text
}
