// Package nearest finds what was probably meant by a name that does not exist.
package nearest

import "strings"

// To is the candidate that is most like name, so that a slip of the keyboard can be
// answered with what was meant; "" when none is near.
func To(name string, candidates []string) string {
	best, least := "", len([]rune(name))/3+2
	for _, c := range candidates {
		if n := distance(strings.ToLower(name), strings.ToLower(c)); n < least {
			best, least = c, n
		}
	}
	return best
}

// distance counts the letters to be added, dropped, changed or swapped with their neighbour
// to turn a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}
