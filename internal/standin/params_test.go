package standin

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// TestForms reads the fields of objects and lists from forms of both kinds, and from an address.
func TestForms(t *testing.T) {
	want := params{
		"body": "first\nsecond", "position": map[string]any{"new_path": "a.md", "new_line": "18", "line_range": map[string]any{"start": map[string]any{"type": "new"}}},
		"labels": []any{"a", "b"}, "not": map[string]any{"labels": []any{"c"}},
	}
	fields := url.Values{
		"body": {"first\nsecond"}, "position[new_path]": {"a.md"}, "position[new_line]": {"18"}, "position[line_range][start][type]": {"new"},
		"labels[]": {"a", "b"}, "not[labels][]": {"c"},
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string]struct{ kind, query, body string }{
		"form":      {"application/x-www-form-urlencoded", "", fields.Encode()},
		"multipart": {m.FormDataContentType(), "", body.String()},
		"address":   {"", fields.Encode(), ""},
	} {
		r := httptest.NewRequest(http.MethodPost, "/x?"+sent.query, strings.NewReader(sent.body))
		r.Header.Set("Content-Type", sent.kind)
		if got, err := readParams(r, []byte(sent.body)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

// TestDiscussionByForm begins a thread as danger-js does.
func TestDiscussionByForm(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(positionFiles())
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	fields := map[string]string{"body": "text\r\nmore", "position[new_path]": "changed.md", "position[old_path]": "changed.md", "position[new_line]": "10"}
	for name, v := range refs(mr.newest()) {
		fields["position["+name+"]"], _ = v.(string)
	}
	for name, v := range maps.All(fields) {
		if err := m.WriteField(name, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v4/"+w.path("merge_requests/1/discussions"), &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Private-Token", "reporter")
	a := w.send(r)
	if a.status != 201 || a.at("notes", 0, "position", "new_line") != 10.0 {
		t.Errorf("status %d: %s", a.status, a.text)
	}
}

// TestApprovals is what clients ask before they answer.
func TestApprovals(t *testing.T) {
	w := newWorld(t, Options{})
	m := w.request(positionFiles())
	a := w.must(200, "developer", "GET", w.path("merge_requests/1/approvals"), nil)
	if a.at("approved") != false || a.at("user_can_approve") != true || len(a.at("approved_by").([]any)) != 0 {
		t.Error(a.text)
	}
	w.s.Approve(m, w.users["developer"])
	a = w.must(200, "developer", "GET", w.path("merge_requests/1/approvals"), nil)
	if a.at("approved") != true || a.at("user_has_approved") != true || a.at("user_can_approve") != false || len(a.at("approved_by").([]any)) != 1 {
		t.Error(a.text)
	}
	w.must(404, "developer", "GET", w.path("merge_requests/2/approvals"), nil)
	commit := w.must(200, "developer", "GET", w.path("merge_requests/1/commits"), nil)
	for _, field := range []string{"authored_date", "committer_name", "committer_email", "committed_date"} {
		if text, _ := commit.at(0, field).(string); text == "" {
			t.Errorf("a commit has no %s", field)
		}
	}
}
