package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/metric"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/tracing"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

const (
	// The webhook listener's limits. GitLab sends up to 25 MB and waits ten seconds for the
	// answer once it has.
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	writeTimeout      = readTimeout + 10*time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10

	// defaultStopTimeout is what running jobs have to end; most supervisors wait thirty
	// seconds before they kill.
	defaultStopTimeout = 20 * time.Second
	// answerTimeout is what requests have to be answered while stopping.
	answerTimeout = 10 * time.Second
	// traceTimeout is what the last traces have to be sent while stopping.
	traceTimeout = 3 * time.Second
)

// A watcher is what the service itself asks GitLab; the reconcilers have needs of their own.
type watcher interface {
	CurrentUser(ctx context.Context) (forge.User, error)
	Project(ctx context.Context, idOrPath string) (forge.Project, error)
	ChangedMergeRequests(ctx context.Context, project int64, updatedAfter time.Time) ([]forge.MergeRequest, error)
	Hooks(ctx context.Context, project int64) ([]forge.Hook, error)
	HookAnswer(ctx context.Context, project, hook int64) (string, error)
}

// serviceOptions are what `serve` and `demo` run a service with. All but the durations and
// Workers are required; Secrets and SigningTokens may be empty with NoVerify.
type serviceOptions struct {
	Listen        string // webhook listener, host:port
	AdminListen   string // health and metrics, host:port
	Database      string // sqlite:FILE or postgres://…
	Workers       int
	Lease         time.Duration // see queue.Options
	SweepInterval time.Duration // 0 switches the sweep off
	StopTimeout   time.Duration // default 20 s
	Projects      []string      // ids or full paths
	Secrets       []string
	SigningTokens []string
	NoVerify      bool
	GitLab        watcher
	Limits        *ratelimit.Limiter              // of the requests to GitLab, to be shared with other replicas; nil for none
	Reconcilers   map[string]reconcile.Reconciler // by kind of key
	Metrics       *metric.Metrics                 // default: new ones
	Tracer        *tracing.Tracer                 // nil for no traces
	// Standing reads how the plans of a project stand; nil for openings that are not counted.
	Standing func(ctx context.Context, project forge.Project) (opening.Standing, error)
	Log      zerolog.Logger
}

// A service is roleplan as it waits for webhooks: two listeners, the queue and the sweep.
type service struct {
	opts     serviceOptions
	log      zerolog.Logger
	queue    *queue.Queue
	webhook  *webhook.Server
	listener net.Listener
	admin    net.Listener
	began    time.Time
	recent   recentRuns
	hooks    hookReports
	census   census
	projects knownProjects
	swept    atomic.Int64 // when the last full sweep began, in milliseconds since 1970; 0 for none
	bot      atomic.Int64 // the bot's user id, 0 until GitLab has told
	stopping atomic.Bool
}

// newService opens the database and both listeners. It serves nothing before run, and what
// arrives meanwhile waits in the listeners.
func (a *App) newService(ctx context.Context, o serviceOptions) (*service, error) {
	if o.StopTimeout <= 0 {
		o.StopTimeout = defaultStopTimeout
	}
	if o.NoVerify && !isLoopback(o.Listen) {
		return nil, usageError("listen on %q without verifying who sends: only a loopback address may do that; set ROLEPLAN_LISTEN=127.0.0.1:8080, or a webhook secret", o.Listen)
	}
	if o.Metrics == nil {
		o.Metrics = newMetrics()
	}
	s := &service{opts: o, log: o.Log, began: time.Now()}
	var err error
	s.webhook, err = webhook.New(webhook.Options{
		Secrets:       o.Secrets,
		SigningTokens: o.SigningTokens,
		NoVerify:      o.NoVerify,
		Projects:      o.Projects,
		BotUserID:     s.bot.Load,
		Store: storeFunc(func(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
			return o.Tracer.Send(ctx, d, func(ctx context.Context, d reconcile.Delivery) error { return s.queue.Accept(ctx, d, keys) })
		}),
		Log: o.Log,
	})
	if err != nil {
		return nil, usageError("set up the webhook: %w; set ROLEPLAN_WEBHOOK_SECRET or ROLEPLAN_WEBHOOK_SIGNING_TOKEN as in the hook's settings on GitLab", err)
	}
	work := o.Tracer.Reconcilers(observe(o.Reconcilers, o.Metrics, &s.recent))
	if s.queue, err = queue.Open(ctx, queue.Options{URL: o.Database, Workers: o.Workers, Lease: o.Lease, Reconcilers: work, Log: o.Log}); err != nil {
		return nil, failure(err)
	}
	if shared := s.queue.Buckets(); shared != nil && o.Limits != nil {
		o.Limits.Share(shared)
	}
	var config net.ListenConfig
	if s.listener, err = config.Listen(ctx, "tcp", o.Listen); err != nil {
		return nil, failure(errors.Join(fmt.Errorf("listen for webhooks: %w; set ROLEPLAN_LISTEN to a free address", err), s.queue.Stop(ctx)))
	}
	if s.admin, err = config.Listen(ctx, "tcp", o.AdminListen); err != nil {
		return nil, failure(errors.Join(fmt.Errorf("listen for health checks: %w; set ROLEPLAN_ADMIN_LISTEN to a free address", err), s.listener.Close(), s.queue.Stop(ctx)))
	}
	return s, nil
}

