package openapicheck

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

func load(t *testing.T) *Document {
	t.Helper()
	d, err := Load()
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCheck(t *testing.T) {
	d := load(t)
	for _, test := range []struct {
		method, path, body string
		want               string // a part of the problem, "" for none
		unknown            bool   // to the description
	}{
		{method: "GET", path: "projects/acme%2Fhandbook/labels?with_counts=true"},
		{method: "GET", path: "projects/acme%2Fhandbook"},
		{method: "GET", path: "projects/12/issues?labels=a,b&state=all&per_page=100&iids[]=3"},
		{method: "GET", path: "projects/12/issues?lables=a", want: `no parameter "lables"`},
		{method: "GET", path: "projects/12/issues?author_id=ana", want: "it is no integer"},
		{method: "GET", path: "projects/12/issues/one", want: "issue_iid in the path"},
		{method: "PUT", path: "projects/12/merge_requests/3/discussions/abc?resolved=maybe", want: "it is no boolean"},
		{method: "POST", path: "projects/12/issues", body: `{"title":"x","labels":["a"],"assignee_ids":[1]}`},
		{method: "POST", path: "projects/12/issues", body: `{"title":"x","lables":["a"]}`, want: `no field "lables"`},
		{method: "POST", path: "projects/12/issues", body: `{"title":"x","milestone_id":true}`, want: "it is a truth value"},
		{method: "POST", path: "projects/12/issues", body: `{"title":`, want: "can't be read"},
		{method: "PUT", path: "projects/12/issues/3", body: `{"add_labels":"a","state_event":"close","due_date":null}`},
		{method: "POST", path: "projects/12/merge_requests/3/notes", body: `{"body":"x"}`},
		{method: "POST", path: "projects/12/merge_requests/3/notes", body: `{"note":"x"}`, want: `no field "note"`},
		{method: "PUT", path: "projects/12/labels/3", body: `{"new_name":"x","priority":null}`},
		{method: "GET", path: "projects/12/repository/files/a%2Fb.md/raw?ref=main"},
		{method: "GET", path: "projects/12/merge_requests/3/diffs", unknown: true},
		{method: "GET", path: "projects/12/no/such/thing", unknown: true},
	} {
		r := httptest.NewRequest(test.method, "/api/v4/"+test.path, strings.NewReader(test.body))
		r.Header.Set("Content-Type", "application/json")
		problems, known := d.Check(r, []byte(test.body))
		if known == test.unknown {
			t.Errorf("%s %s: known is %v", test.method, test.path, known)
		}
		got := strings.Join(problems, "; ")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s %s %s: %q, want %q", test.method, test.path, test.body, got, test.want)
		}
	}
}
