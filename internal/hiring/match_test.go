package hiring

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// steps reads steps from lines such as "interview|CPO|A talk with the CPO".
func steps(lines ...string) []Step {
	var all []Step
	for _, l := range lines {
		parts := strings.SplitN(l, "|", 3)
		s := Step{Kind: StepKind(parts[0]), Text: Text{Text: parts[2]}}
		if parts[1] != "" {
			s.With = strings.Split(parts[1], ";")
		}
		all = append(all, s)
	}
	return all
}

// ask is a step in the words of many.
func ask(with string) string {
	return "interview|" + with + "|Candidates will be invited to schedule a 50-minute interview with the " + with + "."
}

// TestMatchSteps: which step is which, by their numbers from 0, -1 for a new one.
func TestMatchSteps(t *testing.T) {
	const (
		screen = "screening|Recruiter|A 30 minute screening call with a Recruiter"
		offer  = "offer||Successful candidates get an offer"
	)
	director, vp, cpo := ask("Director of Product"), ask("VP of Engineering"), ask("CPO")
	for name, tc := range map[string]struct {
		before, after []string
		want          []int
	}{
		"nothing":             {nil, []string{screen}, []int{-1}},
		"the same":            {[]string{screen, director, offer}, []string{screen, director, offer}, []int{0, 1, 2}},
		"swapped":             {[]string{screen, director, vp}, []string{screen, vp, director}, []int{0, 2, 1}},
		"last to first":       {[]string{screen, director, vp, cpo}, []string{cpo, screen, director, vp}, []int{3, 0, 1, 2}},
		"one in between":      {[]string{screen, director, cpo}, []string{screen, director, vp, cpo}, []int{0, 1, -1, 2}},
		"one dropped":         {[]string{screen, director, vp, cpo}, []string{screen, vp, cpo}, []int{0, 2, 3}},
		"two like ones":       {[]string{director, director}, []string{director, director}, []int{0, 1}},
		"one of two like":     {[]string{screen, director, director}, []string{screen, director}, []int{0, 1}},
		"minutes":             {[]string{screen, director}, []string{screen, strings.Replace(director, "50", "45", 1)}, []int{0, 1}},
		"new words":           {[]string{screen, cpo}, []string{screen, "interview|CPO|The CPO talks to you for an hour"}, []int{0, 1}},
		"only one of a kind":  {[]string{screen, offer}, []string{"screening|our team|We call you", "offer||We write to you"}, []int{0, 1}},
		"other people":        {[]string{screen, director, offer}, []string{screen, vp, offer}, []int{0, 1, 2}},
		"other people, moved": {[]string{director, screen, offer}, []string{screen, offer, vp}, []int{1, 2, -1}},
		"title in full":       {[]string{screen, ask("director"), offer}, []string{screen, offer, ask("director of legal")}, []int{0, 2, 1}},
		"title turned":        {[]string{ask("Manager, Product"), vp}, []string{vp, ask("Product Manager")}, []int{1, 0}},
		"becomes a panel":     {[]string{screen, director, offer}, []string{screen, strings.Replace(director, "interview|Director of Product|", "panel|Director of Product;CPO|", 1), offer}, []int{0, 1, 2}},
		"split": {
			[]string{screen, "interview|Director of Product;CPO|An interview with the Director of Product and the CPO", offer},
			[]string{screen, "interview|Director of Product|An interview with the Director of Product", "interview|CPO|An interview with the CPO", offer},
			[]int{0, 1, -1, 2},
		},
		"a meeting is no check": {[]string{screen, "reference_check||We check references"}, []string{screen, director}, []int{0, -1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := MatchSteps(steps(tc.before...), steps(tc.after...)); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// TestFindSteps: a step that has left the process is known again by what it says alone.
func TestFindSteps(t *testing.T) {
	gone := steps(ask("CPO"), "offer||You get an offer")
	if got := FindSteps(gone, steps(ask("VP"), ask("CPO"), "offer||An offer by email")); !slices.Equal(got, []int{-1, 0, 1}) {
		t.Errorf("got %v", got)
	}
}

// TestMatchMany: a page made to be long is matched by what reads the same, each step once.
func TestMatchMany(t *testing.T) {
	var lines []string
	for n := range maxCompared + 50 {
		lines = append(lines, fmt.Sprintf("interview||Talk number %d", n))
	}
	got := MatchSteps(steps(lines...), steps(lines...))
	for j, i := range got {
		if i != j {
			t.Fatalf("step %d is %d", j, i)
		}
	}
	if len(got) != len(lines) {
		t.Errorf("%d of %d", len(got), len(lines))
	}
}
