package ratelimit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The kinds of request that GitLab limits apart. A request that makes a note or an issue is one to
// the API as well.
const (
	API    = "api"    // all requests: GitLab counts REST and GraphQL as one
	Notes  = "notes"  // those that make a note or a discussion
	Issues = "issues" // those that make an issue or a task
)

// Kinds are all kinds.
var Kinds = []string{API, Notes, Issues}

// minLimit is the smallest limit that a bucket can keep in every minute.
const minLimit = 5

// Limits are numbers of requests a minute, by kind.
type Limits map[string]int

// Defaults are the limits that GitLab documents: those of gitlab.com, or those that an instance has
// when nobody has changed them.
func Defaults(host string) Limits {
	if strings.EqualFold(host, "gitlab.com") {
		return Limits{API: 2000, Notes: 60, Issues: 200}
	}
	return Limits{Notes: 300}
}

// Parse reads limits such as "notes=60" over those of base. A limit of 0 is none.
func Parse(list []string, base Limits) (Limits, error) {
	out := Limits{}
	maps.Copy(out, base)
	for _, entry := range list {
		kind, number, _ := strings.Cut(entry, "=")
		kind = strings.TrimSpace(kind)
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if !slices.Contains(Kinds, kind) || err != nil || n < 0 || n > 0 && n < minLimit {
			return nil, fmt.Errorf("limit %q: write it like notes=60, with one of %s, and at least %d a minute, or 0 for none", entry, strings.Join(Kinds, ", "), minLimit)
		}
		out[kind] = n
	}
	return out, nil
}
