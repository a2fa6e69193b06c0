package gitlab

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"reflect"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// TestPositionAsSent: a line that is not on a side is left out, since GitLab takes neither 0 nor
// null for that.
func TestPositionAsSent(t *testing.T) {
	refs := forge.DiffRefs{Base: "b", Start: "s", Head: "h"}
	common := map[string]any{"base_sha": "b", "start_sha": "s", "head_sha": "h", "old_path": "a.md", "new_path": "c.md"}
	for name, tt := range map[string]struct {
		at   forge.Position
		more map[string]any
	}{
		"added":   {forge.Position{NewLine: 3}, map[string]any{"position_type": "text", "new_line": 3.0}},
		"removed": {forge.Position{OldLine: 4}, map[string]any{"position_type": "text", "old_line": 4.0}},
		"context": {forge.Position{OldLine: 4, NewLine: 5}, map[string]any{"position_type": "text", "old_line": 4.0, "new_line": 5.0}},
		"file":    {forge.Position{File: true, NewLine: 5}, map[string]any{"position_type": "file"}},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]any{}
			for _, m := range []map[string]any{common, tt.more} {
				maps.Copy(want, m)
			}
			var got struct{ Position map[string]any }
			b := setup(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if err := json.Unmarshal(body, &got); err != nil {
					t.Error(err)
				}
				reply(w, 201, `{"id":"d"}`)
			})
			tt.at.Diff, tt.at.OldPath, tt.at.NewPath = refs, "a.md", "c.md"
			if err := b.CreateDiscussion(context.Background(), 1, 2, tt.at, safe.Sprintf("B")); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Position, want) {
				t.Errorf("position is sent as %v, want %v", got.Position, want)
			}
		})
	}
}

// TestRefusedPosition: what GitLab says of a wrong line has a kind of its own.
func TestRefusedPosition(t *testing.T) {
	b := setup(t, status(400, `{"message":"400 Bad request - Note {:line_code=>[\"can't be blank\", \"must be a valid line code\"]}"}`))
	b.fails(b.CreateDraft(context.Background(), 1, 2, forge.Position{}, safe.Sprintf("B")), forge.ErrPosition)
	b = setup(t, status(405, `{"error":"405 Not Allowed"}`))
	b.fails(b.CreateDraft(context.Background(), 1, 2, forge.Position{}, safe.Sprintf("B")), forge.ErrUnsupported)
}

// TestReadBlobs: only what came byte for byte counts, and an instance that refuses is asked once.
func TestReadBlobs(t *testing.T) {
	ctx := context.Background()
	b := setup(t, status(200, `{"data":{"project":{"repository":{"blobs":{"nodes":[{"path":"a","size":"3","rawTextBlob":"é\n"},{"path":"b","size":4,"rawTextBlob":"b\n"},{"path":"c","size":2,"rawTextBlob":null},{"path":"d","size":2,"rawTextBlob":"d\n"}]}}}}}`))
	read, err := b.ReadBlobs(ctx, "a/b", "h", []string{"a", "b", "c", "d"})
	if err != nil || len(read) != 4 || string(read["a"].Content) != "é\n" || string(read["d"].Content) != "d\n" || read["b"].Content != nil || read["c"].Content != nil {
		t.Errorf("read %+v, %v", read, err)
	}
	asked := 0
	b = setup(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		reply(w, 200, `{"errors":[{"message":"Query has complexity of 300, which exceeds max complexity of 250"}]}`)
	})
	_, err = b.ReadBlobs(ctx, "a/b", "h", []string{"a"})
	b.fails(err, forge.ErrInvalid)
	if read, err := b.ReadBlobs(ctx, "a/b", "h", []string{"a"}); err != nil || len(read) != 0 || asked != 1 {
		t.Errorf("read %+v, %v, %d requests", read, err, asked)
	}
}
