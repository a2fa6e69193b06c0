package review

import (
	"bytes"
	"strings"

	"gitlab.com/roleplan/roleplan/sync/thread"
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
		h, isHunk := thread.ReadHunk(rest[0])
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

// hunk takes one hunk back and returns the lines of the diff after it.
func (u *undoing) hunk(h thread.Hunk, body []string) ([]string, bool) {
	start := max(0, h.NewStart-1) // 0 when nothing is left of the file
	if start < u.at || start > len(u.lines) {
		return nil, false
	}
	for ; u.at < start; u.at++ {
		u.out.Write(u.lines[u.at])
	}
	for h.OldLines > 0 || h.NewLines > 0 {
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
			h.NewLines--
			if line[0] == ' ' {
				u.out.WriteString(text)
				h.OldLines--
			}
		case '-':
			u.out.WriteString(text)
			h.OldLines--
		default:
			return nil, false
		}
	}
	return body, h.OldLines == 0 && h.NewLines == 0
}
