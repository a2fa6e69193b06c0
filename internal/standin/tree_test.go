package standin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestTree: a folder that is not there is empty, for GraphQL.
func TestTree(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.Commit(w.p, "main", w.users["maintainer"], "files", map[string]*string{"a/b/c.md": new(""), "a/d.md": new(""), "e.md": new("")})
	query := `query($path: String!) { project(fullPath: "acme/handbook") { repository { tree(ref: "main", path: $path) { trees { nodes { name } } blobs(first: 100) { nodes { path } } } } } }`
	for path, want := range map[string]string{
		"": "[map[path:e.md]] [map[name:a]]", "a": "[map[path:a/d.md]] [map[name:b]]", "a/b": "[map[path:a/b/c.md]] []", "none": "[] []", "e.md": "[] []",
	} {
		tree := w.graphQL("reporter", query, map[string]any{"path": path})
		at := func(kind string) any { return tree.at("data", "project", "repository", "tree", kind, "nodes") }
		if got := fmt.Sprint(at("blobs"), at("trees")); strings.ReplaceAll(got, "] [", "] [") != want {
			t.Errorf("%q: %s, want %s: %s", path, got, want, tree.text)
		}
	}
}

// TestComplexity: a path counts, and too many are too many.
func TestComplexity(t *testing.T) {
	w := newWorld(t, Options{})
	query := `query($paths: [String!]!) { project(fullPath: "acme/handbook") { repository { blobs(paths: $paths) { nodes { path } } } } }`
	for n, refused := range map[int]bool{200: false, 250: true} {
		a := w.graphQL("reporter", query, map[string]any{"paths": slices.Repeat([]string{"a.md"}, n)})
		if got := strings.Contains(fmt.Sprint(a.at("errors")), "exceeds max complexity of 250"); got != refused {
			t.Errorf("%d paths: %s", n, a.text)
		}
	}
}
