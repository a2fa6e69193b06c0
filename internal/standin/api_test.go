package standin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func (a answer) labels() []string {
	list, _ := a.at("labels").([]any)
	var names []string
	for _, l := range list {
		names = append(names, fmt.Sprint(l))
	}
	return names
}

// labelEvents are the events of issue 1: "+name" and "-name", those of one time in one text.
func (w *world) labelEvents() []string {
	w.t.Helper()
	a := w.must(200, "reporter", "GET", w.path("issues/1/resource_label_events"), nil)
	var events []string
	for i := range a.len() {
		sign := map[string]string{"add": "+", "remove": "-"}[a.at(i, "action").(string)]
		event := fmt.Sprint(sign, a.at(i, "label", "name"))
		if i > 0 && a.at(i, "created_at") == a.at(i-1, "created_at") {
			events[len(events)-1] += " " + event
			continue
		}
		events = append(events, event)
	}
	return events
}

func TestLabelEvents(t *testing.T) {
	for _, test := range []struct {
		name   string
		o      Options
		change map[string]any
		labels []string
		events []string // after "+stage::one"
	}{
		{"add", Options{}, map[string]any{"add_labels": "a,b"}, []string{"stage::one", "a", "b"}, []string{"+a +b"}},
		{"add what is there", Options{}, map[string]any{"add_labels": "stage::one"}, []string{"stage::one"}, nil},
		{"remove", Options{}, map[string]any{"remove_labels": "stage::one"}, nil, []string{"-stage::one"}},
		{"remove what is not there", Options{}, map[string]any{"remove_labels": "a"}, []string{"stage::one"}, nil},
		{"replace", Options{}, map[string]any{"labels": []string{"a"}}, []string{"a"}, []string{"+a -stage::one"}},
		{"scope on a free instance", Options{}, map[string]any{"add_labels": "stage::two"}, []string{"stage::one", "stage::two"}, []string{"+stage::two"}},
		{"scope on a premium instance", Options{Premium: true}, map[string]any{"add_labels": "stage::two"}, []string{"stage::two"}, []string{"+stage::two -stage::one"}},
		{"another scope", Options{Premium: true}, map[string]any{"add_labels": "stage::one::x"}, []string{"stage::one", "stage::one::x"}, []string{"+stage::one::x"}},
		{"add, remove and close", Options{}, map[string]any{"add_labels": "a,b", "remove_labels": "stage::one", "state_event": "close"}, []string{"a", "b"}, []string{"+a +b -stage::one"}},
		{"add and remove the same", Options{}, map[string]any{"add_labels": "a", "remove_labels": "a"}, []string{"stage::one"}, nil},
		{"title", Options{}, map[string]any{"title": "x"}, []string{"stage::one"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.o)
			w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "x", "labels": "stage::one"})
			a := w.must(200, "reporter", "PUT", w.path("issues/1"), test.change)
			if got := a.labels(); !slices.Equal(got, test.labels) {
				t.Errorf("labels are %q, want %q", got, test.labels)
			}
			if got, want := w.labelEvents(), append([]string{"+stage::one"}, test.events...); !slices.Equal(got, want) {
				t.Errorf("events are %q, want %q", got, want)
			}
		})
	}
}

func TestStateEvents(t *testing.T) {
	w := newWorld(t, Options{})
	w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "x"})
	for _, event := range []string{"close", "reopen"} {
		w.must(200, "reporter", "PUT", w.path("issues/1"), map[string]any{"state_event": event})
	}
	a := w.must(200, "reporter", "GET", w.path("issues/1/resource_state_events"), nil)
	if a.len() != 2 || a.at(0, "state") != "closed" || a.at(1, "state") != "reopened" || a.at(1, "user", "username") != "reporter" {
		t.Error(a.text)
	}
}

func TestDeletedLabel(t *testing.T) {
	w := newWorld(t, Options{})
	w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "x", "labels": "a,b"})
	w.must(200, "reporter", "PUT", w.path("labels/a"), map[string]any{"new_name": "c"})
	w.must(204, "reporter", "DELETE", w.path("labels/b"), nil)
	a := w.must(200, "reporter", "GET", w.path("issues/1/resource_label_events"), nil)
	if a.at(0, "label", "name") != "c" || a.at(1, "label") != nil || a.at(1, "action") != "add" {
		t.Error(a.text)
	}
}

