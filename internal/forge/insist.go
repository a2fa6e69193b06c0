package forge

import (
	"context"
	"time"
)

// insistFor is how long a context from Insist holds. Who waits for the answer does so for half a minute at most, however
// many calls are refused.
const insistFor = 20 * time.Second

type insistKey struct{}

// Insist says that an ErrForbidden, ErrNotFound or ErrInvalid of calls under the context is believed only when GitLab
// gives it three times, within four seconds. It is for what is told to a person then, and not tried again later: a
// single one may come from a proxy, or from a replica of GitLab's database that is behind. After 20 seconds a
// refusal is believed at once again.
func Insist(ctx context.Context) context.Context {
	return context.WithValue(ctx, insistKey{}, time.Now().Add(insistFor))
}

// Insists reports whether a context comes from Insist, of late.
func Insists(ctx context.Context) bool {
	until, ok := ctx.Value(insistKey{}).(time.Time)
	return ok && time.Now().Before(until)
}
