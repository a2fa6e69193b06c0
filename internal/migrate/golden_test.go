package migrate

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden migrates the first file of each archive in testdata; the second is what has to come
// out, at the path that it has to have, and the third lists what was done and what is left.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o := testOptions
			for line := range strings.Lines(string(archive.Comment)) {
				if to, ok := strings.CutPrefix(line, "to: "); ok {
					o.To = hiring.Profile(strings.TrimSpace(to))
				}
				if stays, ok := strings.CutPrefix(line, "stays: "); ok {
					o.Stays = func(address string) bool { return slices.Contains(strings.Fields(stays), address) }
				}
			}
			in := archive.Files[0]
			r, err := Page(rolepage.Parse(in.Name, in.Data), o)
			if err != nil {
				t.Fatal(err)
			}
			got := []txtar.File{in, {Name: r.Path, Data: r.Source}, {Name: "report", Data: report(r)}}
			if in.Name == r.Path {
				got[1].Name += " (after)"
			}
			if *update {
				archive.Files = got
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			for i, want := range archive.Files {
				if got[i].Name != want.Name || !bytes.Equal(got[i].Data, want.Data) {
					t.Errorf("got\n-- %s --\n%s\nwant\n-- %s --\n%s", got[i].Name, got[i].Data, want.Name, want.Data)
				}
			}
			if len(archive.Files) != 3 {
				t.Errorf("%s has %d files; run with -update", file, len(archive.Files))
			}
			again, err := Page(rolepage.Parse(r.Path, r.Source), o)
			if err != nil || !bytes.Equal(again.Source, r.Source) || len(again.Changes) > 0 {
				t.Errorf("the second time still changes something: %v (%v)\n%s", again.Changes, err, again.Source)
			}
		})
	}
}

func report(r Result) []byte {
	var b bytes.Buffer
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%d: %s\n", c.Pos.Line, c.Text)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "%d:%d: by hand: %s\n", n.Pos.Line, n.Pos.Column, n.Text)
	}
	return b.Bytes()
}
