package app

import (
	"fmt"
	"reflect"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestDiscussionsComeAlong: GitLab's two ways to tell the discussions of a merge request say the same, and
// where the shorter one does not tell all it tells nothing.
func TestDiscussionsComeAlong(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d, client := s.stage, s.client
	src := d.gitlab.Files(d.project, standin.DefaultBranch)[demoPage]
	m := s.propose(t, "topic", map[string]*string{demoPage: new(src + "\n* Keep the whitelist\n* Ask the chairman\n")})
	s.look(t, reconcile.MergeRequest, m.IID)
	d.gitlab.Comment(m, d.ana, "Of Ana")
	glance := func() []forge.Discussion {
		seen, err := client.Glance(t.Context(), d.project.Path, m.Versions[0].Head, forge.Glance{Texts: []string{demoPage}, Discussions: m.IID})
		if err != nil || string(seen.Texts[demoPage]) == "" {
			t.Fatalf("%+v, %v", seen, err)
		}
		return seen.Discussions
	}
	long, err := client.Discussions(t.Context(), d.project.ID, m.IID)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.ResolveDiscussion(t.Context(), d.project.ID, m.IID, thread(long).ID, true); err != nil {
		t.Fatal(err)
	}
	if err := client.AnswerDiscussion(t.Context(), d.project.ID, m.IID, thread(long).ID, safe.Sprintf("answer")); err != nil {
		t.Fatal(err)
	}
	if long, err = client.Discussions(t.Context(), d.project.ID, m.IID); err != nil {
		t.Fatal(err)
	}
	short := glance()
	for _, list := range [][]forge.Discussion{long, short} {
		for i := range list {
			for j := range list[i].Notes {
				n := &list[i].Notes[j]
				n.Author.State, n.ResolvedBy.State = "", "" // which nobody reads
			}
		}
	}
	if !reflect.DeepEqual(short, long) {
		t.Errorf("the short way:\n%+v\nthe long way:\n%+v", short, long)
	}
	if th := thread(short); !th.Notes[0].Resolved || th.Notes[0].ResolvedBy.ID == 0 || th.Notes[0].Position == nil || len(th.Notes) < 2 {
		t.Errorf("there is too little to compare: %+v", th)
	}
	for i := range 101 {
		d.gitlab.Comment(m, d.ana, fmt.Sprint("Note ", i))
	}
	if list := glance(); list != nil {
		t.Errorf("%d discussions are told of more", len(list))
	}
}

// thread is the first that can be resolved.
func thread(list []forge.Discussion) forge.Discussion {
	for _, d := range list {
		if !d.Individual {
			return d
		}
	}
	return forge.Discussion{}
}

// TestStatusCheckLoop: where a project has an external status check and no webhook, what GitLab tells the
// check is enough to have it answered.
func TestStatusCheckLoop(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	service := startLoop(t, d, client, 0)
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Check", map[string]*string{".roleplan.yml": new("version: 1\nstatus: {check: roleplan, fail_on: warning}\n")})
	k := d.gitlab.AddStatusCheck(d.project, "roleplan", service.webhookURL(), hookSecret)
	s := &scene{stage: d}
	src := d.gitlab.Files(d.project, standin.DefaultBranch)[demoPage]
	m := s.propose(t, "topic", map[string]*string{demoPage: new(src + "\nKeep the whitelist.\n")})
	if _, err := d.answer(t.Context(), m, ""); err != nil {
		t.Fatal(err)
	}
	drain(t, d)
	settle(t, service)
	if state := d.gitlab.State(k, d.gitlab.MergeRequest(d.project, m.IID)); state != "failed" {
		t.Errorf("the check is %q", state)
	}
}
