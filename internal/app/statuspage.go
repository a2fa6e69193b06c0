package app

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/metric"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/status"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

// statusPage shows how the service stands.
func (s *service) statusPage(w http.ResponseWriter, r *http.Request) {
	page := s.page(r.Context(), time.Now())
	if r.URL.Query().Has("retried") {
		page.Notice = "It is tried again now."
	}
	var out bytes.Buffer
	if err := page.Write(&out); err != nil {
		s.log.Error().Err(err).Msg("status page could not be written")
		plain(w, http.StatusInternalServerError, "the page could not be written; see the log\n")
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", status.Policy())
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(out.Bytes()) // a client that has gone needs no answer
}

// retry takes the button of a failure.
func (s *service) retry(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	project, err1 := strconv.ParseInt(r.PostFormValue("project"), 10, 64)
	iid, err2 := strconv.ParseInt(r.PostFormValue("iid"), 10, 64)
	key := reconcile.Key{Kind: r.PostFormValue("kind"), Project: project, IID: iid}
	if err1 != nil || err2 != nil || s.opts.Reconcilers[key.Kind] == nil {
		plain(w, http.StatusBadRequest, "the form lacks kind, project or iid\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), databasePatience)
	defer cancel()
	q, err := s.queue.Status(ctx)
	if err == nil {
		if !slices.ContainsFunc(q.Failed, func(f queue.Failure) bool { return f.Key == key }) {
			plain(w, http.StatusNotFound, "this is not among the failures any more: go back and read the page again\n")
			return
		}
		err = s.queue.Retry(ctx, key)
	}
	if err != nil {
		s.log.Error().Err(err).Stringer("key", key).Msg("retry could not be stored")
		plain(w, http.StatusServiceUnavailable, "the retry could not be stored; see the log\n")
		return
	}
	s.log.Info().Stringer("key", key).Msg("operator asks to try again")
	http.Redirect(w, r, "/?retried", http.StatusSeeOther)
}

// page gathers what the status page shows.
func (s *service) page(ctx context.Context, now time.Time) status.Page {
	p := status.Page{Version: version(), Now: now, Began: s.began, Swept: s.sweptAt(), Sweeps: s.opts.SweepInterval > 0, Answers: answerCounts(s.webhook.Counts())}
	p.Openings, p.Read = s.census.get()
	for _, h := range s.hooks.all() {
		p.Hooks = append(p.Hooks, status.Hook{Project: h.project, State: strings.ReplaceAll(string(h.state), "_", " "), Detail: h.detail, Good: h.state == hookOK, At: h.at})
	}
	for _, r := range s.recent.newest() {
		result := strings.ReplaceAll(r.result, "_", " ")
		if r.result == metric.Changed {
			result = fmt.Sprintf("%d changed", r.changed)
		}
		p.Requests = append(p.Requests, status.Request{Subject: s.subject(r.key), Result: result, At: r.at, Took: r.took})
	}
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
	defer cancel()
	q, err := s.queue.Status(ctx)
	if err != nil {
		s.log.Error().Err(err).Msg("database does not answer")
		p.Problem = "the database does not answer; see the log"
		return p
	}
	switch {
	case s.stopping.Load():
		p.Problem = "it stops"
	case stalled(q, s.began, now):
		p.Problem = "the queue stands still: nothing has ended for " + stallAfter.String()
	}
	p.Queue = queueCounts(q)
	for _, f := range q.Failed {
		p.Failures = append(p.Failures, status.Failure{Subject: s.subject(f.Key), Reason: f.Reason, At: f.At})
	}
	for _, d := range q.Deliveries {
		stored := status.Delivery{ID: d.ID, Event: d.Event, At: d.Received}
		for _, key := range d.Keys {
			stored.Subjects = append(stored.Subjects, s.subject(key))
		}
		p.Stored = append(p.Stored, stored)
	}
	return p
}

func queueCounts(q queue.Status) []status.Count {
	counts := []status.Count{
		{Name: "waiting", Value: strconv.Itoa(q.Waiting)},
		{Name: "running", Value: strconv.Itoa(q.Running)},
		{Name: "later", Value: strconv.Itoa(q.Later)},
		{Name: "failed", Value: strconv.Itoa(len(q.Failed)), Alarm: len(q.Failed) > 0},
	}
	if q.OldestWait > time.Second {
		counts = append(counts, status.Count{Name: "oldest waits", Value: q.OldestWait.Round(time.Second).String(), Alarm: q.OldestWait > stallAfter})
	}
	if q.RateLimit > 0 {
		counts = append(counts, status.Count{Name: "rate limit holds", Value: q.RateLimit.Round(time.Second).String(), Alarm: true})
	}
	return counts
}

func answerCounts(c webhook.Counts) []status.Count {
	var counts []status.Count
	for _, d := range deliveryResults(c) {
		counts = append(counts, status.Count{Name: strings.ReplaceAll(d.result, "_", " "), Value: strconv.FormatInt(d.n, 10), Alarm: d.bad && d.n > 0})
	}
	return counts
}

// subject names a key as people do, where the project is known.
func (s *service) subject(key reconcile.Key) status.Subject {
	out := status.Subject{Name: key.String(), Kind: key.Kind, Project: key.Project, IID: key.IID}
	p, known := s.known(key.Project)
	if !known {
		return out
	}
	switch key.Kind {
	case reconcile.MergeRequest:
		out.Name = fmt.Sprintf("!%d of %s", key.IID, p.Path)
		out.URL = webAddress(p, fmt.Sprintf("/-/merge_requests/%d", key.IID))
	case reconcile.Openings:
		out.Name, out.URL = "openings of "+p.Path, webAddress(p, "")
	}
	return out
}

// webAddress is an address of a project, "" unless GitLab gave one that a browser may follow.
func webAddress(p forge.Project, path string) string {
	u, err := url.Parse(p.WebURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return strings.TrimRight(p.WebURL, "/") + path
}

// byOwnName lets only those through who ask a loopback listener by a name of this machine. A page of
// a stranger whose name was made to point here would pass for our own otherwise.
func byOwnName(listen string, next http.Handler) http.Handler {
	if !isLoopback(listen) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !isLoopback(net.JoinHostPort(strings.Trim(host, "[]"), "0")) {
			plain(w, http.StatusMisdirectedRequest, "ask for localhost or 127.0.0.1: this address is for this machine alone\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}
