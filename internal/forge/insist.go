package forge

import "context"

type insistKey struct{}

// Insist says that an ErrForbidden, ErrNotFound or ErrInvalid of calls under the context is believed only when GitLab
// gives it three times, within four seconds. It is for what is told to a person then, and not tried again later: a
// single one may come from a proxy, or from a replica of GitLab's database that is behind.
func Insist(ctx context.Context) context.Context { return context.WithValue(ctx, insistKey{}, true) }

// Insists reports whether a context comes from Insist.
func Insists(ctx context.Context) bool { return ctx.Value(insistKey{}) != nil }