func TestLabels(t *testing.T) {
	w := newWorld(t, Options{})
	a := w.must(201, "reporter", "POST", w.path("labels"), map[string]any{"name": "stage::screen", "color": "#1f75cb", "description": "text", "priority": 3})
	if a.at("priority") != 3.0 || a.at("is_project_label") != true {
		t.Error(a.text)
	}
	for _, test := range []struct {
		method, path string
		body         map[string]any
		status       int
		want         string
	}{
		{"POST", "labels", map[string]any{"name": "stage::screen", "color": "#112233"}, 409, "Label already exists"},
		{"POST", "labels", map[string]any{"name": "x"}, 400, "color is missing"},
		{"POST", "labels", map[string]any{"name": "x", "color": "reddish"}, 400, "must be a valid color code"},
		{"POST", "labels", map[string]any{"name": "x", "color": "#12345"}, 400, "must be a valid color code"},
		{"POST", "labels", map[string]any{"name": "a, b", "color": "red"}, 400, "is invalid"},
		{"POST", "labels", map[string]any{"name": "x", "color": "red", "priority": "high"}, 400, "priority is invalid"},
		{"POST", "labels", map[string]any{"name": "x", "color": "red"}, 201, ""},
		{"PUT", "labels/x", map[string]any{"new_name": "stage::screen"}, 400, "has already been taken"},
		{"PUT", "labels/x", map[string]any{}, 400, "at least one"},
		{"PUT", "labels/stage%3A%3Ascreen", map[string]any{"priority": nil}, 200, `"priority":null`},
		{"GET", "labels/nothing", nil, 404, ""},
	} {
		a := w.call("reporter", test.method, w.path("%s", test.path), test.body)
		if a.status != test.status || !strings.Contains(a.text, test.want) {
			t.Errorf("%s %s %v: %d %s, want %d %q", test.method, test.path, test.body, a.status, a.text, test.status, test.want)
		}
	}
}

// TestUnknownLabels shows that typos become labels, for those who may make some.
func TestUnknownLabels(t *testing.T) {
	w := newWorld(t, Options{})
	a := w.must(201, "guest", "POST", w.path("issues"), map[string]any{"title": "x", "labels": "tpyo", "due_date": "2027-01-01"})
	if len(a.labels()) != 0 || a.at("due_date") != nil || len(w.s.Labels(w.p)) != 0 {
		t.Errorf("a guest sets attributes: %s", a.text)
	}
	a = w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "x", "labels": "tpyo, other"})
	if got := a.labels(); !slices.Equal(got, []string{"tpyo", "other"}) || len(w.s.Labels(w.p)) != 2 {
		t.Errorf("labels are %q", got)
	}
}

func TestIssueValues(t *testing.T) {
	w := newWorld(t, Options{})
	for _, test := range []struct {
		body map[string]any
		want string
	}{
		{map[string]any{}, "title is missing"},
		{map[string]any{"title": " "}, "can't be blank"},
		{map[string]any{"title": strings.Repeat("ü", 256)}, "is too long (maximum is 255 characters)"},
		{map[string]any{"title": "x", "description": strings.Repeat("x", 1_000_001)}, "is too long (maximum is 1000000 characters)"},
		{map[string]any{"title": "x", "due_date": "soon"}, "due_date is invalid"},
		{map[string]any{"title": "x", "confidential": "maybe"}, "confidential is invalid"},
		{map[string]any{"title": "x", "issue_type": "wish"}, "issue_type does not have a valid value"},
	} {
		if a := w.must(400, "reporter", "POST", w.path("issues"), test.body); !strings.Contains(a.text, test.want) {
			t.Errorf("%s, want %q", a.text, test.want)
		}
	}
	people := []int64{w.users["developer"].ID, w.users["stranger"].ID, w.users["guest"].ID}
	a := w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "x", "assignee_ids": people, "description": "- [x] a\n- [ ] b"})
	if list, _ := a.at("assignees").([]any); len(list) != 1 || a.at("task_completion_status", "completed_count") != 1.0 || a.at("task_completion_status", "count") != 2.0 {
		t.Error(a.text)
	}
	w.must(400, "reporter", "PUT", w.path("issues/1"), map[string]any{"state_event": "shut"})
	if a := w.must(200, "reporter", "PUT", w.path("issues/1"), map[string]any{"state_event": "close"}); a.at("state") != "closed" || a.at("closed_at") == nil {
		t.Error(a.text)
	}
}

