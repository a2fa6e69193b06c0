package standin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Hook is a project's webhook.
type Hook struct {
	ID           int64
	Project      *Project
	URL          string
	Name         string
	Token        string // sent in clear
	SigningToken string // "whsec_" and base64 of a key; signs what is sent
	Triggers     map[string]bool
	CreatedAt    time.Time

	failures      int // in a row
	disabledUntil time.Time
	deliveries    []*Delivery
	causes        map[string]bool // event UUIDs that it was triggered under
	queue         []*Delivery
	sending       bool
	tests         []time.Time
	check         *StatusCheck // that it asks, where it is no webhook
}

// What a hook can be triggered by.
const (
	PushEvents              = "push_events"
	MergeRequestEvents      = "merge_requests_events"
	NoteEvents              = "note_events"
	ConfidentialNoteEvents  = "confidential_note_events"
	IssuesEvents            = "issues_events"
	ConfidentialIssueEvents = "confidential_issues_events"
)

// eventNames are the triggers and the headers that they send.
var eventNames = map[string]string{
	PushEvents: "Push Hook", MergeRequestEvents: "Merge Request Hook", NoteEvents: "Note Hook", ConfidentialNoteEvents: "Confidential Note Hook",
	IssuesEvents: "Issue Hook", ConfidentialIssueEvents: "Confidential Issue Hook",
}

// After how many failures in a row a hook is disabled for a while, and for good.
const (
	failuresForAWhile = 4
	failuresForGood   = 40
)

// A Delivery is one request of a webhook, and what came of it.
type Delivery struct {
	ID       int64
	Hook     *Hook
	Trigger  string
	Key      string // Idempotency-Key: the same when a delivery is sent again
	Event    string // X-Gitlab-Event-UUID
	Body     []byte
	Header   map[string]string // as it was sent
	Status   int               // of the answer; 0 while there is none
	Response string
	Err      string // why there is no answer
	Duration time.Duration
	Done     bool
}

// OK reports whether the receiver took the delivery.
func (d *Delivery) OK() bool { return d.Done && d.Err == "" && d.Status >= 200 && d.Status < 400 }

// HookOptions are the settings of a webhook.
type HookOptions struct {
	URL          string
	Token        string
	SigningToken string
	Triggers     []string // none for all
}

// AddHook makes a webhook, as a maintainer does in the browser.
func (s *Server) AddHook(p *Project, o HookOptions) *Hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &Hook{ID: s.id(), Project: p, URL: o.URL, Token: o.Token, SigningToken: o.SigningToken, Triggers: map[string]bool{}, CreatedAt: s.now(), causes: map[string]bool{}}
	for trigger := range eventNames {
		h.Triggers[trigger] = len(o.Triggers) == 0
	}
	for _, trigger := range o.Triggers {
		h.Triggers[trigger] = true
	}
	p.webhooks = append(p.webhooks, h)
	return h
}

// NewSigningToken makes a token for HookOptions.
func NewSigningToken() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// alert is what GitLab says of a hook that may have been disabled.
func (h *Hook) alert(now time.Time) string {
	switch {
	case h.failures >= failuresForGood:
		return "disabled"
	case h.disabledUntil.After(now):
		return "temporarily_disabled"
	}
	return "executable"
}

// trigger sends an event to the hooks of a project that want it. Events while a hook is disabled
// are lost, as with GitLab.
func (s *Server) trigger(p *Project, trigger string, payload map[string]any) {
	body := encode(payload)
	event := s.cause
	if event == "" {
		event = newUUID()
	}
	for _, h := range p.webhooks {
		if !h.Triggers[trigger] || h.alert(s.now()) != "executable" || h.causes[event] {
			continue
		}
		h.causes[event] = true
		s.enqueue(&Delivery{ID: s.id(), Hook: h, Trigger: trigger, Key: newUUID(), Event: event, Body: body})
	}
}

// encode writes a payload. It is made of plain values, which can always be written.
func encode(payload map[string]any) []byte {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return body
}

// headers are those of a delivery, as GitLab 19 sends them.
func (s *Server) headers(d *Delivery, at time.Time) map[string]string {
	if d.Hook.check != nil {
		return checkHeaders(d)
	}
	h := map[string]string{
		"Content-Type":          "application/json",
		"User-Agent":            "GitLab/" + version,
		"X-Gitlab-Event":        eventNames[d.Trigger],
		"X-Gitlab-Event-UUID":   d.Event,
		"X-Gitlab-Webhook-UUID": newUUID(),
		"X-Gitlab-Instance":     s.url,
		"Idempotency-Key":       d.Key,
		"webhook-id":            d.Key,
		"webhook-timestamp":     strconv.FormatInt(at.Unix(), 10),
	}
	if d.Hook.Token != "" {
		h["X-Gitlab-Token"] = d.Hook.Token
	}
	if d.Hook.SigningToken != "" {
		h["webhook-signature"] = sign(d.Hook.SigningToken, d.Key, h["webhook-timestamp"], d.Body)
	}
	return h
}

// sign makes a signature by Standard Webhooks.
func sign(token, id, timestamp string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "whsec_"))
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// finish notes what came of a delivery, and disables a hook that fails again and again.
func (s *Server) finish(d *Delivery, o outcome) {
	d.Status, d.Response, d.Err, d.Duration, d.Header, d.Done = o.status, o.body, o.err, o.duration, o.header, true
	h := d.Hook
	if d.OK() {
		h.failures, h.disabledUntil = 0, time.Time{}
		return
	}
	h.failures++
	if h.failures >= failuresForAWhile {
		wait := min(time.Minute<<min(h.failures-failuresForAWhile, 20), 24*time.Hour)
		h.disabledUntil = s.now().Add(wait)
	}
}
