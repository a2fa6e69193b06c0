package command_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/command"
)

const oneOpening = `# What we look for.
- id: GHP-1 # the first
  page: content/job-families/product/manager.md
  level: Product Manager
`

// TestCommands: what each command answers, and what it leads to.
func TestCommands(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		want  command.Result
		emoji string
		says  []string
	}{
		"check":           {"roleplan: check", command.Result{Rerun: true, Writes: 3}, "white_check_mark", []string{"It is checked again"}},
		"plan":            {"@roleplan-bot plan", command.Result{Rerun: true, Writes: 3}, "white_check_mark", []string{"It is planned again"}},
		"explain":         {"roleplan: explain spelling", command.Result{Writes: 3}, "white_check_mark", []string{"**spelling** (wording", "```markdown\n---", "And one that is good"}},
		"explain nothing": {"roleplan: explain", command.Result{Writes: 3}, "x", []string{"Which rule?", "`roleplan: explain spelling`"}},
		"explain a slip":  {"roleplan: explain speling", command.Result{Writes: 3}, "x", []string{"`speling` is no rule; perhaps `spelling` was meant"}},
		"explain rubbish": {"roleplan: explain @all", command.Result{Writes: 3}, "x", []string{"`@all` is no rule; the findings"}},
		"help":            {"roleplan: help", command.Result{Writes: 3}, "white_check_mark", []string{"| `roleplan: ignore RULE reason` |", "`@roleplan-bot`", "role developer"}},
		"a slip":          {"roleplan: chekc", command.Result{Writes: 3}, "x", []string{"`chekc` is no command; perhaps `roleplan: check` was meant"}},
		"no command":      {"roleplan: @all#1 thanks", command.Result{Writes: 3}, "x", []string{"`@all#1` is no command; `roleplan: help` lists them"}},
		"two":             {"roleplan: check\nroleplan: nonsense~label", command.Result{Rerun: true, Writes: 3}, "x", []string{"`check`:\n\nIt is checked", "`nonsense~label`:\n\n"}},
		"ignore no rule":  {"roleplan: ignore", command.Result{Writes: 3}, "x", []string{"Which rule?"}},
		"ignore, no why":  {"roleplan: ignore spelling -->", command.Result{Writes: 3}, "x", []string{"Say why"}},
		"ignore absent":   {"roleplan: ignore gendered-pronoun because", command.Result{Writes: 3}, "x", []string{"no new finding of `gendered-pronoun`"}},
		"ignore": {
			"roleplan: ignore spelling a name",
			command.Result{Pushed: true, Writes: 4},
			"white_check_mark",
			[]string{"The finding in line 15 of `" + page + "` is silenced, by a commit to `change`. 1 new finding of the rule is left."},
		},
		"open":            {`roleplan: open GHP-2 level="senior product manager" hiring_manager=@dev count=2`, command.Result{Pushed: true, Writes: 4}, "white_check_mark", []string{"The opening `GHP-2` is declared"}},
		"open nothing":    {"roleplan: open", command.Result{Writes: 3}, "x", []string{"write it like"}},
		"open, no id":     {`roleplan: open level="Product Manager"`, command.Result{Writes: 3}, "x", []string{"write it like"}},
		"open twice":      {`roleplan: open GHP-1 level="Product Manager"`, command.Result{Writes: 3}, "x", []string{"stands in line 2 already"}},
		"open, bad id":    {`roleplan: open @all level="Product Manager"`, command.Result{Writes: 3}, "x", []string{"id: ", "`\"@all\"`"}},
		"open, bad key":   {`roleplan: open GHP-2 levl="Product Manager"`, command.Result{Writes: 3}, "x", []string{`perhaps "level" was meant`}},
		"open, key twice": {`roleplan: open GHP-2 level=a level=b`, command.Result{Writes: 3}, "x", []string{`"level" stands twice`}},
		"open, no level":  {`roleplan: open GHP-2`, command.Result{Writes: 3}, "x", []string{"level: is missing; expected one of Product Manager, Senior Product Manager"}},
		"open, bad level": {`roleplan: open GHP-2 level="Staff Product Manager"`, command.Result{Writes: 3}, "x", []string{"no level of the page"}},
		"open, no page":   {`roleplan: open GHP-2 page=content/job-families/x.md level=a`, command.Result{Writes: 3}, "x", []string{"does not exist in the repository"}},
		"open, any file":  {`roleplan: open GHP-2 page=README.md level=a`, command.Result{Writes: 3}, "x", []string{"is no role page"}},
		"open, outside":   {`roleplan: open GHP-2 page=../secret.md level=a`, command.Result{Writes: 3}, "x", []string{"page: "}},
		"open, no such person": {
			`roleplan: open GHP-2 level="Product Manager" recruiter=nobody`,
			command.Result{Writes: 3},
			"x",
			[]string{"recruiter: nobody on GitLab is called"},
		},
		"open, bad date": {`roleplan: open GHP-2 level="Product Manager" target_start=soon`, command.Result{Writes: 3}, "x", []string{`"soon" is no date`}},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, openingsPath, oneOpening)
			n := b.say("dev", tc.text)
			if got := b.run(); got != tc.want {
				t.Errorf("result %+v, want %+v", got, tc.want)
			}
			b.says(tc.says...)
			if got := emoji(n); got != tc.emoji {
				t.Errorf("awarded %q", got)
			}
			if d := b.mr.Discussions[0]; len(d.Notes) != 2 || !d.Notes[0].Resolved || !d.Notes[1].Resolved {
				t.Errorf("the thread is open: %+v", d)
			}
			for _, m := range b.server.Mentions() {
				if m.User == b.bot {
					t.Errorf("the bot mentions %s", m.Text)
				}
			}
			if tc.want.Pushed == (b.file(page) == manager && b.file(openingsPath) == oneOpening) {
				t.Error("committed, or not committed")
			}
			b.still()
		})
	}
}

