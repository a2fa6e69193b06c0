package standin

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options are the settings of a Server. The zero value is good for a demo; tests set Strict.
type Options struct {
	// Strict refuses parameters that a call does not know, which GitLab silently ignores.
	Strict bool
	// Premium is a licence: scoped labels exclude each other, an issue may have several people,
	// and issues may block each other.
	Premium bool
	// NoWorkItems is an instance without the GraphQL of work items.
	NoWorkItems bool
	// OldWorkItems is an instance that wants projectPath where newer ones want namespacePath, and that
	// can't put the children of a work item in another order.
	OldWorkItems bool
	// PageSize bounds the pages of lists below what a client asks for, as GitLab does when it
	// takes entries out that a user may not see. 0 for no bound.
	PageSize int
	// MostFiles is the most files that GitLab shows of a diff; a thousand by default.
	MostFiles int
	// DiffDelay is how long the diff of a merge request is prepared after a push.
	DiffDelay time.Duration
	// Limit is the number of calls a minute and user; 0 for no limit.
	Limit int
	// NoteLimit is the number of new notes a minute and user; 0 for no limit.
	NoteLimit int
	// IssueLimit is the number of new issues and tasks a minute and user; 0 for no limit. One that comes in a
	// query of several mutations refuses the query, and what the first ones did stays.
	IssueLimit int
	// Spam decides which texts of new notes and issues are refused as spam; nil for none.
	Spam func(text string) bool
	// HookTimeout is how long a receiver of webhooks may take; GitLab's ten seconds by default.
	HookTimeout time.Duration
	Now         func() time.Time // default time.Now
	// Web serves all that is no API: pages for people. Nil for none.
	Web http.Handler
}

// A Server is a GitLab.
type Server struct {
	opts Options

	mu       sync.Mutex
	lastID   int64
	users    []*User
	tokens   map[string]token
	projects []*Project
	calls    map[string]int
	errors   []string
	fault    func(*http.Request) *Fault
	limits   map[int64][]time.Time // calls by user
	noted    map[int64][]time.Time // new notes by user
	made     map[int64][]time.Time // new issues and tasks by user
	cause    string                // X-Gitlab-Event-UUID of the call that is being answered

	quickActions []QuickAction
	mentions     []Mention

	url    string
	server *http.Server
	hooks  *sender
}

// version is that of the GitLab that this stands in for.
const version = "19.2.0"

// New makes a GitLab with nobody and nothing in it.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MostFiles = cmp.Or(o.MostFiles, 1000)
	s := &Server{opts: o, tokens: map[string]token{}, calls: map[string]int{}, limits: map[int64][]time.Time{}, noted: map[int64][]time.Time{}, made: map[int64][]time.Time{}, url: "http://gitlab.test"}
	s.hooks = newSender(&s.mu, cmp.Or(o.HookTimeout, 10*time.Second))
	return s
}

// Start listens on an address of this machine, such as "127.0.0.1:0", and serves until Close.
func (s *Server) Start(ctx context.Context, address string) (url string, err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return "", fmt.Errorf("start the stand-in GitLab: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.url, s.server = "http://"+l.Addr().String(), server
	go func() { _ = server.Serve(l) }() // it ends with Close
	return s.url, nil
}

// SetWeb sets the pages for people; before Start.
func (s *Server) SetWeb(h http.Handler) { s.opts.Web = h }

// URL is the address of the instance.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// Close stops serving and sending.
func (s *Server) Close() error {
	s.hooks.close()
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	return server.Close()
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/v4/"), r.URL.Path == "/api/graphql":
		s.api(w, r)
	case s.opts.Web != nil:
		s.opts.Web.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

// id gives the next instance-wide number.
func (s *Server) id() int64 {
	s.lastID++
	return s.lastID
}

func (s *Server) now() time.Time { return s.opts.Now().UTC().Truncate(time.Millisecond) }

// Calls counts the calls to the API by method and route: "GET projects/:id/labels".
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Writes is the number of calls that could change something.
func (s *Server) Writes() int {
	n := 0
	for k, v := range s.Calls() {
		if !strings.HasPrefix(k, "GET ") && k != "POST graphql query" {
			n += v
		}
	}
	return n
}

// ResetCalls begins counting anew.
func (s *Server) ResetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = map[string]int{}
}

// Errors are the calls that a strict server refused, and that a real one would have let pass.
func (s *Server) Errors() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.errors...)
}

// A Fault is what goes wrong with a call.
type Fault struct {
	// After lets the call take effect before the fault shows.
	After bool
	// Status is answered with Body; 0 breaks the connection.
	Status int
	Body   string
	Header map[string]string
	// Delay passes before the answer.
	Delay time.Duration
	// Then is called before the fault shows: with After when the call has taken effect.
	Then func()
}

// OnCall sets what decides on faults; it returns nil for a call that goes well. It may read the
// body of the request.
func (s *Server) OnCall(f func(*http.Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}
