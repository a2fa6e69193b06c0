package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestPingPong: another bot answers every note with a command for roleplan, or with a mention of it.
// Neither its notes nor roleplan's own make roleplan write again. One of the bots bears the name of an
// access token, the other a person's.
func TestPingPong(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"project_9_bot_1f0c", "helpful-hal"} {
		d, client := newLoop(t)
		other := d.gitlab.AddUser(name, "Hal", true)
		d.gitlab.AddMember(d.project, other, standin.Maintainer)
		var mr *standin.MergeRequest
		var mu sync.Mutex
		answered := 0
		ping := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.Header.Get("X-Gitlab-Event") != "Note Hook" || strings.Contains(string(body), `"username":"`+name) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if answered++; mr != nil && answered < 20 {
				d.gitlab.Comment(mr, other, "roleplan: help\n\n@"+d.bot.Username+" check")
			}
		}))
		defer ping.Close()
		post := newPostman(t)
		d.addHook(post.url)
		d.addHook(ping.URL)
		s := startLoop(t, d, client, 0)
		post.deliverTo(s.webhookURL())
		mu.Lock()
		mr = mergeUnseen(t, d, false)
		mu.Unlock()
		if _, err := d.answer(t.Context(), mr, ""); err != nil {
			t.Fatal(err)
		}
		d.gitlab.Comment(mr, d.ana, "roleplan: help")
		for range 5 { // until the last echo has died away
			if err := d.gitlab.DrainHooks(t.Context()); err != nil {
				t.Fatal(err)
			}
			settle(t, s)
		}
		replies := 0
		for _, n := range d.gitlab.Notes(mr) {
			if n.Author.ID == d.bot.ID && strings.Contains(n.Body, "| command |") {
				replies++
			}
		}
		mu.Lock()
		if replies != 1 || answered < 2 || answered >= 20 {
			t.Errorf("%s: %d replies of roleplan, %d notes answered by the other bot", name, replies, answered)
		}
		mu.Unlock()
	}
}
