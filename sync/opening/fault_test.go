package opening_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// A fault is what goes wrong with one call: the server's part, or a time-out, which comes about
// on the client's side.
type fault struct {
	standin.Fault
	timeOut bool
}

var faults = map[string]fault{
	"time-out before the effect":  {timeOut: true},
	"time-out after the effect":   {standin.Fault{After: true}, true},
	"500":                         {standin.Fault{Status: 500, Body: `{"message":"500 Internal Server Error"}`}, false},
	"502 page after the effect":   {standin.Fault{After: true, Status: 502, Body: "<html>Bad Gateway</html>", Header: map[string]string{"Content-Type": "text/html"}}, false},
	"429":                         {standin.Fault{Status: 429, Body: "Retry later\n", Header: map[string]string{"Retry-After": "2"}}, false},
	"403":                         {standin.Fault{Status: 403, Body: `{"message":"403 Forbidden"}`}, false},
	"404":                         {standin.Fault{Status: 404, Body: `{"message":"404 Not Found"}`}, false},
	"409":                         {standin.Fault{Status: 409, Body: `{"message":"409 Conflict"}`}, false},
	"truncated, after the effect": {standin.Fault{After: true, Status: 200, Body: `{"id":1,"iid`, Header: map[string]string{"Content-Type": "application/json"}}, false},
}

// scenarios are runs that write. Each brings a world to a state from which one run remains.
var scenarios = map[string]func(t *testing.T) *bundle{
	"new plan":                func(t *testing.T) *bundle { return setup(t, standin.Options{Premium: true}, oneOpening) },
	"new plan, no work items": func(t *testing.T) *bundle { return setup(t, standin.Options{NoWorkItems: true}, oneOpening) },
	"page changes": func(t *testing.T) *bundle {
		b := setup(t, standin.Options{Premium: true}, oneOpening)
		b.apply()
		b.setState(b.tasks()[1].IID, "closed")
		src := strings.Replace(b.page(lineScreen, ""), lineCross, "* Candidates will meet a panel of two engineers for 45 minutes.\n", 1)
		b.commit(tpmPath, strings.Replace(src, lineCPO, "* Candidates will be invited to schedule a final 60-minute interview with the CPO.\n", 1))
		return b
	},
	"filled": func(t *testing.T) *bundle {
		b := setup(t, standin.Options{Premium: true}, oneOpening)
		b.apply()
		b.commit(openingsPath, oneOpening+"  status: filled\n")
		return b
	},
	"open again": func(t *testing.T) *bundle {
		b := setup(t, standin.Options{Premium: true}, oneOpening)
		b.apply()
		b.commit(openingsPath, oneOpening+"  status: cancelled\n")
		b.apply()
		b.commit(openingsPath, oneOpening)
		return b
	},
	"checklist": func(t *testing.T) *bundle {
		b := setup(t, standin.Options{Premium: true}, oneOpening, configPath, asBoxes)
		b.apply()
		b.commit(tpmPath, b.page(lineScreen, ""))
		return b
	},
}

// state is all that people can see of the plans.
func (b *bundle) state() string {
	var all []string
	list := b.issues()
	for _, i := range b.issues() {
		list = append(list, b.gitlab.Tasks(b.plans, i.IID)...)
	}
	for _, i := range list {
		parent, notes := "", slices.Sorted(slices.Values(b.notes(i.IID)))
		if i.Parent != nil {
			parent = i.Parent.Title
		}
		linked, err := b.client.LinkedIssues(context.Background(), b.plans.ID, i.IID)
		if err != nil {
			b.t.Fatal(err)
		}
		links := make([]string, 0, len(linked))
		for _, l := range linked {
			links = append(links, l.Title)
		}
		slices.Sort(links)
		all = append(all, fmt.Sprintf("%s %q of %q, %s, labels %q, people %q, due %s, confidential %v, links %q, notes %q\n%s",
			i.Type, i.Title, parent, i.State, slices.Sorted(slices.Values(i.Labels)), usernames(i.Assignees), i.DueDate, i.Confidential, links, notes, i.Description))
	}
	for _, l := range b.gitlab.Labels(b.plans) {
		all = append(all, fmt.Sprintf("label %q %s %q %v", l.Name, l.Color, l.Description, l.Priority != nil))
	}
	slices.Sort(all)
	// Revisions count writes, of which a fault may need more; hashes depend on the address.
	return revision.ReplaceAllString(commit.ReplaceAllString(strings.ReplaceAll(strings.Join(all, "\n"), b.gitlab.URL(), ""), ""), "")
}