func TestIgnore(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: ignore spelling the name--> of <b>a</b> {{% product %}} -- spelling @all")
	b.run()
	want := strings.Replace(manager, "- "+slip, "  <!-- roleplan-disable-next-line spelling — the name- of ba/b % product % - spelling @all -->\n- "+slip, 1)
	if got := b.file(page); got != want {
		t.Errorf("the page is now\n%s", got)
	}
	commits, err := b.client.RecentCommits(t.Context(), b.hb.ID, "change")
	if err != nil || !strings.HasPrefix(commits[0].Message, "Ignore a finding of the rule spelling\n\n<!-- roleplan:command ") || strings.Contains(commits[0].Message, "product") {
		t.Errorf("commits %+v, %v", commits, err)
	}
}

func TestOpen(t *testing.T) {
	const added = "- id: GHP-2\n  page: content/job-families/product/manager.md\n  level: Senior Product Manager\n  location: \"Remote: EMEA\"\n"
	const text = `roleplan: open GHP-2 level="senior-product-manager" location="Remote: EMEA"`
	for name, tc := range map[string]struct {
		files []string
		path  string
		want  string
	}{
		"a list":          {[]string{openingsPath, oneOpening}, openingsPath, oneOpening + added},
		"no file":         {nil, openingsPath, added},
		"a folder":        {[]string{"hiring/openings/GHP-1.yml", "id: GHP-1\npage: a.md\n"}, "hiring/openings/GHP-2.yml", strings.ReplaceAll(strings.TrimPrefix(added, "- "), "\n  ", "\n")},
		"there already":   {[]string{"hiring/openings/a.yml", "id: GHP-2\npage: a.md\n"}, "hiring/openings/GHP-2.yml", ""},
		"file is there":   {[]string{"hiring/openings/GHP-2.yml", "id: GHP-1\npage: a.md\n"}, "hiring/openings/GHP-2.yml", "id: GHP-1\npage: a.md\n"},
		"one alone":       {[]string{openingsPath, "id: GHP-1\npage: a.md\n"}, openingsPath, "id: GHP-1\npage: a.md\n"},
		"in brackets":     {[]string{openingsPath, "[{id: GHP-1, page: a.md}]\n"}, openingsPath, "[{id: GHP-1, page: a.md}]\n"},
		"with mistakes":   {[]string{openingsPath, "- id: GHP-1\n"}, openingsPath, "- id: GHP-1\n"},
		"no YAML":         {[]string{openingsPath, "- id: [\n"}, openingsPath, "- id: [\n"},
		"Windows, no end": {[]string{openingsPath, "- id: GHP-1\r\n  page: a.md"}, openingsPath, "- id: GHP-1\r\n  page: a.md\r\n" + strings.ReplaceAll(added, "\n", "\r\n")},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, tc.files...)
			n := b.say("dev", text)
			b.run()
			if got := b.file(tc.path); got != tc.want {
				t.Errorf("%s is now\n%s", tc.path, got)
			}
			done := slices.Contains(tc.files, tc.want) || tc.want == ""
			if (emoji(n) == "x") != done {
				t.Errorf("awarded %q: %s", emoji(n), b.answer())
			}
			b.still()
		})
	}
	t.Run("another project", func(t *testing.T) {
		b := setup(t)
		b.conf.Openings.Project = "acme/hiring"
		b.say("dev", text)
		b.run()
		b.says("kept in another project")
	})
}

