package opening_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

const linePanel = "* Candidates will meet a panel of two engineers for 45 minutes.\n"

// TestPlaceOfNewStep: a step that is added goes in its place among the tasks, one that has moved goes
// along, and the order that people gave the others stays.
func TestPlaceOfNewStep(t *testing.T) {
	const panel = "Panel interview: engineers"
	for name, tc := range map[string]struct {
		old, new string
		want     []string
	}{
		"first":      {lineScreen, linePanel + lineScreen, []string{panel, tpmSteps[0], tpmSteps[1], tpmSteps[2], tpmSteps[3], tpmSteps[4]}},
		"middle":     {lineCross, linePanel + lineCross, []string{tpmSteps[0], tpmSteps[1], tpmSteps[2], panel, tpmSteps[3], tpmSteps[4]}},
		"last":       {lineCPO, lineCPO + linePanel, []string{tpmSteps[0], tpmSteps[1], tpmSteps[2], tpmSteps[3], tpmSteps[4], panel}},
		"two":        {lineDirector, linePanel + lineDirector + "* The candidate completes a take-home assessment.\n", []string{tpmSteps[0], panel, tpmSteps[1], "Assessment", tpmSteps[2], tpmSteps[3], tpmSteps[4]}},
		"swapped":    {lineDirector + linePeers, linePeers + lineDirector, []string{tpmSteps[0], tpmSteps[2], tpmSteps[1], tpmSteps[3], tpmSteps[4]}},
		"turned":     {lineScreen + lineDirector + linePeers, linePeers + lineDirector + lineScreen, []string{tpmSteps[2], tpmSteps[1], tpmSteps[0], tpmSteps[3], tpmSteps[4]}},
		"in and out": {lineDirector + linePeers, linePanel + linePeers, []string{tpmSteps[0], panel, tpmSteps[2], tpmSteps[3], tpmSteps[4]}},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, standin.Options{Premium: true}, oneOpening)
			b.settle()
			b.commit(tpmPath, b.page(tc.old, tc.new))
			p := b.settle()
			open := slices.DeleteFunc(b.tasks(), func(i standin.Issue) bool { return i.State == "closed" })
			if got := titles(open); !slices.Equal(got, tc.want) {
				t.Errorf("tasks %q, want %q", got, tc.want)
			}
			if len(p.Problems) > 0 {
				t.Errorf("problems %v", p.Problems)
			}
		})
	}
}

// TestPlaceOfReturningStep: the number that a task had when its step left the page says nothing of where
// it stands now.
func TestPlaceOfReturningStep(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	b.settle()
	for _, src := range []string{b.page(lineScreen+lineDirector, ""), b.page(lineScreen+lineDirector+linePeers, linePeers+lineDirector)} {
		b.commit(tpmPath, src)
		b.settle()
	}
	open := slices.DeleteFunc(b.tasks(), func(i standin.Issue) bool { return i.State == "closed" })
	if got, want := titles(open), []string{tpmSteps[2], tpmSteps[1], tpmSteps[3], tpmSteps[4]}; !slices.Equal(got, want) {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// TestPlaceAfterBrokenRun: the page changes again before a run that puts tasks in order has come to its end.
func TestPlaceAfterBrokenRun(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	b.settle()
	b.commit(tpmPath, b.page(lineScreen+lineDirector+linePeers, lineDirector+linePeers+lineScreen))
	screening := fmt.Sprintf("/issues/%d", b.tasks()[0].IID) // which comes last
	b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if strings.HasSuffix(r.URL.Path, screening) {
			return &standin.Fault{Status: http.StatusForbidden, Body: `{"message":"403 Forbidden"}`}
		}
		return nil
	})
	if _, _, err := b.run(b.Reconciler); err == nil {
		t.Fatal("the run does not break off")
	}
	b.gitlab.OnCall(nil)
	b.commit(tpmPath, b.page(lineScreen+lineDirector, lineScreen))
	b.settle()
	open := slices.DeleteFunc(b.tasks(), func(i standin.Issue) bool { return i.State == "closed" })
	if got, want := titles(open), []string{tpmSteps[0], tpmSteps[2], tpmSteps[3], tpmSteps[4]}; !slices.Equal(got, want) {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// TestPlaceOfDroppedStep: wherever a run that drops a step breaks off, the closed task stays where it stood, as it does
// without that.
func TestPlaceOfDroppedStep(t *testing.T) {
	for n := 1; ; n++ {
		b := setup(t, standin.Options{Premium: true}, oneOpening)
		b.settle()
		before := titles(b.tasks())
		b.commit(tpmPath, b.page(lineDirector, ""))
		writes := 0
		b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte("mutation UpdateTask")) {
				writes++
			}
			if writes < n {
				return nil
			}
			return &standin.Fault{Status: http.StatusForbidden, Body: `{"message":"403 Forbidden"}`}
		})
		_, _, err := b.run(b.Reconciler)
		b.gitlab.OnCall(nil)
		b.settle()
		if got := titles(b.tasks()); !slices.Equal(got, before) {
			t.Errorf("broken off at write %d: tasks %q, want %q", n, got, before)
		}
		if err == nil {
			if n < 4 {
				t.Errorf("only %d tasks were written", n-1)
			}
			return
		}
	}
}

// TestOrderRefused: where GitLab does not put tasks in order the plan stands all the same, and says
// so once.
func TestOrderRefused(t *testing.T) {
	refuse := roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost && r.Body != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			if strings.Contains(string(body), "adjacentWorkItemId") {
				rec := httptest.NewRecorder()
				rec.Header().Set("Content-Type", "application/json")
				rec.WriteString(`{"data":{"workItemUpdate":{"errors":["Relative position is not valid."],"workItem":null}}}`)
				return rec.Result(), nil
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			t.Log(r.URL.Path, len(body), strings.Contains(string(body), "adjacent"))
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	for name, o := range map[string]standin.Options{"old server": {Premium: true, OldWorkItems: true}, "refusal": {Premium: true}} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, o, oneOpening)
			b.settle()
			if !o.OldWorkItems {
				c, err := gitlab.New(gitlab.Options{BaseURL: b.gitlab.URL(), Token: "secret", Transport: refuse})
				if err != nil {
					t.Fatal(err)
				}
				b.Reconciler = opening.New(c)
			}
			for n, src := range []string{b.page(lineCross, linePanel+lineCross), b.page(lineDirector+linePeers, linePeers+linePanel+lineDirector)} {
				b.commit(tpmPath, src)
				p := b.settle()
				if len(p.Problems) != 1 || p.Problems[0].Blocks || p.Problems[0].Opening != "GHP-1042" || !strings.Contains(p.Problems[0].Message, "does not put its tasks in the order of the page") {
					t.Errorf("problems %v", p.Problems)
				}
				said := 0
				for _, note := range b.notes(b.issue().IID) {
					said += strings.Count(note, "does not let the tasks be put in the order")
				}
				if tasks := b.tasks(); said != 1 || len(tasks) != 6 || tasks[5].Title != "Panel interview: engineers" {
					t.Errorf("change %d: said %d times, tasks %q", n, said, titles(tasks))
				}
			}
		})
	}
}
