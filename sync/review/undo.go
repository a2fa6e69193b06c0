package review

import (
	"bytes"
	"strconv"
	"strings"
)

// undo takes a diff, as GitLab gives it with the changed files, back from the new version of
// a file and so makes the old one without another call. Every line that the diff speaks of is
// compared; ok is false when anything does not fit, and for an empty diff, which GitLab also
// gives for files that it finds too large to show.
func undo(after []byte, diff string) (before []byte, ok bool) {
	if diff == "" {
		return nil, false
	}
	lines := bytes.SplitAfter(after, []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	u := undoing{lines: lines}
	rest := strings.SplitAfter(diff, "\n")
	if rest[len(rest)-1] == "" {
		rest = rest[:len(rest)-1]
	}
	for len(rest) > 0 {
		h, isHunk := readHunk(rest[0])
		if !isHunk {
			return nil, false
		}
		if rest, ok = u.hunk(h, rest[1:]); !ok {
			return nil, false
		}
	}
	for _, line := range u.lines[u.at:] {
		u.out.Write(line)
	}
	return u.out.Bytes(), true
}

type undoing struct {
	lines [][]byte // of the new version, with their line ends
	at    int      // the next of them
	out   bytes.Buffer
}

// A hunk is the head of one: how many lines it has of each version, and where it begins in the
// new one, from 1.
type hunk struct{ start, oldLines, newLines int }

// readHunk reads "@@ -1,7 +1,8 @@ text".
func readHunk(line string) (hunk, bool) {
	f := strings.Fields(line)
	if len(f) < 4 || f[0] != "@@" || f[3] != "@@" || !strings.HasPrefix(f[1], "-") || !strings.HasPrefix(f[2], "+") {
		return hunk{}, false
	}
	_, oldLines, ok1 := readRange(f[1][1:])
	start, newLines, ok2 := readRange(f[2][1:])
	if newLines == 0 {
		start++ // an empty range names the line before it
	}
	return hunk{start, oldLines, newLines}, ok1 && ok2
}

func readRange(s string) (start, n int, ok bool) {
	first, count, two := strings.Cut(s, ",")
	start, err := strconv.Atoi(first)
	n = 1
	if err == nil && two {
		n, err = strconv.Atoi(count)
	}
	return start, n, err == nil && start >= 0 && n >= 0
}

// hunk takes one hunk back and returns the lines of the diff after it.
func (u *undoing) hunk(h hunk, body []string) ([]string, bool) {
	if h.start-1 < u.at || h.start-1 > len(u.lines) {
		return nil, false
	}
	for ; u.at < h.start-1; u.at++ {
		u.out.Write(u.lines[u.at])
	}
	for h.oldLines > 0 || h.newLines > 0 {
		if len(body) == 0 {
			return nil, false
		}
		line := body[0]
		body = body[1:]
		text := line[1:]
		if len(body) > 0 && strings.HasPrefix(body[0], `\`) {
			text = strings.TrimSuffix(text, "\n")
			body = body[1:]
		} else if !strings.HasSuffix(text, "\n") {
			text += "\n" // the end of the diff, not of the file
		}
		switch line[0] {
		case ' ', '+':
			if u.at >= len(u.lines) || string(u.lines[u.at]) != text {
				return nil, false
			}
			u.at++
			h.newLines--
			if line[0] == ' ' {
				u.out.WriteString(text)
				h.oldLines--
			}
		case '-':
			u.out.WriteString(text)
			h.oldLines--
		default:
			return nil, false
		}
	}
	return body, h.oldLines == 0 && h.newLines == 0
}