// TestPlaces: where no commit can go, the answer says why.
func TestPlaces(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(b *bundle)
		says   string
	}{
		"merged": {func(b *bundle) {
			if err := b.server.Merge(b.mr, b.people["maintainer"]); err != nil {
				b.t.Fatal(err)
			}
		}, "the merge request is merged"},
		"closed": {func(b *bundle) { b.server.CloseMergeRequest(b.mr, b.people["dev"]) }, "the merge request is closed"},
		"bot is a reporter": {
			func(b *bundle) { b.server.AddMember(b.hb, b.bot, standin.Reporter) },
			"roleplan may not push to the branch `change`",
		},
		"fork": {func(b *bundle) {
			fork := b.server.AddFork(b.hb, b.people["dev"])
			mr, err := b.server.OpenForkRequest(fork, b.hb, b.people["dev"], "change", "main", "From a fork", "")
			if err != nil {
				b.t.Fatal(err)
			}
			b.mr = mr
		}, "the branch lies in a fork"},
		"protected": {func(b *bundle) {
			b.fault("GET", "/repository/branches/change", &standin.Fault{Status: 200, Body: `{"name":"change","protected":true,"commit":{"id":"1ead"}}`, Header: map[string]string{"Content-Type": "application/json"}})
		}, "the branch `change` is protected"},
		"no push": {func(b *bundle) {
			b.fault("PUT", "/repository/files/", &standin.Fault{Status: 400, Body: `{"message":"You are not allowed to push into this branch"}`, Header: map[string]string{"Content-Type": "application/json"}})
		}, "roleplan may not push"},
		"branch gone": {func(b *bundle) {
			b.fault("GET", "/repository/branches/change", &standin.Fault{Status: 404, Body: `{"message":"404 Branch Not Found"}`, Header: map[string]string{"Content-Type": "application/json"}})
		}, "the branch `change` is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			tc.change(b)
			b.say("dev", "roleplan: ignore spelling a name")
			b.run()
			b.says(tc.says)
			if b.file(page) != manager {
				t.Error("the page was changed")
			}
		})
	}
}

// fault lets the calls of a kind fail from now on, the first times alone when some are given.
func (b *bundle) fault(method, path string, f *standin.Fault) {
	b.server.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == method && strings.Contains(r.URL.Path, path) {
			return f
		}
		return nil
	})
}

// TestPermission: who may give commands is what GitLab says at that moment.
func TestPermission(t *testing.T) {
	for name, tc := range map[string]struct {
		who    string
		change func(b *bundle)
		says   string // "" for done
	}{
		"guest":            {"guest", nil, "at least the role Developer"},
		"reporter":         {"reporter", nil, "at least the role Developer"},
		"stranger":         {"stranger", nil, "at least the role Developer"},
		"developer":        {"dev", nil, ""},
		"maintainer":       {"maintainer", nil, ""},
		"removed":          {"dev", func(b *bundle) { b.server.AddMember(b.hb, b.people["dev"], 0) }, "at least the role Developer"},
		"blocked":          {"dev", func(b *bundle) { b.people["dev"].State = "blocked" }, "your account is blocked"},
		"demoted":          {"dev", func(b *bundle) { b.server.AddMember(b.hb, b.people["dev"], standin.Guest) }, "at least the role Developer"},
		"promoted":         {"guest", func(b *bundle) { b.server.AddMember(b.hb, b.people["guest"], standin.Developer) }, ""},
		"stricter":         {"dev", func(b *bundle) { b.conf.Commands.Role = repoconf.RoleMaintainer }, "at least the role Maintainer"},
		"strictest":        {"maintainer", func(b *bundle) { b.conf.Commands.Role = repoconf.RoleOwner }, "at least the role Owner"},
		"stricter, enough": {"maintainer", func(b *bundle) { b.conf.Commands.Role = repoconf.RoleMaintainer }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			n := b.say(tc.who, "roleplan: ignore spelling a name")
			if tc.change != nil {
				tc.change(b)
			}
			b.run()
			if done := b.file(page) != manager; done != (tc.says == "") || done != (emoji(n) == "white_check_mark") {
				t.Errorf("done: %t, awarded %q", done, emoji(n))
			}
			b.says(tc.says)
			b.still()
		})
	}
}

