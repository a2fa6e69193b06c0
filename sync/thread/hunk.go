package thread

import (
	"strconv"
	"strings"
)

// A Hunk is the head of one: where it begins in each version, from 1, and how many lines it has
// there.
type Hunk struct {
	OldStart, OldLines int
	NewStart, NewLines int
}

// ReadHunk reads "@@ -1,7 +1,8 @@ text".
func ReadHunk(line string) (Hunk, bool) {
	f := strings.Fields(line)
	if len(f) < 4 || f[0] != "@@" || f[3] != "@@" || !strings.HasPrefix(f[1], "-") || !strings.HasPrefix(f[2], "+") {
		return Hunk{}, false
	}
	var h Hunk
	var ok1, ok2 bool
	h.OldStart, h.OldLines, ok1 = readRange(f[1][1:])
	h.NewStart, h.NewLines, ok2 = readRange(f[2][1:])
	return h, ok1 && ok2
}

func readRange(s string) (start, n int, ok bool) {
	first, count, two := strings.Cut(s, ",")
	start, err := strconv.Atoi(first)
	n = 1
	if err == nil && two {
		n, err = strconv.Atoi(count)
	}
	if n == 0 {
		start++ // an empty range names the line before it
	}
	return start, n, err == nil && start >= 0 && n >= 0
}
