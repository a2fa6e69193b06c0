// Package nearest finds what was probably meant by a name that does not exist.
package nearest

import (
	"slices"
	"strings"
)

// To is the candidate that is most like name, so that a slip of the keyboard can be
// answered with what was meant; "" when none is near.
func To(name string, candidates []string) string {
	s := []rune(strings.ToLower(name))
	best, least := "", len(s)/3+2
	var t []rune
	var rows [3][]int
	for _, c := range candidates {
		t = t[:0]
		for _, r := range strings.ToLower(c) {
			t = append(t, r)
		}
		if max(len(s)-len(t), len(t)-len(s)) >= least {
			continue // as many letters would have to be added or dropped
		}
		if n := distance(s, t, &rows); n < least {
			best, least = c, n
		}
	}
	return best
}

// distance counts the letters to be added, dropped, changed or swapped with their neighbour
// to turn s into t. It works in rows: this, the last and the one before it, which are kept from call
// to call.
func distance(s, t []rune, rows *[3][]int) int {
	for i := range rows {
		rows[i] = slices.Grow(rows[i][:0], len(t)+1)[:len(t)+1]
	}
	this, last, before := rows[0], rows[1], rows[2]
	for j := range this {
		this[j] = j
	}
	for i := 1; i <= len(s); i++ {
		this, last, before = before, this, last
		this[0] = i
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			this[j] = min(last[j]+1, this[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				this[j] = min(this[j], before[j-2]+1)
			}
		}
	}
	return this[len(t)]
}