// TestNobody: what is no command costs no call and no word.
func TestNobody(t *testing.T) {
	b := setup(t)
	other := b.server.AddUser("project_9_bot_1f0c", "token", true)
	b.server.AddMember(b.hb, other, standin.Developer)
	for _, text := range []string{"Looks good", "> roleplan: check", "```\nroleplan: ignore spelling x\n```", "- roleplan: check", "<!-- roleplan: check -->"} {
		b.say("dev", text)
	}
	b.server.Comment(b.mr, b.bot, "roleplan: check\n\n@roleplan-bot plan")
	b.server.Comment(b.mr, other, "roleplan: check")
	d := b.mr.Discussions[0]
	d.Notes = append(d.Notes, &standin.Note{ID: 999_999, System: true, Author: b.people["dev"], Body: "roleplan: check"})
	before := b.server.Calls()
	b.run()
	for call, n := range b.server.Calls() {
		if n > before[call] && call != "GET user" && call != "GET projects/:id" && call != "GET projects/:id/merge_requests/:iid" {
			t.Errorf("called %s", call)
		}
	}
	b.still()
	// A bot with a name like any other is found out by one call, once.
	hidden := b.server.AddUser("helper", "helper", true)
	b.server.AddMember(b.hb, hidden, standin.Maintainer)
	b.server.Comment(b.mr, hidden, "roleplan: ignore spelling x")
	b.run()
	b.still()
	if list := b.answers(); len(list) != 1 || b.file(page) != manager {
		t.Errorf("answers %q", list)
	}
}

// TestForged: a mark that somebody else writes counts for nothing.
func TestForged(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: help")
	b.run()
	mark := b.answer()[strings.Index(b.answer(), "<!--"):]
	b = setup(t)
	b.say("guest", mark)
	b.say("dev", "roleplan: help")
	if r := b.run(); r.Writes != 3 {
		t.Errorf("result %+v", r)
	}
}

// TestEdit: an edit runs only what it added.
func TestEdit(t *testing.T) {
	b := setup(t)
	n := b.say("dev", "roleplan: help")
	b.run()
	n.Body = "Sorry!\n\nroleplan: check\n\nroleplan: help"
	if r := b.run(); !r.Rerun {
		t.Errorf("result %+v", r)
	}
	if list := b.answers(); len(list) != 2 || strings.Contains(list[1], "| command |") {
		t.Errorf("answers %q", list)
	}
	for _, n := range b.mr.Discussions[0].Notes {
		if !n.Resolved {
			t.Error("the thread is open")
		}
	}
	n.Body = "roleplan: check"
	b.still()
	n.Body = "roleplan: check\nroleplan: check"
	if r := b.run(); !r.Rerun {
		t.Errorf("a second line of the same words: %+v", r)
	}
	b.still()
}

// TestThread: a command in a thread of people is answered there, and the thread stays as it was.
func TestThread(t *testing.T) {
	b := setup(t)
	b.say("maintainer", "This reads odd.")
	d := b.mr.Discussions[0]
	d.Individual = false
	d.Notes = append(d.Notes, &standin.Note{ID: 999_999, Author: b.people["dev"], Body: "roleplan: explain spelling", CreatedAt: b.now, UpdatedAt: b.now})
	b.run()
	if len(d.Notes) != 3 || d.Notes[0].Resolved || d.Notes[2].Resolved {
		t.Errorf("thread %+v", d)
	}
	b.still()
}

