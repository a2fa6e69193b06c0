package app

import (
	"fmt"
	"io"
	"strings"
)

// A bar shows on a terminal how far a long command is. A nil bar shows nothing.
type bar struct {
	w     io.Writer
	shown bool
}

// The columns of a bar: one that is wider than the terminal would leave lines behind.
const (
	barColumns   = 20
	labelColumns = 44
)

// newBar makes a bar on stderr, where somebody looks at it.
func (a *App) newBar() *bar {
	if !a.interactive(a.Stderr) {
		return nil
	}
	return &bar{w: a.Stderr}
}

// set shows how many of all are done, and what comes now.
func (b *bar) set(done, total int, label string) {
	if b == nil || total == 0 {
		return
	}
	full := barColumns * done / total
	if r := []rune(label); len(r) > labelColumns {
		label = string(r[:labelColumns-1]) + "…"
	}
	fmt.Fprintf(b.w, "\r\x1b[K[%s%s] %d/%d %s", strings.Repeat("#", full), strings.Repeat("-", barColumns-full), done, total, label)
	b.shown = true
}

// clear takes the bar away, so that other lines can be written.
func (b *bar) clear() {
	if b != nil && b.shown {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.shown = false
	}
}
