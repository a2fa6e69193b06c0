package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// Path is where GitLab sends its webhooks.
const Path = "/webhooks/gitlab"

const (
	// maxBody is GitLab's own limit of 25 MB, and some slack.
	maxBody = 26 << 20
	// maxTrusted is how long a body may say to be before it has shown it. Most of GitLab's are smaller.
	maxTrusted = 64 << 10
	// storeTimeout is when nobody can wait for the answer any more. It is long because a late
	// answer to what is stored in the end is better than a refusal: refusals switch the hook
	// off. A store that can't store says so sooner.
	storeTimeout = time.Minute
	// maxID bounds the ids that are kept; GitLab's are UUIDs.
	maxID = 128
)

// A Store keeps deliveries. When Accept returns nil, the delivery and what it asks to look
// at are on disk.
type Store interface {
	Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error
}

// Options say whom to believe and what to let through. Store is required, and one of
// Secrets, SigningTokens and NoVerify.
type Options struct {
	Secrets       []string     // secret tokens that count
	SigningTokens []string     // signing tokens that count, whsec_...
	NoVerify      bool         // believe everybody; for a laptop
	Projects      []string     // ids or full paths of the projects served; others are ignored
	BotUserID     func() int64 // the bot's own user id, whose notes are ignored; 0 while unknown; nil for never
	Store         Store
	Log           zerolog.Logger
	Now           func() time.Time // default time.Now
}

// A Server answers POST /webhooks/gitlab.
type Server struct {
	opts   Options
	verify *verifier
	counts counters
}

// New checks the options. An error never shows a secret.
func New(o Options) (*Server, error) {
	v, err := newVerifier(o.Secrets, o.SigningTokens)
	if err != nil {
		return nil, err
	}
	if o.NoVerify {
		v.off = true
	} else if len(v.secrets)+len(v.keys) == 0 {
		return nil, errors.New("no webhook secret and no signing token: anybody could send")
	}
	if o.BotUserID == nil {
		o.BotUserID = func() int64 { return 0 }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Projects = slices.Clone(o.Projects)
	for i, p := range o.Projects {
		o.Projects[i] = strings.ToLower(strings.Trim(strings.TrimSpace(p), "/"))
	}
	return &Server{opts: o, verify: v}, nil
}

// ServeHTTP answers one delivery, with a status and an empty body.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			// Perhaps nothing is stored, so nothing may be acknowledged.
			s.counts.failed.Add(1)
			s.logPanic(s.opts.Log, p)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}()
	w.WriteHeader(s.serve(w, r))
}

// serve returns the status of the answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodPost {
		s.counts.rejected.Add(1)
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed
	}
	body := bodyReader(w, r)
	if err := s.verify.verify(r.Header, s.opts.Now(), body); err != nil {
		return s.refuse(w, r, err)
	}
	raw, err := body()
	if err != nil {
		return s.refuse(w, r, err)
	}
	d := reconcile.Delivery{
		ID:       s.deliveryID(r.Header, raw),
		Event:    r.Header.Get("X-Gitlab-Event"),
		Received: s.opts.Now(),
		Trace:    reconcile.Trace(r.Context()),
	}
	if isStatusCheck(r.Header) {
		d.Event = statusCheck
	}
	with := s.opts.Log.With().Str("delivery", d.ID).Str("event", clip(d.Event))
	if id := reconcile.TraceID(d.Trace); id != "" {
		with = with.Str("trace", id)
	}
	log := with.Logger()
	keys := s.keys(&d, raw, log)
	if len(keys) == 0 {
		return http.StatusAccepted
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeTimeout)
	defer cancel()
	if err := s.opts.Store.Accept(ctx, d, keys); err != nil {
		s.counts.failed.Add(1)
		log.Error().Err(err).Msg("delivery could not be stored")
		return http.StatusServiceUnavailable
	}
	s.counts.accepted.Add(1)
	log.Info().Int64("project", d.Project).Stringers("keys", stringers(keys)).Msg("delivery accepted")
	return http.StatusAccepted
}

// refuse answers a request that is not to be believed, too large or cut off.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		s.counts.rejected.Add(1)
		s.opts.Log.Warn().Int64("limit", tooLarge.Limit).Msg("delivery too large")
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errBody):
		// The sender has gone; nobody reads the answer.
		s.counts.unreadable.Add(1)
		s.opts.Log.Warn().Err(err).Msg("delivery cut off")
		return http.StatusBadRequest
	}
	s.counts.refused.Add(1)
	s.opts.Log.Warn().Str("reason", err.Error()).Str("remote", r.RemoteAddr).Msg("delivery refused")
	// What is left of the body is not worth reading.
	w.Header().Set("Connection", "close")
	return http.StatusUnauthorized
}