// TestLeftOpen: a run that ends between answer and resolving leaves the thread open, and the next one
// resolves it. Whoever opens it again is not argued with, neither at once by words nor later.
func TestLeftOpen(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: explain spelling")
	b.server.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPut {
			return &standin.Fault{Status: http.StatusBadGateway}
		}
		return nil
	})
	b.run()
	b.server.OnCall(nil)
	d := b.mr.Discussions[0]
	if d.Notes[0].Resolved {
		t.Fatal("the fault did not show")
	}
	if r := b.run(); r.Writes != 1 || !d.Notes[0].Resolved {
		t.Errorf("result %+v, resolved %v", r, d.Notes[0].Resolved)
	}
	b.still()

	reopen := func() {
		for _, n := range d.Notes {
			n.Resolved = false
		}
	}
	reopen()
	b.now = b.now.Add(2 * time.Hour)
	b.still()
	b.now = b.now.Add(-2 * time.Hour)
	d.Notes = append(d.Notes, &standin.Note{ID: 999_999, Author: b.people["dev"], Body: "Hm.", CreatedAt: b.now, UpdatedAt: b.now})
	b.still()
}

// TestLimit: more than sixty commands an hour are refused, and stay refused.
func TestLimit(t *testing.T) {
	b := setup(t)
	b.say("dev", strings.Repeat("roleplan: check\n", 59))
	b.say("dev", "roleplan: check\nroleplan: check\nroleplan: check")
	b.run()
	list := b.answers()
	if len(list) != 2 || strings.Count(list[0], "It is checked again") != 59 || strings.Count(list[1], "It is checked again") != 1 || !strings.Contains(list[1], "2 commands were not done: 60 an hour") {
		t.Errorf("answers %q", list)
	}
	b.say("maintainer", "roleplan: check") // somebody else
	if r := b.run(); !r.Rerun {
		t.Errorf("result %+v", r)
	}
	b.now = b.now.Add(2 * time.Hour)
	b.still()
	b.say("dev", "roleplan: check")
	if r := b.run(); !r.Rerun {
		t.Errorf("after an hour: %+v", r)
	}
}

// TestOrder: commands run in the order in which they were written, however the list is.
func TestOrder(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: ignore spelling the first")
	b.say("maintainer", "roleplan: ignore spelling the second")
	slices.Reverse(b.mr.Discussions)
	b.run()
	text := b.file(page)
	first, second := strings.Index(text, "the first"), strings.Index(text, "the second")
	if first < 0 || second < first {
		t.Errorf("the page is now\n%s", text)
	}
	b.still()
}

// TestFaults: whatever goes wrong with whichever call, after the next runs all is done once.
func TestFaults(t *testing.T) {
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	faults := map[string]standin.Fault{
		"broken before":  {},
		"broken after":   {After: true},
		"502 after":      {After: true, Status: 502, Body: "<html>", Header: map[string]string{"Content-Type": "text/html"}},
		"500":            {Status: 500, Body: `{"message":"500"}`, Header: jsonHeader},
		"truncated":      {After: true, Status: 200, Body: `{"id":`, Header: jsonHeader},
		"a push between": {Status: 400, Body: `{"message":"You are attempting to update a file that has changed since you started editing it."}`, Header: jsonHeader},
	}
	for name, f := range faults {
		for nth := 1; nth <= 24; nth++ {
			over := false
			t.Run(fmt.Sprintf("%s/%d", name, nth), func(t *testing.T) {
				b := setup(t, openingsPath, oneOpening)
				b.say("dev", "roleplan: ignore spelling a name\nroleplan: open GHP-2 level=\"Product Manager\"\nroleplan: check")
				q := b.request()
				var calls atomic.Int64 // a call whose connection broke may still be on its way
				b.server.OnCall(func(r *http.Request) *standin.Fault {
					if f.Status == 200 && strings.HasSuffix(r.URL.Path, "/raw") {
						return nil // any text is a file
					}
					if strings.Contains(name, "push") && (r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/files/")) {
						return nil
					}
					if calls.Add(1) == int64(nth) {
						return &f
					}
					return nil
				})
				_, err := b.runner.Run(t.Context(), q)
				over = calls.Load() < int64(nth)
				b.server.OnCall(nil)
				for range 2 {
					if err == nil {
						break
					}
					_, err = b.runner.Run(t.Context(), b.request())
				}
				if err != nil {
					t.Fatal(err)
				}
				b.run()
				if !b.mr.Discussions[0].Notes[0].Resolved {
					t.Error("the thread is open")
				}
				if n := strings.Count(b.file(page), "roleplan-disable"); n != 1 {
					t.Errorf("%d suppressions", n)
				}
				if n := strings.Count(b.file(openingsPath), "GHP-2"); n != 1 {
					t.Errorf("the opening stands %d times", n)
				}
				if text := b.answer(); strings.Contains(text, "Nothing was") {
					t.Errorf("the answer is %s", text)
				}
				b.still()
			})
			if over {
				break
			}
		}
	}
}

