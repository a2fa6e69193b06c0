package rolepage

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
)

// TestRoom reads all pages into one room, the shorter ones after longer ones and the other way round: each
// is read as it is alone.
func TestRoom(t *testing.T) {
	var room Room
	pages := 0
	corpusPages(t, corpus.Root(t), func(path string, src []byte) {
		pages++
		alone, got := Parse(path, src), room.Parse(path, src)
		if !reflect.DeepEqual(got.Root, alone.Root) || !reflect.DeepEqual(goldOf(got), goldOf(alone)) || got.Lines() != alone.Lines() || got.Pos(len(src)) != alone.Pos(len(src)) {
			t.Errorf("%s: read otherwise after other pages", path)
		}
	})
	if pages == 0 {
		t.Error("no page was read")
	}
}

// TestAtTheSameTime reads pages side by side, which share a Markdown parser and buffers: each
// reads as it does alone, and its words stay when the buffer is used again.
func TestAtTheSameTime(t *testing.T) {
	var readers sync.WaitGroup
	for n := range 8 {
		readers.Go(func() {
			word := strings.Repeat(string(rune('a'+n)), 3+n)
			src := []byte(fmt.Sprintf("---\ntitle: %s\n---\n\n## %[1]s Requirements\n\n- **%[1]s** [%[1]s](%[1]s) &amp; <b>%[1]s</b>\n- {{< %[1]s >}}\n\n|%[1]s|\n|-|\n|%[1]s|\n", word))
			first := Parse("a.md", src)
			for range 50 {
				Parse("b.md", src)
			}
			s := first.Root.Children[0]
			got := fmt.Sprintf("%s: %s, %v, %s to %s, %v", s.Heading.Text, s.Blocks[0].Items[0].Text.Text, s.Blocks[0].Items[0].Bold, s.Links[0].Text, s.Links[0].Dest, s.Blocks[1].Rows)
			want := strings.ReplaceAll("W Requirements: W W & W, [W], W to W, [[W] [W]]", "W", word)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
	readers.Wait()
}
