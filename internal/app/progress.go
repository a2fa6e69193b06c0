package app

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// A progress is a bar on a terminal that tells how much of a long work is done.
type progress struct {
	w          io.Writer
	label      string
	mu         sync.Mutex
	now, total int
}

// newProgress draws a bar; w is a terminal, or io.Discard where there is none.
func newProgress(w io.Writer, label string, total int) *progress {
	p := &progress{w: w, label: label, total: total}
	p.draw()
	return p
}

// step says that one more is done. It may be called by several goroutines.
func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now++
	p.draw()
}

// done takes the bar away.
func (p *progress) done() { fmt.Fprint(p.w, "\r\x1b[K") }

func (p *progress) draw() {
	const width = 30
	if p.total > 0 {
		full := width * min(p.now, p.total) / p.total
		fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %d of %d", p.label, strings.Repeat("#", full), strings.Repeat(".", width-full), p.now, p.total)
	}
}