func TestIssueFilters(t *testing.T) {
	w := newWorld(t, Options{})
	for _, labels := range []string{"a,b", "a", ""} {
		w.must(201, "reporter", "POST", w.path("issues"), map[string]any{"title": "Opening " + labels, "labels": labels, "description": "mark hplan7f3a9c <!-- roles:x/y -->"})
	}
	w.must(200, "reporter", "PUT", w.path("issues/2"), map[string]any{"state_event": "close"})
	w.s.AddTask(w.s.Issue(w.p, 1), w.users["developer"], "step", "")
	for query, want := range map[string]string{
		"":                             "[4 3 2 1]",
		"?sort=asc":                    "[1 2 3 4]",
		"?labels=a":                    "[2 1]",
		"?labels=a,b":                  "[1]",
		"?labels=None":                 "[4 3]",
		"?labels=Any&state=opened":     "[1]",
		"?state=closed":                "[2]",
		"?iids[]=1&iids[]=3":           "[3 1]",
		"?issue_type=task":             "[4]",
		"?scope=created_by_me":         "[3 2 1]",
		"?search=hplan7f3a9c":          "[3 2 1]",
		"?search=hplan7f3":             "[]",
		"?search=%3C!--":               "[]",
		"?search=opening&in=title":     "[3 2 1]",
		"?search=mark&in=title":        "[]",
		"?order_by=updated_at":         "[4 2 3 1]",
		"?updated_after=2099-01-01":    "[]",
		"?author_id=1000":              "[]",
		"?search=mark&labels=a&page=2": "[]",
	} {
		a := w.must(200, "reporter", "GET", w.path("issues")+query, nil)
		got := []any{}
		for i := range a.len() {
			got = append(got, a.at(i, "iid"))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("issues%s are %v, want %v", query, got, want)
		}
	}
	w.must(400, "reporter", "GET", w.path("issues?state=open"), nil)
	w.must(400, "reporter", "GET", w.path("issues?order_by=size"), nil)
	w.must(400, "reporter", "GET", w.path("issues?scope=mine"), nil)
	w.must(400, "reporter", "GET", w.path("issues?updated_after=yesterday"), nil)
}

func TestLinks(t *testing.T) {
	w := newWorld(t, Options{})
	for range 2 {
		w.s.AddIssue(w.p, w.users["guest"], "title", "")
	}
	link := func(kind string) map[string]any {
		return map[string]any{"target_project_id": fmt.Sprint(w.p.ID), "target_issue_iid": "2", "link_type": kind}
	}
	w.must(403, "reporter", "POST", w.path("issues/1/links"), link("blocks"))
	w.must(201, "reporter", "POST", w.path("issues/1/links"), link("relates_to"))
	w.must(409, "reporter", "POST", w.path("issues/1/links"), link("relates_to"))
	w.must(404, "reporter", "POST", w.path("issues/2/links"), link("relates_to"))
	a := w.must(200, "guest", "GET", w.path("issues/2/links"), nil)
	if a.len() != 1 || a.at(0, "iid") != 1.0 || a.at(0, "link_type") != "relates_to" {
		t.Error(a.text)
	}
}

func TestBoards(t *testing.T) {
	w := newWorld(t, Options{})
	board := w.must(201, "reporter", "POST", w.path("boards"), map[string]any{"name": "Hiring"})
	lists := w.path("boards/%v/lists", board.at("id"))
	var made []answer
	for _, name := range []string{"a", "b", "c"} {
		l := w.must(201, "reporter", "POST", w.path("labels"), map[string]any{"name": name, "color": "red"})
		made = append(made, w.must(201, "reporter", "POST", lists, map[string]any{"label_id": l.at("id")}))
		w.must(400, "reporter", "POST", lists, map[string]any{"label_id": l.at("id")})
	}
	w.must(400, "reporter", "POST", lists, map[string]any{"label_id": 9999})
	w.must(200, "reporter", "PUT", fmt.Sprintf("%s/%v", lists, made[2].at("id")), map[string]any{"position": 0})
	a := w.must(200, "guest", "GET", lists, nil)
	if a.at(0, "label", "name") != "c" || a.at(1, "label", "name") != "a" || a.at(1, "position") != 1.0 {
		t.Error(a.text)
	}
}

