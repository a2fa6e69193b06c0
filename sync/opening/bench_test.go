package opening_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// BenchmarkApply plans 500 openings of 6 steps each: from empty, and when nothing has changed. It counts
// the calls to GitLab; the time is that of roleplan and the stand-in, without a network.
func BenchmarkApply(b *testing.B) {
	start := func() *history {
		h := newHistory(rand.New(rand.NewPCG(1, 1)), standin.Options{Premium: true}, "version: 1\n", func(string, ...any) {})
		for s := range 6 {
			h.steps = append(h.steps, stepLine{step: s})
		}
		for n := range 500 {
			h.openings = append(h.openings, openingEntry{id: fmt.Sprintf("GHP-%d", n+1), status: "open", due: "2027-02-01", owner: "bo", count: 1})
		}
		h.commit()
		return h
	}
	apply := func(b *testing.B, h *history) int {
		b.Helper()
		tr := &transport{}
		if err := h.apply(tr); err != nil {
			b.Fatal(err)
		}
		return tr.calls
	}
	b.Run("empty", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			h := start()
			b.StartTimer()
			b.ReportMetric(float64(apply(b, h)), "calls/op")
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		h := start()
		apply(b, h)
		for b.Loop() {
			b.ReportMetric(float64(apply(b, h)), "calls/op")
		}
	})
	b.Run("page changed", func(b *testing.B) {
		h := start()
		apply(b, h)
		for n := 0; b.Loop(); n++ {
			b.StopTimer()
			h.steps[1].wording = 1 - n%2
			h.commit()
			b.StartTimer()
			b.ReportMetric(float64(apply(b, h)), "calls/op")
		}
	})
}

// TestCallsOfMany: when nothing has changed, a run asks for the pages of the listings and a fixed
// number of other things.
func TestCallsOfMany(t *testing.T) {
	h := newHistory(rand.New(rand.NewPCG(1, 1)), standin.Options{Premium: true}, "version: 1\n", func(string, ...any) {})
	for s := range 6 {
		h.steps = append(h.steps, stepLine{step: s})
	}
	var calls []int
	for _, n := range []int{10, 60} {
		for len(h.openings) < n {
			h.openings = append(h.openings, openingEntry{id: fmt.Sprintf("GHP-%d", len(h.openings)+1), status: "open", due: "2027-02-01", owner: "bo", count: 1})
		}
		h.commit()
		for range 2 {
			tr := &transport{}
			if err := h.apply(tr); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, tr.calls)
		}
	}
	// 60 openings have 360 tasks, which is three pages more.
	if calls[3] != calls[1]+3 || calls[1] > 12 {
		t.Errorf("calls %s", strings.Trim(fmt.Sprint(calls), "[]"))
	}
}
