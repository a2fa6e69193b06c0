package hiring

import (
	"strings"
	"testing"
)

func TestMermaid(t *testing.T) {
	p := &Process{Steps: []Step{
		{Kind: StepScreening, Duration: &Bounds{30, 30}, Count: Exactly(1), With: []string{"Global Recruiters"}},
		{Kind: StepInterview, Duration: &Bounds{0, 50}, Count: &Bounds{2, 3}, With: []string{"R&D Directors"}, Optional: true},
		{Kind: StepReferenceCheck, Count: Exactly(1)},
	}}
	want := `flowchart TD
  s1["1. Screening call<br>30 min<br>with Global Recruiters"]
  s2["2. Interview × 2–3<br>up to 50 min<br>with R+D Directors<br>may not take place"]
  s3["3. Reference check"]
  s1 -.-> s2
  s2 --> s3
  style s2 stroke-dasharray: 4
`
	if got := Mermaid(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMermaidAll(t *testing.T) {
	list := []*Process{
		{Scope: "Director", Steps: []Step{{Kind: StepScreening}, {Kind: StepInterview, Optional: true}}},
		{Steps: []Step{{Kind: StepOffer}}},
	}
	want := `flowchart TD
  subgraph p1["Hiring process for Director"]
    p1s1["1. Screening call"]
    p1s2["2. Interview<br>may not take place"]
    p1s1 -.-> p1s2
    style p1s2 stroke-dasharray: 4
  end
  subgraph p2["Hiring process"]
    p2s1["1. Offer"]
  end
`
	if got := MermaidAll(list); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if MermaidAll(list[:1]) != Mermaid(list[0]) {
		t.Error("one process needs no frame")
	}
}

func TestMermaidIsSafe(t *testing.T) {
	for _, hostile := range []string{"\"] --> x[\"", "a\nclick s1 href \"https://x\"", "%%{init: {}}%%", "```\n/close", "<script>", "@all #1 `x`", strings.Repeat("x", 5000), "];end;subgraph"} {
		got := Mermaid(&Process{Steps: []Step{{Kind: StepInterview, With: []string{hostile}}}})
		lines := strings.Split(strings.TrimSpace(got), "\n")
		if len(lines) != 2 || strings.Count(got, `"`) != 2 || strings.ContainsAny(strings.ReplaceAll(lines[1], "<br>", ""), "<>`@#%{}();") || len(got) > 600 {
			t.Errorf("%q became\n%s", hostile, got)
		}
	}
}
