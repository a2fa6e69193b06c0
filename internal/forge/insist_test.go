package forge

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestInsist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := Insist(t.Context())
		for _, step := range []struct {
			after time.Duration
			want  bool
		}{{0, true}, {insistFor - time.Second, true}, {time.Second, false}, {time.Hour, false}} {
			time.Sleep(step.after)
			if got := Insists(ctx); got != step.want {
				t.Errorf("%s later: %t", step.after, got)
			}
		}
		if Insists(t.Context()) {
			t.Error("a context that says nothing insists")
		}
	})
}