func TestResolve(t *testing.T) {
	for _, test := range []struct {
		as     string
		author string
		want   int
	}{{"reporter", "maintainer", 403}, {"developer", "maintainer", 200}, {"reporter", "reporter", 200}} {
		w := newWorld(t, Options{})
		w.s.Commit(w.p, "main", w.users["maintainer"], "x", map[string]*string{"a.md": new("a\n")})
		w.s.Commit(w.p, "topic", w.users["maintainer"], "x", map[string]*string{"a.md": new("b\n")})
		if _, err := w.s.OpenMergeRequest(w.p, w.users[test.author], "topic", "main", "x", ""); err != nil {
			t.Fatal(err)
		}
		d := w.must(201, "reporter", "POST", w.path("merge_requests/1/discussions"), map[string]any{"body": "x"})
		path := w.path("merge_requests/1/discussions/%v", d.at("id"))
		if a := w.call(test.as, "PUT", path+"?resolved=true", nil); a.status != test.want {
			t.Errorf("%s on the merge request of %s: status %d, want %d", test.as, test.author, a.status, test.want)
		}
		m := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil)
		if m.at("blocking_discussions_resolved") != (test.want == 200) {
			t.Error(m.text)
		}
		note := fmt.Sprintf("%s/notes/%.0f", path, d.at("notes", 0, "id"))
		w.must(400, "maintainer", "PUT", note, map[string]any{"body": "x", "resolved": true})
		if a := w.must(200, "maintainer", "PUT", note, map[string]any{"resolved": false}); a.at("resolved") != false {
			t.Error(a.text)
		}
		// An answer opens nothing, and a plain note can't be resolved.
		w.must(201, "reporter", "POST", path+"/notes", map[string]any{"body": "answer"})
		n := w.s.Comment(w.s.MergeRequests(w.p)[0], w.users["reporter"], "plain")
		single := w.must(200, "reporter", "GET", w.path("merge_requests/1/notes/%d", n.ID), nil)
		if single.at("resolvable") != false || single.at("type") != nil {
			t.Error(single.text)
		}
	}
}

func TestForks(t *testing.T) {
	w := newWorld(t, Options{})
	m := w.users["maintainer"]
	w.s.Commit(w.p, "main", m, "x", map[string]*string{"a.md": new("a\n")})
	fork := w.s.AddFork(w.p, w.users["guest"])
	c := w.s.Commit(fork, "topic", w.users["guest"], "x", map[string]*string{"a.md": new("b\n")})
	w.must(404, "reporter", "GET", w.path("repository/files/a.md/raw?ref=%s", c.SHA), nil)
	made := w.must(201, "guest", "POST", "projects/guest%2Fhandbook/merge_requests", map[string]any{
		"source_branch": "topic", "target_branch": "main", "target_project_id": w.p.ID, "title": "Change",
	})
	if made.at("source_project_id") != float64(fork.ID) || made.at("target_project_id") != float64(w.p.ID) {
		t.Error(made.text)
	}
	if a := w.must(200, "reporter", "GET", w.path("repository/files/a.md/raw?ref=%s", c.SHA), nil); a.text != "b\n" {
		t.Errorf("the file at the head is %q", a.text)
	}
	next := w.s.Commit(fork, "topic", w.users["guest"], "y", map[string]*string{"b.md": new("b\n")})
	a := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil)
	if a.at("sha") != next.SHA || a.at("changes_count") != "2" {
		t.Error(a.text)
	}
	w.must(404, "reporter", "GET", w.path("repository/branches/topic"), nil)
	defer func() {
		w.s.RemoveProject(fork)
		w.s.Commit(w.p, "other", m, "x", map[string]*string{"c.md": new("c\n")})
		a := w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"target_branch": "other"})
		if a.at("source_project_id") != nil || a.at("sha") != next.SHA {
			t.Error(a.text)
		}
	}()
	w.must(409, "guest", "POST", "projects/guest%2Fhandbook/merge_requests", map[string]any{
		"source_branch": "topic", "target_branch": "main", "target_project_id": w.p.ID, "title": "Again",
	})
}

