package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// TestGlance: files, folders and texts are asked for with one request, paths as variables, and what is
// not there is not in the answer.
func TestGlance(t *testing.T) {
	var sent struct {
		Query     string
		Variables map[string]any
	}
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		reply(w, 200, `{"data":{"project":{"repository":{
			"files":{"nodes":[{"path":"a.md"}]},
			"texts":{"nodes":[{"path":"c.md","size":4,"rawTextBlob":"text"},{"path":"d.md","size":"9","rawTextBlob":"text"}]},
			"f0":{"trees":{"nodes":[{"name":"x"}]},"blobs":{"nodes":[{"name":"y.md"}]}},
			"f1":{"trees":{"nodes":[]},"blobs":{"nodes":[]}},
			"f2":null}}}}`)
	})
	seen, err := b.Glance(context.Background(), "acme/handbook", "1ead", forge.Glance{Files: []string{"a.md", `b"}.md`}, Folders: []string{"docs", "none", "null"}, Texts: []string{"c.md", "d.md"}})
	want := forge.Seen{
		Files: map[string]bool{"a.md": true, "c.md": true, "d.md": true}, Texts: map[string][]byte{"c.md": []byte("text")},
		Folders: map[string]forge.Folder{"docs": {Folders: []string{"x"}, Files: []string{"y.md"}}},
	}
	if err != nil || !reflect.DeepEqual(seen, want) {
		t.Errorf("seen %+v, %v\nwant %+v", seen, err, want)
	}
	if strings.Contains(sent.Query, "b\"}") || sent.Variables["f1"] != "none" || sent.Variables["ref"] != "1ead" {
		t.Errorf("sent %+v", sent)
	}
}

// TestGlanceWithoutDiscussions: where GitLab refuses to tell the discussions, the files come without them,
// and they are not asked for again.
func TestGlanceWithoutDiscussions(t *testing.T) {
	asked := 0
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), "discussions") {
			reply(w, 200, `{"errors":[{"message":"Query has complexity of 251, which exceeds max complexity of 250"}]}`)
			return
		}
		reply(w, 200, `{"data":{"project":{"repository":{"texts":{"nodes":[{"path":"c.md","size":4,"rawTextBlob":"text"}]}}}}}`)
	})
	for _, want := range []int{2, 3} {
		seen, err := b.Glance(context.Background(), "acme/handbook", "1ead", forge.Glance{Texts: []string{"c.md"}, Discussions: 7})
		if err != nil || string(seen.Texts["c.md"]) != "text" || seen.Discussions != nil || asked != want {
			t.Errorf("%d requests, want %d: %+v, %v", asked, want, seen, err)
		}
	}
}

func TestGlanceIsBounded(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"data":{"project":null}}`) })
	for _, g := range []forge.Glance{{Files: slices.Repeat([]string{"a"}, 101)}, {Folders: slices.Repeat([]string{"a"}, 23)}} {
		if _, err := b.Glance(context.Background(), "a/b", "h", g); !errors.Is(err, forge.ErrInvalid) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := b.Glance(context.Background(), "a/b", "h", forge.Glance{Files: []string{"a"}}); !errors.Is(err, forge.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}
