package safe_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestRawStringsDoNotCompile holds the promise of the package: text that is not fixed in the
// source cannot get into a note, a title or a mark but through a Value.
func TestRawStringsDoNotCompile(t *testing.T) {
	fset := token.NewFileSet()
	known := importer.ForCompiler(fset, "source", nil)
	compile := func(statement string) error {
		src := "package p\nimport \"gitlab.com/roleplan/roleplan/internal/safe\"\nfunc f(s string, m safe.Markdown, b *safe.Builder) any { " + statement + " }"
		file, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		conf := types.Config{Importer: known}
		_, err = conf.Check("p", fset, []*ast.File{file}, nil)
		return err
	}
	for _, good := range []string{
		`return safe.Sprintf("a %s", safe.Text(s))`,
		`return safe.Title("a %s", safe.Text(s))`,
		`return safe.Mark("plan", safe.Attr("id", s))`,
		`b.Para("a"); return m`,
		`const fixed = "a"; return safe.Word(fixed)`,
	} {
		if err := compile(good); err != nil {
			t.Fatalf("%s does not compile: %v", good, err)
		}
	}
	for _, bad := range []string{
		`return safe.Sprintf(s)`,
		`return safe.Sprintf("a " + s)`,
		`return safe.Sprintf("a %s", s)`,
		`return safe.Title(s)`,
		`return safe.Word(s)`,
		`return safe.Phrase(s)`,
		`return safe.Join(s, safe.Num(1))`,
		`return safe.Markdown(s)`,
		`return safe.Markdown{s}`,
		`return safe.Line{s}`,
		`return safe.Line(s)`,
		`return safe.NewTable(s)`,
		`return safe.Mark(s)`,
		`return safe.Mark("plan", safe.Attr(s, "x"))`,
		`b.Para(s); return nil`,
		`b.Item(s); return nil`,
		`b.Heading(1, s); return nil`,
		`b.Fence(s, "x"); return nil`,
		`b.Details(nil, s); return nil`,
		`m.s = s; return nil`,
		`m = s; return nil`,
	} {
		if compile(bad) == nil {
			t.Errorf("compiles, and must not: %s", bad)
		}
	}
}
