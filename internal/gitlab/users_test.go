package gitlab_test

import (
	"context"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestTogether: people and files are asked for many at once, and remembered.
func TestTogether(t *testing.T) {
	s := standin.New(standin.Options{Strict: true})
	address, err := s.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ana := s.AddUser("Ana", "Ana Ng", false)
	s.AddUser("bo", "Bo Li", false).State = "blocked"
	s.AddToken(ana, "secret", "api")
	p := s.AddProject("acme/handbook", "private")
	s.AddMember(p, ana, standin.Maintainer)
	files := map[string]*string{"binary": new("\xff\xfe")}
	var paths []string
	for i := range 130 {
		path := "people/" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ".yml"
		files[path] = new("slug: x\n")
		paths = append(paths, path)
	}
	s.Commit(p, "main", ana, "people", files)
	c, err := gitlab.New(gitlab.Options{BaseURL: address, Token: "secret", Log: zerolog.Nop(), Sleep: func(context.Context, time.Duration) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		users, err := c.UsersByName(t.Context(), []string{"ana", "ANA", "bo", "nobody", ""})
		if err != nil || len(users) != 2 || users["ana"].ID != ana.ID || users["ana"].Username != "Ana" || users["bo"].State != "blocked" {
			t.Errorf("%+v, %v", users, err)
		}
		// What was found together is known one by one.
		if u, err := c.UserByName(t.Context(), "bo"); err != nil || u.Name != "Bo Li" {
			t.Errorf("%+v, %v", u, err)
		}
	}
	if n := s.Calls()["POST graphql query"]; n != 1 {
		t.Errorf("%d queries for people, want 1", n)
	}
	s.ResetCalls()
	blobs, err := c.ReadBlobs(t.Context(), "acme/handbook", "main", append(paths, "binary", "missing"))
	if err != nil || len(blobs) != 131 || blobs["binary"].Content != nil || blobs[paths[0]].ID == "" || blobs[paths[0]].ID != blobs[paths[129]].ID {
		t.Errorf("%d blobs, %v", len(blobs), err)
	}
	if n := s.Calls()["POST graphql query"]; n != 3 {
		t.Errorf("%d queries for files, want 3", n)
	}
}