// storeFunc makes a function a webhook.Store.
type storeFunc func(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error

// Accept calls the function.
func (f storeFunc) Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
	return f(ctx, d, keys)
}

// webhookURL is where this service takes webhooks, for a GitLab on the same machine.
func (s *service) webhookURL() string { return "http://" + s.listener.Addr().String() + webhook.Path }

// adminURL is the base of the health checks.
func (s *service) adminURL() string { return "http://" + s.admin.Addr().String() }

// run serves until ctx ends, and then stops: no new request, the open ones answered, running
// jobs ended or handed back, the database closed. It returns an error when it could not
// serve, or not stop in order.
func (s *service) run(ctx context.Context) error {
	hooks := s.httpServer(s.webhookMux())
	admin := s.httpServer(s.adminMux())
	if err := s.queue.Start(ctx); err != nil {
		return failure(errors.Join(err, s.listener.Close(), s.admin.Close(), s.queue.Stop(ctx)))
	}
	died := make(chan error, 2)
	serve := func(server *http.Server, l net.Listener) {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			died <- fmt.Errorf("serve on %s: %w", l.Addr(), err)
		}
	}
	go serve(hooks, s.listener)
	go serve(admin, s.admin)
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	var background sync.WaitGroup
	background.Go(func() { s.sweepLoop(working) })
	background.Go(func() { s.watchHooks(working) })
	if s.opts.Standing != nil {
		background.Go(func() { s.countLoop(working) })
	}
	s.log.Info().Str("webhook", s.webhookURL()).Str("admin", s.adminURL()).Strs("projects", s.opts.Projects).Msg("roleplan is ready")

	var errs []error
	select {
	case <-ctx.Done():
	case err := <-died:
		errs = append(errs, err)
	}
	s.log.Info().Msg("roleplan stops: running jobs are ended first")
	s.stopping.Store(true)
	cancel()
	background.Wait()
	ctx = context.WithoutCancel(ctx)
	errs = append(errs, shutdown(ctx, hooks, "webhook listener"), s.stopQueue(ctx), shutdown(ctx, admin, "admin listener"))
	s.stopTracer(ctx)
	if err := errors.Join(errs...); err != nil {
		return failure(err)
	}
	s.log.Info().Msg("roleplan has stopped")
	return nil
}

func shutdown(ctx context.Context, server *http.Server, name string) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop the %s: %w", name, err), server.Close())
	}
	return nil
}

func (s *service) stopQueue(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.StopTimeout)
	defer cancel()
	return s.queue.Stop(ctx)
}

// stopTracer sends the last traces. That they are lost is no reason to fail.
func (s *service) stopTracer(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, traceTimeout)
	defer cancel()
	if err := s.opts.Tracer.Stop(ctx); err != nil {
		s.log.Warn().Err(err).Msg("traces could not be sent")
	}
}

func (s *service) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          stdlog.New(logWriter{s.log}, "", 0),
	}
}

func (s *service) webhookMux() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(webhook.Path, s.opts.Tracer.Handler(webhook.Path, s.webhook))
	return mux
}

// logWriter takes what net/http has to say of broken connections.
type logWriter struct{ log zerolog.Logger }

func (w logWriter) Write(p []byte) (int, error) {
	w.log.Debug().Bytes("detail", p).Msg("http connection")
	return len(p), nil
}

var _ io.Writer = logWriter{}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
