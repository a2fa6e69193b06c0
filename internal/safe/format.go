package safe

import (
	"fmt"
	"strings"
)

// Sprintf puts values in the place of the %s of a fixed text; %% is a percent sign. Two values
// that touch are parted by a blank, so that the end of one and the start of the next do not
// make a sign together. A wrong number of values is a mistake in the program and panics.
func Sprintf(format literal, values ...Value) Markdown {
	var b strings.Builder
	writeFormat(&b, string(format), values, inText)
	return Markdown{b.String()}
}

func writeFormat(b *strings.Builder, format string, values []Value, p place) {
	given, rest := values, format
	touching := false
	for {
		before, after, found := strings.Cut(rest, "%")
		if before != "" {
			b.WriteString(before)
			touching = false
		}
		if !found {
			break
		}
		switch {
		case strings.HasPrefix(after, "%"):
			b.WriteByte('%')
			touching = false
		case strings.HasPrefix(after, "s") && len(values) > 0:
			if touching {
				b.WriteByte(' ')
			}
			values[0].write(b, p)
			values = values[1:]
			touching = true
		default:
			panic(fmt.Sprintf("safe: format %q does not fit its %d values", format, len(given)))
		}
		rest = after[1:]
	}
	if len(values) > 0 {
		panic(fmt.Sprintf("safe: format %q does not fit its %d values", format, len(given)))
	}
}
