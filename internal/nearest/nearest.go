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
		if unshared(s, t) >= least {
			continue // as many letters are of one of the two only
		}
		if n := distance(s, t, &rows); n < least {
			best, least = c, n
		}
	}
	return best
}

// unshared is the number of letters of one of two words that the other does not have, of the one with
// more of them: no fewer have to be added, dropped or changed. Letters of the same last bits count as
// the same.
func unshared(s, t []rune) int {
	var count [64]int32
	for _, r := range s {
		count[r&63]++
	}
	for _, r := range t {
		count[r&63]--
	}
	var more, less int
	for _, n := range count {
		more += max(0, int(n))
		less += max(0, -int(n))
	}
	return max(more, less)
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
