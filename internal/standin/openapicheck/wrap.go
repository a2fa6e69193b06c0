package openapicheck

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// A Log gathers what was found, from many goroutines.
type Log struct {
	mu       sync.Mutex
	problems []string
	checked  int
}

// Problems lists what was wrong.
func (l *Log) Problems() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.problems...)
}

// Checked counts the requests whose path the description knows.
func (l *Log) Checked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.checked
}

func (l *Log) check(d *Document, r *http.Request, body []byte) {
	problems, known := d.Check(r, body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, problems...)
	if known {
		l.checked++
	}
}

// Handler checks requests before they reach a handler.
func (d *Document) Handler(next http.Handler, l *Log) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		l.check(d, r, body)
		next.ServeHTTP(w, r)
	})
}
