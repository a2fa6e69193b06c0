package thread

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// A Side is one of the two versions of a file in a diff.
type Side int

// The sides of a diff.
const (
	New Side = iota
	Old
)

// A Kind says how a line stands in a diff.
type Kind int

// The kinds of a line.
const (
	Nowhere Kind = iota // there is no such line
	Added
	Removed
	Context // unchanged, and shown with the changes
	Outside // unchanged, far from any change
	Whole   // the diff is not shown: the file as a whole is the place
)

// Locate finds the position of a line, by its number on a side, in the diff of a file. GitLab
// wants both numbers for a line that is unchanged, and only one of them for any other.
func Locate(f forge.ChangedFile, refs forge.DiffRefs, side Side, line int) (forge.Position, Kind) {
	at := forge.Position{Diff: refs, OldPath: f.OldPath, NewPath: f.NewPath}
	if line < 1 || refs == (forge.DiffRefs{}) {
		return at, Nowhere
	}
	if f.Collapsed || f.TooLarge || f.Diff == "" && !f.Renamed {
		// Servers that don't tell collapsed files give them an empty diff all the same. So do
		// changes of the mode alone, of which nothing is to be said line by line.
		at.File = true
		return at, Whole
	}
	if f.New && side == Old || f.Deleted && side == New {
		return at, Nowhere
	}
	oldLine, newLine, kind := find(f.Diff, side, line)
	if kind == Outside && (f.New || f.Deleted) {
		return at, Nowhere // all of its lines are in the diff
	}
	at.OldLine, at.NewLine = oldLine, newLine
	return at, kind
}

// find looks a line up in a unified diff.
func find(diff string, side Side, line int) (oldLine, newLine int, kind Kind) {
	moved := 0 // by how much lines after the last hunk have moved down
	outside := func() (int, int, Kind) {
		if side == New {
			return line - moved, line, Outside
		}
		return line, line + moved, Outside
	}
	rest := diff
	for rest != "" {
		var head string
		head, rest, _ = strings.Cut(rest, "\n")
		h, ok := ReadHunk(head)
		if !ok {
			return 0, 0, Nowhere
		}
		oldAt, newAt := h.OldStart, h.NewStart
		if side == New && line < newAt || side == Old && line < oldAt {
			return outside()
		}
		for oldAt < h.OldStart+h.OldLines || newAt < h.NewStart+h.NewLines {
			var text string
			var here Kind
			if rest == "" {
				return 0, 0, Nowhere
			}
			text, rest, _ = strings.Cut(rest, "\n")
			o, n := 0, 0
			switch {
			case strings.HasPrefix(text, "+"):
				n, here = newAt, Added
				newAt++
			case strings.HasPrefix(text, "-"):
				o, here = oldAt, Removed
				oldAt++
			case strings.HasPrefix(text, `\`):
				continue
			default:
				o, n, here = oldAt, newAt, Context
				oldAt++
				newAt++
			}
			if side == New && n == line || side == Old && o == line {
				return o, n, here
			}
		}
		if strings.HasPrefix(rest, `\`) {
			_, rest, _ = strings.Cut(rest, "\n")
		}
		moved = newAt - oldAt
	}
	return outside()
}
