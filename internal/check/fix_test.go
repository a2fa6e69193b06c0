package check_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

func TestFix(t *testing.T) {
	const front = "---\ntitle: Engineer\ndescription: \"Engineers read reports.\"\n---\n\n"
	for name, tc := range map[string]struct{ before, after string }{
		"nothing to mend": {front + "## Requirements\n\n- x\n", front + "## Requirements\n\n- x\n"},
		"words": {
			"## Requirements\n\n- A whitelist of hosts to accomodate\n- `recieve` [x](http://a.example)\n",
			"## Requirements\n\n- An allowlist of hosts to accommodate\n- `recieve` [x](https://a.example)\n",
		},
		"carriage returns and a byte order mark": {
			"\ufeff---\r\ntitle: Engineer\r\n---\r\n\r\n## Requirements\r\n\r\n- recieve  \r\n- x\t\n- recieve",
			"\ufeff---\r\ntitle: Engineer\r\n---\r\n\r\n## Requirements\r\n\r\n- receive  \r\n- x\t\n- receive",
		},
		"no UTF-8": {"## Requirements\n\n- recieve \xff\x00 recieve\n", "## Requirements\n\n- receive \xff\x00 receive\n"},
		"headings too deep": {
			"## Requirements\n\n##### Deep ##\n\nx\n\n###### Deeper\n\nx\n\n##### Deep again\n\nx\n\n### Right\n\nx\n",
			"## Requirements\n\n### Deep ##\n\nx\n\n#### Deeper\n\nx\n\n### Deep again\n\nx\n\n### Right\n\nx\n",
		},
		"steps": {
			"## Hiring Process\n\n- A 30 minute screening call with a recruiter\n- A 50-minute interview with the CEO\n",
			"## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 50-minute interview with the CEO\n",
		},
		"lists above": {
			"## Responsibilities\n\n- Build\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\nAll responsibilities Listed Below (applicable to all roles) plus:\n\n- Mend\n",
			"## Responsibilities\n\n- Build\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\nAll responsibilities Listed Above (applicable to all roles) plus:\n\n- Mend\n",
		},
		"silenced": {
			"## Requirements\n\n<!-- roleplan-disable-next-line spelling -->\n- recieve\n- recieve\n",
			"## Requirements\n\n<!-- roleplan-disable-next-line spelling -->\n- recieve\n- receive\n",
		},
		"a link to what is renamed by nobody": {
			"## Responsibilites\n\n- [x](#responsibilites) [y](#Responsibilites)\n",
			"## Responsibilites\n\n- [x](#responsibilites) [y](#responsibilites)\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, mended := check.Fix("a.md", []byte(tc.before), check.Options{})
			if string(got) != tc.after {
				t.Errorf("mended to %q\nwant %q", got, tc.after)
			}
			if len(mended) > 0 == (tc.before == tc.after) {
				t.Errorf("mended %v", mended)
			}
			holdsFixed(t, []byte(tc.before))
		})
	}
}

// holdsFixed holds what is promised of every page: a fixed page has no finding that can be fixed,
// and fixing it again changes nothing.
func holdsFixed(t *testing.T, src []byte) {
	t.Helper()
	kept := bytes.Clone(src)
	once, mended := check.Fix("a.md", src, check.Options{})
	if !bytes.Equal(src, kept) {
		t.Error("the source itself was changed")
	}
	if len(mended) == 0 && !bytes.Equal(once, src) {
		t.Error("a page was changed for no finding")
	}
	for _, f := range check.Page(rolepage.Parse("a.md", once), check.Options{}) {
		if len(f.Fix) > 0 {
			t.Errorf("line %d of the fixed page: %s: %s", f.Range.Start.Line, f.Rule, f.Message)
		}
	}
	twice, again := check.Fix("a.md", once, check.Options{})
	if len(again) > 0 || !bytes.Equal(twice, once) {
		t.Errorf("fixed again, %q became %q", once, twice)
	}
}

// TestFixRealPages holds the promise of every page on real ones.
func TestFixRealPages(t *testing.T) {
	dir := corpus.Root(t)
	mended := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "changes" || d.Name() == "rules"):
			return fs.SkipDir
		case d.IsDir() || !strings.Contains(d.Name(), ".md"):
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		_, fixed := check.Fix("a.md", src, check.Options{})
		mended += len(fixed)
		holdsFixed(t, src)
		return nil
	})
	if err != nil || mended == 0 {
		t.Errorf("%d findings mended, error %v", mended, err)
	}
	t.Logf("%d findings mended", mended)
}

// FuzzFix holds the promise of every page, and that lines without a fixed finding stay as they are.
func FuzzFix(f *testing.F) {
	for _, seed := range []string{
		"## Requirements\n\n- recieve a whitelist [x](http://a.example) [y](#Requirements)\n",
		"## A\n\n##### B\n\n#### C\n\n###### D\n",
		"## Hiring Process\n\n- 30 minute call\n- 50-minute call with\n",
		"\ufeff---\r\ntitle: a man-made whitelist\r\n---\r\n## Requirements\r\n- an\r\n  whitelist\r\n",
		"# x\n\n#### recieve {#a}\n\n[b](#recieve)\n", "```\nhttp://a.b\n", "<a href='http://a.b'>http://c.d", "a master / slave an\twhitelist \xff\x00",
		"## Requirements\n## Requirements\n<!-- roleplan-disable spelling -->\nrecieve\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		holdsFixed(t, src)
		// Up to the first place that a fix names, nothing differs.
		fixed, mended := check.Fix("a.md", src, check.Options{})
		first := len(src)
		for _, f := range mended {
			for _, e := range f.Fix {
				first = min(first, e.Span.Start)
			}
		}
		if first > len(fixed) || !bytes.Equal(src[:first], fixed[:first]) {
			t.Errorf("%q became %q, though the first fix is at %d", src, fixed, first)
		}
	})
}
