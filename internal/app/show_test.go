package app

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// TestShow compares what show prints of three pages of the demo and of a made-up one of the
// second template with golden files. The pages in demodata and what is printed of them stay
// under CC BY-SA 4.0, see demodata/NOTICE.md.
func TestShow(t *testing.T) {
	for name, page := range map[string]string{
		"technical-program-manager": "demodata/handbook/content/job-families/product/technical-program-manager.md",
		"security-program-manager":  "demodata/handbook/content/job-families/security/security-program-manager.md",
		"finops-engineer":           "demodata/handbook/content/job-families/engineering/infrastructure/finops-engineer.md",
		"roles":                     "testdata/show/roles.md",
	} {
		for _, format := range []string{"tree", "json", "mermaid"} {
			t.Run(name+"/"+format, func(t *testing.T) {
				var out, errs bytes.Buffer
				a := App{Stdout: &out, Stderr: &errs}
				code := a.Main(context.Background(), []string{"show", "--format", format, page})
				if name == "finops-engineer" && format == "mermaid" {
					if code != ExitFailure || !strings.Contains(errs.String(), "no hiring process") {
						t.Errorf("exit code %d, %s", code, errs.String())
					}
					return
				}
				if code != ExitOK {
					t.Fatalf("exit code %d: %s", code, errs.String())
				}
				golden := filepath.Join("testdata", "show", name+"."+format+".golden")
				if *update {
					if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(out.Bytes(), want) {
					t.Errorf("differs from %s; read it, then run with -update:\n%s", golden, out.String())
				}
			})
		}
	}
}

func TestShowWrongUse(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"show", "--format", "dot", "testdata/show/roles.md"}, ExitUsage, "tree, json or mermaid"},
		{[]string{"show", "testdata/none.md"}, ExitFailure, "none.md"},
		{[]string{"show"}, ExitUsage, ""},
	} {
		var out, errs bytes.Buffer
		a := App{Stdout: &out, Stderr: &errs}
		if code := a.Main(context.Background(), tt.args); code != tt.code || !strings.Contains(errs.String(), tt.says) {
			t.Errorf("%v: exit code %d, want %d: %s", tt.args, code, tt.code, errs.String())
		}
	}
}