// TestLimitAmidTasks: GitLab's limit for the making of issues comes while the tasks of a plan are made in one
// call. Those that it has made are found, and the others made when it lets them.
func TestLimitAmidTasks(t *testing.T) {
	for limit := 1; limit < 6; limit++ {
		b := setup(t, standin.Options{Premium: true, IssueLimit: limit}, oneOpening)
		c, err := gitlab.New(gitlab.Options{
			BaseURL: b.gitlab.URL(), Token: "secret", Log: zerolog.Nop(), MaxWait: 2 * time.Minute,
			Limits: ratelimit.New(ratelimit.Options{Now: func() time.Time { return b.now }}),
			Sleep:  func(ctx context.Context, d time.Duration) error { b.now = b.now.Add(d); return ctx.Err() },
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Reconciler = opening.New(c)
		b.settle()
		if got := titles(b.tasks()); !slices.Equal(got, tpmSteps) {
			t.Errorf("limit %d: tasks %q, want %q", limit, got, tpmSteps)
		}
	}
}

// TestFaults strikes the calls of each scenario with each fault. After recovery the state is the
// same as without, with nothing twice.
func TestFaults(t *testing.T) {
	for scenario, start := range scenarios {
		clean := start(t)
		var calls []string
		clean.gitlab.OnCall(func(r *http.Request) *standin.Fault {
			calls = append(calls, r.Method+" "+r.URL.Path)
			return nil
		})
		clean.apply()
		clean.gitlab.OnCall(nil)
		want := clean.state()
		t.Logf("%s: %d calls", scenario, len(calls))
		for name, f := range faults {
			if testing.Short() && !f.After && f.Status != http.StatusTooManyRequests {
				continue // the race detector sees no more in them
			}
			t.Run(scenario+"/"+name, func(t *testing.T) {
				t.Parallel()
				for n, call := range calls {
					if telling(calls, n, f) && !strike(t, start(t), n, f, want) {
						t.Fatalf("struck was call %d, %s", n, call)
					}
				}
			})
		}
	}
}

// telling reports whether a fault on a call can show what others don't. Of like calls the first
// and the last can, and of mutations, which are all alike from outside, those at the ends of a
// row. A read has no effect that could be lost, and is answered, refused or not there. That there
// is no configuration, or no GraphQL, is an answer and no fault.
func telling(calls []string, n int, f fault) bool {
	call := calls[n]
	first, last := !slices.Contains(calls[:n], call), !slices.Contains(calls[n+1:], call)
	row := n > 0 && n+1 < len(calls) && calls[n-1] == call && calls[n+1] == call
	graphQL := strings.HasSuffix(call, "/graphql")
	queries := 0 // before this one; the first three are for files, people and types
	for _, c := range calls[:n] {
		if strings.HasSuffix(c, "/graphql") {
			queries++
		}
	}
	switch {
	case strings.HasPrefix(call, "GET ") && !slices.Contains([]int{http.StatusInternalServerError, http.StatusForbidden, http.StatusNotFound}, f.Status):
		return false
	case f.Status == http.StatusNotFound && (strings.HasSuffix(call, configPath+"/raw") || graphQL && queries < 3):
		return false
	case graphQL:
		return !row
	}
	return first || last
}

// strike strikes the nth call with a fault and runs until all is in line.
func strike(t *testing.T, b *bundle, n int, f fault, want string) bool {
	var count atomic.Int64
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		if !f.timeOut || count.Add(1) != int64(n)+1 {
			return http.DefaultTransport.RoundTrip(r)
		}
		if f.After {
			if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
				resp.Body.Close()
			}
		}
		return nil, context.DeadlineExceeded
	})
	b.gitlab.OnCall(func(*http.Request) *standin.Fault {
		if f.timeOut || count.Add(1) != int64(n)+1 {
			return nil
		}
		return &f.Fault
	})
	limits, sleep := hurry()
	c, err := gitlab.New(gitlab.Options{
		BaseURL: b.gitlab.URL(), Token: "secret", Transport: transport,
		Limits: limits, Sleep: sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	r := opening.New(c)
	var errs []error
	for run := range 6 {
		p, _, err := b.run(r)
		if err != nil {
			errs = append(errs, err)
		} else if p.Empty() && run > 0 {
			break
		}
	}
	b.gitlab.OnCall(nil)
	if got := b.state(); got != want {
		t.Errorf("state\n%s\nwant\n%s\nerrors %v", got, want, errs)
	}
	if len(errs) > 1 {
		t.Errorf("one fault, and the errors %v", errs)
	}
	return !t.Failed()
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
