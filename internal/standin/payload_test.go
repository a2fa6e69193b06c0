package standin

import (
	"encoding/json"
	"fmt"
	"testing"
)

// sent decodes the last delivery of a trigger.
func (w *world) sent(trigger string) answer {
	w.t.Helper()
	var a answer
	for _, d := range w.s.Deliveries(w.p) {
		if d.Trigger == trigger {
			a.text, a.json = string(d.Body), nil
			if err := json.Unmarshal(d.Body, &a.json); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	if a.json == nil {
		w.t.Fatalf("nothing was sent for %s", trigger)
	}
	return a
}

func (w *world) expect(what string, a answer, fields map[string]any) {
	w.t.Helper()
	for name, want := range fields {
		object, _ := a.at("object_attributes").(map[string]any)
		got, there := object[name]
		if !there || fmt.Sprint(got) != fmt.Sprint(want) {
			w.t.Errorf("%s: %s is %v, want %v", what, name, got, want)
		}
	}
}

func TestRequestPayloads(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.HoldHooks()
	w.s.AddHook(w.p, HookOptions{URL: "http://127.0.0.1:1"})
	m := w.users["maintainer"]
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	first := mr.newest().Head
	a := w.sent(MergeRequestEvents)
	w.expect("open", a, map[string]any{
		"action": "open", "iid": 1, "state": "opened", "state_id": 1, "source_project_id": w.p.ID, "target_project_id": w.p.ID, "author_id": m.ID, "milestone_id": nil, "head_pipeline_id": nil,
		"merge_commit_sha": nil, "system": false, "draft": false,
	})
	if a.at("object_attributes", "oldrev") != nil || a.at("object_attributes", "last_commit", "id") != first || a.at("project", "path_with_namespace") != "acme/handbook" ||
		a.at("project", "default_branch") != "main" || a.at("user", "email") != "[REDACTED]" || a.at("object_kind") != "merge_request" {
		t.Errorf("open: %s", a.text)
	}

	w.s.Commit(w.p, "topic", m, "more", map[string]*string{"a.md": new("c\n")})
	a = w.sent(MergeRequestEvents)
	w.expect("push", a, map[string]any{"action": "update", "oldrev": first})
	if push := w.sent(PushEvents); push.at("before") != first || push.at("after") != mr.newest().Head || push.at("ref") != "refs/heads/topic" || push.at("commits", 0, "modified", 0) != "a.md" {
		t.Errorf("push: %s", push.text)
	}

	w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"title": "Draft: another"})
	a = w.sent(MergeRequestEvents)
	w.expect("title", a, map[string]any{"action": "update", "draft": true})
	if a.at("changes", "title", "previous") != "Change" || a.at("changes", "draft", "current") != true || a.at("object_attributes", "oldrev") != nil {
		t.Errorf("title: %s", a.text)
	}

	w.s.CloseMergeRequest(mr, m)
	w.expect("close", w.sent(MergeRequestEvents), map[string]any{"action": "close", "state": "closed", "state_id": 2})
	w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"state_event": "reopen", "title": "Change"})
	w.expect("reopen", w.sent(MergeRequestEvents), map[string]any{"action": "reopen", "state_id": 1})
	if err := w.s.Merge(mr, m); err != nil {
		t.Fatal(err)
	}
	w.expect("merge", w.sent(MergeRequestEvents), map[string]any{"action": "merge", "state": "merged", "state_id": 3, "merge_commit_sha": mr.MergeCommit})
	if push := w.sent(PushEvents); push.at("after") != mr.MergeCommit || push.at("ref") != "refs/heads/main" {
		t.Errorf("push: %s", push.text)
	}
}

func TestIssuePayloads(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.HoldHooks()
	w.s.AddHook(w.p, HookOptions{URL: "http://127.0.0.1:1"})
	m := w.users["maintainer"]
	i := w.s.AddIssue(w.p, m, "title", "", "stage::screen")
	a := w.sent(IssuesEvents)
	w.expect("open", a, map[string]any{"action": "open", "type": "Issue", "state_id": 1, "due_date": nil, "weight": nil, "milestone_id": nil, "confidential": false})
	if a.at("object_kind") != "issue" || a.at("labels", 0, "title") != "stage::screen" || a.at("labels", 0, "group_id") != nil {
		t.Errorf("open: %s", a.text)
	}
	w.s.SetIssueLabels(i, m, "stage::onsite")
	a = w.sent(IssuesEvents)
	w.expect("labels", a, map[string]any{"action": "update"})
	if a.at("changes", "labels", "previous", 0, "title") != "stage::screen" || a.at("changes", "labels", "current", 0, "title") != "stage::onsite" {
		t.Errorf("labels: %s", a.text)
	}
	task := w.s.AddTask(i, m, "step", "")
	a = w.sent(IssuesEvents)
	w.expect("task", a, map[string]any{"action": "open", "type": "Task"})
	if a.at("object_kind") != "work_item" {
		t.Errorf("task: %s", a.text)
	}
	w.s.CloseIssue(task, m)
	a = w.sent(IssuesEvents)
	w.expect("close", a, map[string]any{"action": "close", "state": "closed", "state_id": 2})
	if a.at("changes", "state_id", "current") != 2.0 {
		t.Errorf("close: %s", a.text)
	}
	before := len(w.s.Deliveries(w.p))
	w.s.CloseIssue(task, m)
	w.must(200, "maintainer", "PUT", w.path("issues/1"), map[string]any{"title": "title"})
	if n := len(w.s.Deliveries(w.p)); n != before {
		t.Errorf("%d events for what changed nothing", n-before)
	}
}

func TestNotePayloads(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.HoldHooks()
	w.s.AddHook(w.p, HookOptions{URL: "http://127.0.0.1:1"})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	n := w.s.Comment(mr, w.users["guest"], "hello")
	a := w.sent(NoteEvents)
	w.expect("note", a, map[string]any{
		"action": "create", "noteable_type": "MergeRequest", "note": "hello", "author_id": w.users["guest"].ID, "system": false, "internal": false, "type": nil, "position": nil, "line_code": nil, "commit_id": "",
	})
	if a.at("merge_request", "iid") != 1.0 || a.at("project_id") != float64(w.p.ID) || a.at("issue") != nil {
		t.Errorf("note: %s", a.text)
	}
	w.must(200, "maintainer", "PUT", w.path("merge_requests/1/notes/%d", n.ID), map[string]any{"body": "edited"})
	a = w.sent(NoteEvents)
	w.expect("edit", a, map[string]any{"action": "update", "note": "edited"})
	if a.at("user", "username") != "guest" {
		t.Error("the user of an edit is the note's author with GitLab, not the editor")
	}
	i := w.s.AddIssue(w.p, w.users["guest"], "title", "")
	w.s.CommentIssue(i, w.users["guest"], "hello")
	a = w.sent(NoteEvents)
	w.expect("issue", a, map[string]any{"noteable_type": "Issue"})
	if a.at("issue", "iid") != 1.0 || a.at("merge_request") != nil {
		t.Errorf("issue: %s", a.text)
	}
	w.must(201, "maintainer", "POST", w.path("issues/1/notes"), map[string]any{"body": "hidden", "internal": true})
	w.expect("internal", w.sent(ConfidentialNoteEvents), map[string]any{"internal": true})
}