// TestRefused: a refusal of any call that comes once changes nothing; one that stays is told to the person, and nothing is
// done without a right that could be read.
func TestRefused(t *testing.T) {
	const command = "roleplan: ignore spelling a name\nroleplan: open GHP-2 level=\"Product Manager\" recruiter=maintainer"
	play := func(t *testing.T, method, path string, status, times int) (b *bundle, struck int) {
		t.Helper()
		b = setup(t, openingsPath, oneOpening)
		b.say("dev", command)
		q := b.request()
		b.server.OnCall(func(r *http.Request) *standin.Fault {
			if r.Method != method || !strings.Contains(r.URL.Path, path) || struck == times {
				return nil
			}
			struck++
			return &standin.Fault{Status: status, Body: fmt.Sprintf(`{"message":"%d No"}`, status), Header: map[string]string{"Content-Type": "application/json"}}
		})
		_, err := b.runner.Run(t.Context(), q)
		b.server.OnCall(nil)
		if err != nil {
			t.Fatal(err)
		}
		b.still()
		return b, struck
	}
	undisturbed, _ := play(t, "", "", 0, 0)
	if undisturbed.file(page) == manager || undisturbed.file(openingsPath) == oneOpening {
		t.Fatalf("the answer is\n%s", undisturbed.answer())
	}
	for _, call := range []struct{ method, path string }{
		{"GET", "/users/"},
		{"GET", "/members/all/"},
		{"GET", "/repository/branches/"},
		{"GET", "/repository/commits"},
		{"PUT", "/repository/files/"},
	} {
		for _, status := range []int{400, 403, 404, 413, 422} {
			t.Run(fmt.Sprintf("%s %s/%d", call.method, call.path, status), func(t *testing.T) {
				b, struck := play(t, call.method, call.path, status, 1)
				if struck != 1 || b.file(page) != undisturbed.file(page) || b.file(openingsPath) != undisturbed.file(openingsPath) || b.answer() != undisturbed.answer() {
					t.Errorf("after %d blows the answer is\n%s", struck, b.answer())
				}
				b, _ = play(t, call.method, call.path, status, -1)
				if b.file(page) != manager || b.file(openingsPath) != oneOpening {
					t.Error("something was committed")
				}
				if n := strings.Count(b.answer(), "not done") + strings.Count(b.answer(), "Nothing was committed") + strings.Count(b.answer(), "at least the role"); n == 0 {
					t.Errorf("the answer is\n%s", b.answer())
				}
			})
		}
	}
}

// TestCheckFails: a command that needs the findings waits for them.
func TestCheckFails(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: ignore spelling a name")
	q := b.request()
	q.Findings = func(context.Context) ([]finding.Finding, error) { return nil, forge.ErrForbidden }
	if _, err := b.runner.Run(t.Context(), q); !errors.Is(err, forge.ErrForbidden) || len(b.answers()) > 0 {
		t.Errorf("%v, answers %q", err, b.answers())
	}
	b.run()
	b.says("is silenced")
}

// TestPushBetween: somebody pushes between reading the page and the commit. Nothing of theirs is lost.
func TestPushBetween(t *testing.T) {
	b := setup(t)
	b.say("dev", "roleplan: ignore spelling a name")
	theirs := strings.Replace(manager, "built next\n- Rec", "built next, and when\n- Rec", 1)
	pushed := false
	b.server.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPut && !pushed {
			pushed = true
			b.commit("change", page, theirs)
		}
		return nil
	})
	if _, err := b.runner.Run(t.Context(), b.request()); err == nil {
		t.Error("the page was written over")
	}
	b.run()
	if text := b.file(page); !strings.Contains(text, "and when") || strings.Count(text, "roleplan-disable") != 1 {
		t.Errorf("the page is now\n%s", text)
	}
	b.still()
}
