package report

import (
	"math"
	"strings"
	"testing"
)

// TestTick: an axis has whole steps that are easy to count in, and few of them.
func TestTick(t *testing.T) {
	for most, want := range map[float64]float64{0: 1, 0.5: 1, 6: 1, 6.5: 2, 12: 2, 13: 5, 30: 5, 31: 10, 60: 10, 61: 20, 121: 50, 301: 100, 1e6: 2e5} {
		if got := tick(most); got != want {
			t.Errorf("tick(%v) = %v, want %v", most, got, want)
		}
	}
}

// TestBars: bars are as long as their values, and those that stand behind each other begin where the
// one before ends. The longest ends within the drawing.
func TestBars(t *testing.T) {
	var out strings.Builder
	c := bars("Work", []string{"now", "later"}, []bar{{"Ana", []float64{1, 5}}, {"Bo", []float64{0, 3}}}, true)
	if err := c.svg.Render(&out); err != nil {
		t.Fatal(err)
	}
	const left, unit = 3*letter + 12, (chartWidth - valueRoom - (3*letter + 12)) / 6.0
	for _, want := range []string{
		`<rect class="first" x="` + pixels(left) + `" y="34" width="` + pixels(unit) + `"`,
		`<rect class="second" x="` + pixels(left+unit) + `" y="34" width="` + pixels(5*unit) + `"`,
		`<rect class="first" x="` + pixels(left) + `" y="64" width="0"`,
		`<rect class="second" x="` + pixels(left) + `" y="64" width="` + pixels(3*unit) + `"`,
		`text-anchor="end">Ana</text>`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if want := "Work. Ana: now 1, later 5; Bo: now 0, later 3"; c.Alt != want {
		t.Errorf("it says %q, want %q", c.Alt, want)
	}
	a := axis{left: left, step: tick(math.Pi), end: 4}
	if end := a.at(a.end); end != chartWidth-valueRoom {
		t.Errorf("the axis ends at %v", end)
	}
}