func TestConflict(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	if a := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil); a.at("has_conflicts") != false || a.at("detailed_merge_status") != "mergeable" {
		t.Error(a.text)
	}
	w.s.Commit(w.p, "main", w.users["maintainer"], "x", map[string]*string{"a.md": new("c\n")})
	if a := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil); a.at("has_conflicts") != true || a.at("detailed_merge_status") != "conflict" {
		t.Error(a.text)
	}
	w.must(406, "maintainer", "PUT", w.path("merge_requests/1/merge"), nil)
	if mr.State != "opened" {
		t.Error("it was merged")
	}
}

func TestDrafts(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	position := refs(mr.newest())
	position["old_path"], position["new_path"], position["new_line"] = "a.md", "a.md", 1
	drafts := w.path("merge_requests/1/draft_notes")
	w.must(201, "reporter", "POST", drafts, map[string]any{"note": "one", "position": position})
	w.must(201, "reporter", "POST", drafts, map[string]any{"note": "two"})
	position["new_line"] = 2
	w.must(400, "reporter", "POST", drafts, map[string]any{"note": "three", "position": position})
	if n := w.must(200, "maintainer", "GET", drafts, nil).len(); n != 0 {
		t.Errorf("another sees %d drafts", n)
	}
	if len(w.s.Notes(mr)) != 0 {
		t.Error("drafts are seen")
	}
	gone := w.must(201, "reporter", "POST", drafts, map[string]any{"note": "gone"}).at("id")
	w.must(404, "maintainer", "DELETE", fmt.Sprint(drafts, "/", gone), nil)
	w.must(204, "reporter", "DELETE", fmt.Sprint(drafts, "/", gone), nil)
	w.must(204, "reporter", "POST", drafts+"/bulk_publish", nil)
	notes := w.s.Notes(mr)
	if len(notes) != 2 || notes[0].Position == nil || w.must(200, "reporter", "GET", drafts, nil).len() != 0 {
		t.Errorf("notes are %+v", notes)
	}
}

func TestNotes(t *testing.T) {
	w := newWorld(t, Options{})
	w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	notes := w.path("merge_requests/1/notes")
	for _, test := range []struct {
		body any
		want string
	}{
		{nil, "body is missing"}, {"", "body is empty"}, {" \n", "can't be blank"}, {strings.Repeat("x", 1_000_001), "is too long"},
	} {
		in := map[string]any{}
		if test.body != nil {
			in["body"] = test.body
		}
		if a := w.must(400, "reporter", "POST", notes, in); !strings.Contains(a.text, test.want) {
			t.Errorf("%.80s, want %q", a.text, test.want)
		}
	}
	a := w.must(201, "reporter", "POST", notes, map[string]any{"body": "<!-- mark -->\none"})
	w.must(201, "developer", "POST", notes, map[string]any{"body": "two"})
	if a.at("body") != "<!-- mark -->\none" || a.at("author", "username") != "reporter" || a.at("noteable_iid") != 1.0 {
		t.Error(a.text)
	}
	if list := w.must(200, "reporter", "GET", notes+"?sort=asc&order_by=created_at&activity_filter=only_comments", nil); list.len() != 2 || list.at(1, "body") != "two" {
		t.Error(list.text)
	}
	if list := w.must(200, "reporter", "GET", notes, nil); list.at(0, "body") != "two" {
		t.Error("without a word the newest note is the first")
	}
	emoji := fmt.Sprintf("%s/%.0f/award_emoji", notes, a.at("id"))
	w.must(201, "reporter", "POST", emoji, map[string]any{"name": "thumbsup"})
	w.must(404, "reporter", "POST", emoji, map[string]any{"name": "thumbsup"})
	w.must(404, "reporter", "POST", emoji, map[string]any{"name": "thumbs up!"})
	if n := w.must(200, "reporter", "GET", emoji, nil).len(); n != 1 {
		t.Errorf("%d emoji", n)
	}
	one := fmt.Sprintf("%s/%.0f", notes, a.at("id"))
	w.must(403, "developer", "DELETE", one, nil)
	w.must(204, "reporter", "DELETE", one, nil)
	w.must(404, "reporter", "GET", one, nil)
}
