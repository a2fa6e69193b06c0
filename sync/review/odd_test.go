package review_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/command"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// An odd merge request is one that something is out of the ordinary with. It keeps what roleplan says in
// its log.
type odd struct {
	*stage
	said   bytes.Buffer
	result reconcile.Result
	err    error
}

func newOdd(t *testing.T, o standin.Options) *odd {
	g := &odd{stage: newStageWith(t, o, map[string]string{page: goodPage})}
	g.obey()
	return g
}

// obey lets roleplan do what comments ask for.
func (g *odd) obey() { g.r = review.New(g.client, nil).WithCommands(command.New(g.client, nil)) }

// begin opens a merge request with three remarks for threads.
func (g *odd) begin() *odd {
	g.push(map[string]*string{page: &worse})
	return g
}

// fork opens the same one from a fork that roleplan may not read.
func (g *odd) fork() *standin.Project {
	fork := g.s.AddFork(g.p, g.ana)
	g.s.Commit(fork, "topic", g.ana, "Change pages", map[string]*string{page: &worse})
	var err error
	if g.mr, err = g.s.OpenForkRequest(fork, g.p, g.ana, "topic", standin.DefaultBranch, "Change pages", ""); err != nil {
		g.t.Fatal(err)
	}
	return fork
}

// look lets roleplan look once. What the queue would log of an error is said, too.
func (g *odd) look() *odd {
	ctx := zerolog.New(&g.said).Level(zerolog.InfoLevel).WithContext(g.t.Context())
	if g.result, g.err = g.r.Reconcile(ctx, g.key()); g.err != nil {
		fmt.Fprintln(&g.said, g.err)
	}
	return g
}

// own are the texts of roleplan's notes.
func (g *odd) own() string {
	var b strings.Builder
	for _, n := range g.s.Notes(g.mr) {
		if n.Author.ID == g.bot.ID {
			b.WriteString(n.Body + "\n\n")
		}
	}
	return b.String()
}

func (g *odd) token(name string) *odd {
	g.client = g.clientOf(name)
	g.obey()
	return g
}

func (g *odd) set(f func(*standin.Project)) *odd {
	g.s.Set(g.p, f)
	return g
}

func (g *odd) terminal() *odd {
	g.t.Helper()
	if !reconcile.IsTerminal(g.err) {
		g.t.Errorf("it is tried again, which mends nothing: %v", g.err)
	}
	return g
}

// likeAnyOther is what the table says of merge requests that are answered as always.
const likeAnyOther = "answered like any other"