// errBody says that the body ended before its time.
var errBody = errors.New("read the body")

// bodyReader returns a function that reads the body, once.
func bodyReader(w http.ResponseWriter, r *http.Request) func() ([]byte, error) {
	var raw []byte
	var err error
	read := false
	return func() ([]byte, error) {
		if read {
			return raw, err
		}
		read = true
		var buf bytes.Buffer
		buf.Grow(int(min(max(0, r.ContentLength), maxTrusted)) + bytes.MinRead) // so that it need not grow while it is read
		if _, err = io.Copy(&buf, http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			err = fmt.Errorf("%w: %w", errBody, err)
		}
		raw = buf.Bytes()
		return raw, err
	}
}

// deliveryID is the same when GitLab sends a delivery again. Of several headers the signed
// one counts; GitLab before 17.4 sends none, but an id of the event, which with the body
// tells deliveries apart.
func (s *Server) deliveryID(h http.Header, raw []byte) string {
	id := h.Get(headerID)
	if _, signed := h[headerSignature]; !signed || id == "" {
		id = h.Get("Idempotency-Key")
	}
	event := h.Get("X-Gitlab-Event-Uuid")
	switch {
	case id != "" && len(id) <= maxID:
		return id
	case id != "":
		return hash(id, nil)
	case event != "":
		return hash(event, raw)
	default:
		return "unnamed-" + rand.Text()
	}
}

func hash(id string, raw []byte) string {
	sum := sha256.New()
	io.WriteString(sum, id) //nolint:errcheck // a hash takes everything
	sum.Write([]byte{0})
	sum.Write(raw)
	return "sha256-" + hex.EncodeToString(sum.Sum(nil))
}

// keys says what a delivery asks to look at, and fills in its project. Why there is nothing
// is counted and logged.
func (s *Server) keys(d *reconcile.Delivery, raw []byte, log zerolog.Logger) (keys []reconcile.Key) {
	defer func() {
		if p := recover(); p != nil {
			// The same body would do so again, and four refusals in a row switch the hook off.
			s.counts.unreadable.Add(1)
			s.logPanic(log, p)
			keys = nil
		}
	}()
	handle, known := events[d.Event]
	if !known {
		s.counts.unknown.Add(1)
		log.Debug().Msg("delivery ignored: an event that is not understood")
		return nil
	}
	p, err := readPayload(raw)
	if err != nil {
		s.counts.unreadable.Add(1)
		log.Warn().Msg("delivery ignored: its body is no JSON object that can be read")
		return nil
	}
	d.Project = p.Project.ID
	if !s.allowed(p.Project) {
		s.counts.notAllowed.Add(1)
		log.Info().Int64("project", p.Project.ID).Msg("delivery ignored: the project is not served; add it to ROLEPLAN_PROJECTS, or take the hook away")
		return nil
	}
	keys, reason := handle(p, s.opts.BotUserID())
	switch {
	case len(keys) > 0:
		return keys
	case reason == "":
		s.counts.unreadable.Add(1)
		log.Warn().Int64("project", d.Project).Msg("delivery ignored: its body lacks the project or the number")
	default:
		s.counts.skipped.Add(1)
		log.Debug().Int64("project", d.Project).Str("reason", reason).Msg("delivery skipped")
	}
	return nil
}

func (s *Server) logPanic(log zerolog.Logger, p any) {
	log.Error().Str("panic", fmt.Sprint(p)).Bytes("stack", debug.Stack()).Msg("delivery made the webhook panic")
}

// allowed reports whether a project is served. GitLab's paths do not mind the case.
func (s *Server) allowed(p project) bool {
	id, path := strconv.FormatInt(p.ID, 10), strings.ToLower(p.Path)
	return slices.ContainsFunc(s.opts.Projects, func(served string) bool {
		return served == id && p.ID > 0 || served == path && path != ""
	})
}

func stringers(keys []reconcile.Key) []fmt.Stringer {
	out := make([]fmt.Stringer, len(keys))
	for i, key := range keys {
		out[i] = key
	}
	return out
}

// clip bounds a header's text for the log.
func clip(s string) string {
	if len(s) > maxID {
		return s[:maxID]
	}
	return s
}
