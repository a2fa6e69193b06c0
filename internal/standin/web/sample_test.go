package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/standin/web"
)

// A sample is a GitLab with a small made-up project in it.
type sample struct {
	*standin.Server
	t       *testing.T
	project *standin.Project
	ana     *standin.User
	bot     *standin.User
	request *standin.MergeRequest
	issue   *standin.Issue
}

const (
	gardener = "roles/gardener.md"
	before   = "---\ntitle: Gardener\ngrade: 5\n---\n\n# Gardener\n\nLooks after the garden behind the house.\n\n## Levels\n\n### Senior Gardener\n\nLeads others.\n\n" +
		"## Requirements\n\n- Knows [plants](https://example.com/plants)\n- Gets up early\n\n## Hiring process\n\n1. A 30 minute call\n1. A walk through the garden\n"
	chart = "flowchart TD\n  s1[\"1. Call<br>with the recruiter\"]\n  s2[\"2. Walk<br>with the head gardener\"]\n  s1 --> s2"
)

var after = strings.NewReplacer("behind the house", "behind the house, and is a rockstar at it", "1. A walk through the garden\n", "1. A 45-minute walk through the garden\n1. An offer\n").Replace(before)

// description is text as a bot writes it.
const description = "<!-- mark -->\n\n## Plan\n\nHiring for **Gardener**.\n\n- [x] ask\n- [ ] tell\n\n| Step | With | Minutes |\n| --- | --- | ---: |\n" +
	"| Call | Recruiter | 30 |\n| Walk | Head gardener | 45 |\n\n```mermaid\n" + chart + "\n```\n\n<details>\n<summary>More, folded</summary>\n\nHidden **text**.\n\n```mermaid\n" + chart + "\n```\n\n</details>\n"

// newSample builds the project by the API and the actions of people.
func newSample(t *testing.T) *sample {
	t.Helper()
	now := time.Now()
	tick := func() time.Time { // no two moments are the same
		now = now.Add(time.Millisecond)
		return now
	}
	s := &sample{Server: standin.New(standin.Options{Now: tick}), t: t}
	t.Cleanup(func() { s.Close() })
	s.SetWeb(web.New(s.Server))
	s.ana, s.bot = s.AddUser("ana", "Ana Novak", false), s.AddUser("planbot", "Plan Bot", true)
	s.AddToken(s.ana, "ana", "api")
	s.AddToken(s.bot, "bot", "api")
	s.project = s.AddProject("acme/handbook", "public")
	s.AddMember(s.project, s.ana, standin.Maintainer)
	s.AddMember(s.project, s.bot, standin.Maintainer)
	s.AddProject("acme/empty", "private")
	s.Commit(s.project, "main", s.ana, "Begin", map[string]*string{
		gardener: new(before), "README.md": new("# Handbook\n\nAll about work at ACME.\n"), "openings.yml": new("- id: A-1\n  role: gardener\n"),
	})
	s.Commit(s.project, "rockstar-gardener", s.ana, "Change", map[string]*string{gardener: new(after), "roles/baker.md": new("# Baker\n\nBakes.\n"), "openings.yml": nil})
	request, err := s.OpenMergeRequest(s.project, s.ana, "rockstar-gardener", "main", "Gardener: a longer walk", "The walk takes **longer** now.")
	if err != nil {
		t.Fatal(err)
	}
	s.request = request
	s.talk()
	s.plan()
	return s
}

// talk fills the merge request.
func (s *sample) talk() {
	note := s.Comment(s.request, s.bot, "### 🔴 One error\n\n"+description)
	s.call("ana", "POST", fmt.Sprintf("merge_requests/1/notes/%d/award_emoji", note.ID), map[string]any{"name": "thumbsup"})
	v := s.request.Versions[0]
	at := func(more map[string]any) map[string]any {
		p := map[string]any{"position_type": "text", "base_sha": v.Base, "start_sha": v.Start, "head_sha": v.Head, "old_path": gardener, "new_path": gardener}
		maps.Copy(p, more)
		return p
	}
	body := "\"rockstar\" puts people off; write \"expert\"\n\n```suggestion:-0+0\nLooks after the garden behind the house, and is an expert at it.\n```\n"
	first := s.call("bot", "POST", "merge_requests/1/discussions", map[string]any{"body": body, "position": at(map[string]any{"new_line": 8})})
	s.call("ana", "POST", fmt.Sprintf("merge_requests/1/discussions/%s/notes", first["id"]), map[string]any{"body": "True, I will take it."})
	far := s.call("bot", "POST", "merge_requests/1/discussions", map[string]any{"body": "This line is not changed.", "position": at(map[string]any{"old_line": 14, "new_line": 14})})
	s.call("bot", "PUT", fmt.Sprintf("merge_requests/1/discussions/%s", far["id"]), map[string]any{"resolved": true})
}

// plan makes issues, tasks, labels and a board.
func (s *sample) plan() {
	p := s.project
	s.AddLabel(p, "hiring::active", "#1f75cb", "Work goes on")
	s.AddLabel(p, "step::interview", "#ffe066", "An interview is the next step")
	s.AddLabel(p, "urgent", "#8b1d12", "")
	s.issue = s.AddIssue(p, s.bot, "Hire a gardener (A-1)", description, "hiring::active", "step::interview", "urgent")
	s.EditIssue(s.issue, s.ana, func(i *standin.Issue) {
		i.Confidential, i.DueDate, i.Assignees = true, "2026-12-24", []*standin.User{s.ana}
	})
	call := s.AddTask(s.issue, s.bot, "1. Call", "Step **1**.")
	s.AddTask(s.issue, s.bot, "2. Walk through the garden with the head gardener", "Step **2**.")
	s.CloseIssue(call, s.ana)
	other := s.AddIssue(p, s.ana, "Buy a spade", "", "urgent")
	s.call("ana", "POST", fmt.Sprintf("issues/%d/links", s.issue.IID), map[string]any{"target_project_id": fmt.Sprint(p.ID), "target_issue_iid": fmt.Sprint(other.IID)})
	s.SetIssueLabels(s.issue, s.ana, "hiring::active", "step::interview")
	s.CommentIssue(s.issue, s.ana, "Somebody wrote.\n\n> quoted\n\n`code`")
	board := s.call("ana", "POST", "boards", map[string]any{"name": "Hiring"})
	for _, l := range s.Labels(p)[:2] {
		s.call("ana", "POST", "boards/"+number(board["id"])+"/lists", map[string]any{"label_id": l.ID})
	}
}

// call calls the API about the project.
func (s *sample) call(token, method, path string, body any) map[string]any {
	s.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(method, fmt.Sprintf("/api/v4/projects/%d/%s", s.project.ID, path), strings.NewReader(string(data)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Private-Token", token)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		s.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.t.Fatal(err)
	}
	return answer
}

// pages are the addresses of all kinds of page.
func (s *sample) pages() []string {
	at := "/acme/handbook/-/"
	return []string{
		"/", "/acme/handbook", "/acme/empty", at + "merge_requests", at + "merge_requests/1", at + "issues", at + "issues?state=all&label_name[]=urgent", at + "issues/1",
		at + "work_items/3", at + "labels", at + "boards", fmt.Sprintf("%sboards/%d", at, s.Boards(s.project)[0].ID), at + "tree/main", at + "tree/main/roles",
		at + "blob/main/" + gardener, at + "blob/rockstar-gardener/" + gardener + "?plain=1", at + "blob/main/openings.yml", "/nothing/here",
	}
}

// number writes a number of a JSON answer.
func number(n any) string { return fmt.Sprintf("%.0f", n) }
