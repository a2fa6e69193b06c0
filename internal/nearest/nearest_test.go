package nearest

import (
	"math/rand/v2"
	"testing"
)

func TestTo(t *testing.T) {
	candidates := []string{"requirements", "responsibilities", "job-grade", "Überblick"}
	for name, want := range map[string]string{
		"requirments": "requirements", "responsbilities": "responsibilities", "jbo-grade": "job-grade", "JOB-GRADE": "job-grade", "uberblick": "Überblick", "levels": "", "": "",
	} {
		if got := To(name, candidates); got != want {
			t.Errorf("To(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestUnshared holds that no two words are nearer than the letters say that are in one of them only.
func TestUnshared(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		w := make([]rune, rng.IntN(8))
		for i := range w {
			w[i] = []rune("abcäÄ#")[rng.IntN(6)]
		}
		return w
	}
	var rows [3][]int
	for range 20000 {
		a, b := word(), word()
		if least, n := unshared(a, b), distance(a, b, &rows); least > n {
			t.Fatalf("%q and %q are %d apart, and %d by their letters", string(a), string(b), n, least)
		}
	}
}
