package standin

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A sender sends deliveries: each hook's one after another, hooks beside each other. Its state is
// behind the server's lock, which is not held while it waits for a receiver.
type sender struct {
	client  *http.Client
	ctx     context.Context //nolint:containedctx // it ends the goroutines with the server
	stop    context.CancelFunc
	changed *sync.Cond
	pending int
	held    bool
	waiting []*Delivery // while held
}

func newSender(mu sync.Locker, timeout time.Duration) *sender {
	ctx, stop := context.WithCancel(context.Background())
	return &sender{
		client: &http.Client{
			Timeout:       timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		ctx: ctx, stop: stop, changed: sync.NewCond(mu),
	}
}

// enqueue takes a delivery to be sent.
func (s *Server) enqueue(d *Delivery) {
	d.Hook.deliveries = append(d.Hook.deliveries, d)
	if s.hooks.held {
		s.hooks.waiting = append(s.hooks.waiting, d)
		return
	}
	s.send(d)
}

func (s *Server) send(d *Delivery) {
	h := d.Hook
	s.hooks.pending++
	h.queue = append(h.queue, d)
	if h.sending {
		return
	}
	h.sending = true
	go func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for len(h.queue) > 0 {
			next := h.queue[0]
			h.queue = h.queue[1:]
			s.deliver(next)
			s.hooks.pending--
			s.hooks.changed.Broadcast()
		}
		h.sending = false
	}()
}

// An outcome is what came of a request to a receiver.
type outcome struct {
	status    int
	body, err string
	header    map[string]string
	duration  time.Duration
}

// deliver sends one request. It is called with the lock held, and gives it up meanwhile: the
// receiver may call back.
func (s *Server) deliver(d *Delivery) {
	header := s.headers(d, s.now())
	s.mu.Unlock()
	o := s.hooks.post(d.Hook.URL, header, d.Body)
	s.mu.Lock()
	s.finish(d, o)
}

func (e *sender) post(url string, header map[string]string, body []byte) outcome {
	o := outcome{header: header}
	start := time.Now()
	defer func() { o.duration = time.Since(start) }()
	req, err := http.NewRequestWithContext(e.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		o.err = err.Error()
		return o
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		o.err = err.Error()
		return o
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 8<<10))
	if err != nil {
		o.err = err.Error()
		return o
	}
	o.status, o.body = resp.StatusCode, string(text)
	return o
}

// close ends what is being sent.
func (e *sender) close() {
	e.stop()
	e.client.CloseIdleConnections()
}

// DrainHooks waits until all deliveries that are not held back are done.
func (s *Server) DrainHooks(ctx context.Context) error {
	wake := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.hooks.changed.Broadcast()
	})
	defer wake()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.hooks.pending > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.hooks.changed.Wait()
	}
	return nil
}

// HoldHooks keeps deliveries back from now on.
func (s *Server) HoldHooks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks.held = true
}

// ReleaseHooks sends what was held back, as f arranges it: f may drop deliveries, double them and
// change their order. Nil leaves them as they are.
func (s *Server) ReleaseHooks(f func([]*Delivery) []*Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.hooks.waiting
	s.hooks.held, s.hooks.waiting = false, nil
	if f != nil {
		held = f(slices.Clone(held))
	}
	for _, d := range held {
		s.send(d)
	}
}

// Deliveries lists copies of what the hooks of a project sent, the oldest first.
func (s *Server) Deliveries(p *Project) []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Delivery
	for _, h := range p.webhooks {
		for _, d := range h.deliveries {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b Delivery) int { return int(a.ID - b.ID) })
	return list
}
