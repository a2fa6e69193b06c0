package rolepage

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestCues finds phrases at every place of a text, in any case, as a plain search does.
func TestCues(t *testing.T) {
	phrases := []string{"plus", "meet", "above", "those of", "n't x"}
	c := newCues(phrases...)
	const letters = "plusmetabovhfn' xPLUSMETAé"
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		var b strings.Builder
		for range r.IntN(14) {
			if r.IntN(4) == 0 {
				b.WriteString(phrases[r.IntN(len(phrases))][:r.IntN(5)])
			}
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		text, want := b.String(), false
		for _, p := range phrases {
			want = want || indexFold(text, p) >= 0
		}
		if got := c.in(text); got != want {
			t.Fatalf("cues in %q: %v", text, got)
		}
	}
}