// oddities are the tests of the table in docs/merge-requests.md, by the first cell of its rows.
var oddities = map[string]func(t *testing.T) *odd{
	"It comes from a fork that roleplan may not read": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.fork()
		return g.look()
	},
	"It comes from a fork, and a command asks for a commit": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.fork()
		g.s.Comment(g.mr, g.ana, "roleplan: ignore misused-word it is a quotation")
		return g.look()
	},
	"The fork was deleted": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.s.RemoveProject(g.fork())
		return g.look()
	},
	"It is a draft": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.title("Draft: Change")
		g.look()
		g.want(0, 0)
		return g
	},
	"It is in conflict with its target": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.s.Commit(g.p, standin.DefaultBranch, g.ana, "Otherwise", map[string]*string{page: new(strings.Replace(goodPage, "- Decide what is built next", "- Decide nothing", 1))})
		return g.look()
	},
	"It gets another target branch": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.look()
		g.s.Commit(g.p, "release", g.ana, "A release", map[string]*string{"README.md": new("# Release\n")})
		g.call("PUT", "", `{"target_branch":"release"}`)
		g.look()
		g.want(3, 0)
		return g
	},
	"Its target branch is gone": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.s.Commit(g.p, "release", g.ana, "A release", map[string]*string{"README.md": new("# Release\n")})
		g.call("PUT", "", `{"target_branch":"release"}`)
		g.s.RemoveBranch(g.p, "release")
		g.look()
		g.want(3, 0)
		return g
	},
	"Its source branch is gone": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.s.RemoveBranch(g.p, "topic")
		g.s.Comment(g.mr, g.ana, "roleplan: ignore misused-word it is a quotation")
		g.look()
		g.want(3, 0)
		return g
	},
	"It is closed without a merge": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.look()
		g.call("PUT", "", `{"state_event":"close"}`)
		g.s.ResetCalls()
		g.look()
		if g.s.Writes() > 0 {
			t.Errorf("writes: %v", g.s.Calls())
		}
		g.want(3, 0)
		return g
	},
	"It is opened again": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.look()
		g.call("PUT", "", `{"state_event":"close"}`)
		g.push(map[string]*string{page: &goodPageShifted})
		g.look()
		g.want(3, 0)
		g.call("PUT", "", `{"state_event":"reopen"}`)
		g.look()
		g.want(0, 3)
		return g
	},
	"It was merged before roleplan saw it": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		if err := g.s.Merge(g.mr, g.ana); err != nil {
			t.Fatal(err)
		}
		return g.look()
	},
	"It is being merged at this moment": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.s.MergeRequests(g.p)[0].State = forge.Locked
		g.look()
		if g.result.After <= 0 || g.result.After > 10*time.Second {
			t.Errorf("looked at again after %s", g.result.After)
		}
		return g
	},
	"GitLab still prepares its diff": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{DiffDelay: time.Hour})
		g.elapsed = 24 * time.Hour // it was pushed just now
		g.begin().look()
		if g.result.After <= 0 || g.result.After > time.Minute {
			t.Errorf("looked at again after %s", g.result.After)
		}
		return g
	},
	"GitLab has not prepared its diff in half an hour": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{DiffDelay: 48 * time.Hour}).begin().look() // the clock of GitLab is a day behind
		if g.result.After != 0 {
			t.Errorf("looked at again after %s", g.result.After)
		}
		return g
	},
	"It changes more files than GitLab lists": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{MostFiles: 2})
		g.push(map[string]*string{page: &worse, "a.md": new("a\n"), "z/last.md": &worse})
		return g.look()
	},
	"GitLab shows no diff of a page": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.push(map[string]*string{"new.md": new(worse + strings.Repeat("A long page.\n", 3000))})
		g.look()
		for _, d := range g.threads() { // on a new page its words count as a whole, too
			if d.Notes[0].Position.Type != "file" {
				t.Errorf("a thread stands at %+v", d.Notes[0].Position)
			}
		}
		g.want(4, 0)
		return g
	},
	"A page is larger than 2 MB": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.push(map[string]*string{"new.md": new(strings.Repeat("A long page.\n", 200_000))})
		return g.look()
	},
	"The project has moved": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.s.MoveProject(g.p, "acme/people")
		if p, err := g.client.Project(t.Context(), "acme/handbook"); err != nil || p.Path != "acme/people" {
			t.Errorf("the old path leads to %q, %v", p.Path, err)
		}
		return g.look()
	},
	"The token is wrong or has expired": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin().token("wrong").look()
		if reconcile.IsTerminal(g.err) {
			t.Error("it is not tried again, though a new token mends it")
		}
		return g
	},
	"The token lacks the scope `api`": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.s.AddToken(g.bot, "reader", "read_api")
		return g.begin().token("reader").look().terminal()
	},
	"roleplan's role is too small to read (Guest)": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.s.AddMember(g.p, g.bot, standin.Guest)
		return g.begin().look().terminal()
	},
	"roleplan's role is too small to resolve threads (Reporter)": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.s.AddMember(g.p, g.bot, standin.Reporter)
		g.begin().look()
		g.push(map[string]*string{page: &goodPageShifted})
		g.look().look()
		g.want(3, 0)
		return g
	},
	"The project is archived": func(t *testing.T) *odd {
		return newOdd(t, standin.Options{}).begin().set(func(p *standin.Project) { p.Archived = true }).look()
	},
	"Its discussion is locked, and roleplan is a member": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.call("PUT", "", `{"discussion_locked":true}`)
		return g.look()
	},
	"Its discussion is locked, and roleplan is no member": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin().set(func(p *standin.Project) { p.Visibility = "public" })
		g.s.AddToken(g.s.AddUser("visitor", "Visitor", true), "visitor", "api")
		g.call("PUT", "", `{"discussion_locked":true}`)
		return g.token("visitor").look().terminal()
	},
	"Merge requests are switched off in the project": func(t *testing.T) *odd {
		return newOdd(t, standin.Options{}).begin().set(func(p *standin.Project) { p.NoRequests = true }).look().terminal()
	},
	"Notes are switched off (`comment.mode: off`)": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{})
		g.s.Commit(g.p, standin.DefaultBranch, g.ana, "Be quiet", map[string]*string{".roleplan.yml": new(handbookConfig + "comment: {mode: off}\n")})
		return g.begin().look()
	},
	"Somebody deletes the note": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin().look()
		for _, n := range g.s.Notes(g.mr) {
			if strings.HasPrefix(n.Body, "<!-- roleplan:summary") {
				g.call("DELETE", fmt.Sprint("notes/", n.ID), "")
			}
		}
		return g.look()
	},
	"A job of a pipeline answers at the same moment": func(t *testing.T) *odd {
		g := newOdd(t, standin.Options{}).begin()
		g.pipeline()
		service := g.looker(true)
		service.let(1) // so that it has seen that nothing stands
		g.looker(false).end()
		service.end()
		g.want(3, 3)
		return g.look()
	},
	"roleplan may not read the project of the openings": func(t *testing.T) *odd {
		c := newConfidential(t, strings.Replace(planned, "%s", "", 1), opened)
		g := &odd{stage: c}
		c.s.Set(c.hiring, func(p *standin.Project) { delete(p.Members, c.bot.ID) })
		g.r = review.New(g.client, opening.New(g.client))
		return g.begin().look()
	},
}

var quoted = regexp.MustCompile(`“[^”]+”`)

// TestOddities plays each row of the table in docs/merge-requests.md. What a cell quotes has to be said;
// "nothing" is no word at all. A row without a test fails, and so does a test without a row.
func TestOddities(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/merge-requests.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(doc), "| out of the ordinary | in the merge request | in the log |\n| --- | --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	told := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			t.Errorf("no row of three cells: %q", line)
			continue
		}
		row, shown, logged := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		told[row] = true
		play := oddities[row]
		if play == nil {
			t.Errorf("the row %q has no test", row)
			continue
		}
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			g := play(t)
			holds(t, "the merge request", g.own(), shown)
			holds(t, "the log", g.said.String(), logged)
			if shown == likeAnyOther {
				wantText(t, g.own(), "3 remarks stand in threads")
				g.want(3, 0)
			}
		})
	}
	for _, row := range slices.Sorted(maps.Keys(oddities)) {
		if !told[row] {
			t.Errorf("the table lacks the row %q", row)
		}
	}
}

// holds compares what was said with a cell of the table.
func holds(t *testing.T, where, said, cell string) {
	t.Helper()
	if strings.HasPrefix(cell, "nothing") != (said == "") {
		t.Errorf("%s is to say: %s\nIt says:\n%s", where, cell, said)
	}
	for _, q := range quoted.FindAllString(cell, -1) {
		if q = strings.Trim(q, "“”"); !strings.Contains(said, q) {
			t.Errorf("%s does not say %q:\n%s", where, q, said)
		}
	}
}
