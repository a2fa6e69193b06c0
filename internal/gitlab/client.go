package gitlab

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/ratelimit"
)

// perPage is the largest page that GitLab gives.
const perPage = 100

// Options are the settings of a Client. BaseURL is required, the rest has defaults.
type Options struct {
	BaseURL   string                                           // of the GitLab instance: "https://gitlab.com"; the only host that is called
	Token     string                                           // with scope api; without one only public things can be read
	DryRun    bool                                             // read all, write nothing, log what would be written
	UserAgent string                                           // default "roleplan"
	Transport http.RoundTripper                                // default: a transport like http.DefaultTransport
	Timeout   time.Duration                                    // for one request; default 30 s
	MaxWait   time.Duration                                    // longest wait for a rate limit before it becomes a RateLimitError; default 15 s
	Limits    *ratelimit.Limiter                               // default: one that knows no limits but those that GitLab tells
	Sleep     func(ctx context.Context, d time.Duration) error // waits before a request is sent again; default a timer
	Observe   Observer                                         // told of every request; nil for nobody
	Log       zerolog.Logger                                   // for what a dry run would write and for repeated requests; the context's logger goes first
}

// A Client reads and writes one GitLab instance. It may be used by many goroutines at once.
type Client struct {
	api   *gl.Client
	base  *url.URL
	token string
	log   zerolog.Logger

	dryRun  bool
	timeout time.Duration
	maxWait time.Duration

	// Tests own the clock and the waits.
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	limits *ratelimit.Limiter
	users  userCache

	oneByOne atomic.Bool // files can't be read several at a time
	noTalk   atomic.Bool // nor can discussions come along with them
	types    typeCache

	pretended atomic.Int64 // numbers of things that a dry run pretended to make, counted down from -1
}

// New makes a client. It sends nothing yet. An unusable base URL is an error.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(o.Token, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, fmt.Errorf("the GitLab token has blanks or line ends in it; copy it again")
	}
	c := &Client{
		base:    base,
		token:   o.Token,
		log:     o.Log,
		dryRun:  o.DryRun,
		timeout: o.Timeout,
		maxWait: o.MaxWait,
		now:     time.Now,
		sleep:   o.Sleep,
		limits:  o.Limits,
	}
	if c.sleep == nil {
		c.sleep = sleep
	}
	if c.limits == nil {
		c.limits = ratelimit.New(ratelimit.Options{Host: base.Host, Now: func() time.Time { return c.now() }, Log: o.Log})
	}
	if c.timeout <= 0 {
		c.timeout = 30 * time.Second
	}
	if c.maxWait <= 0 {
		c.maxWait = 15 * time.Second
	}
	if o.UserAgent == "" {
		o.UserAgent = "roleplan"
	}
	if o.Transport == nil {
		o.Transport = defaultTransport()
	}
	c.users.entries = map[string]userEntry{}
	c.types.ids = map[string]string{}

	var auth gl.AuthSource = gl.Unauthenticated{}
	if o.Token != "" {
		auth = gl.AccessTokenAuthSource{Token: o.Token}
	}
	c.api, err = gl.NewAuthSourceClient(auth,
		gl.WithBaseURL(base.String()),
		gl.WithUserAgent(o.UserAgent),
		gl.WithHTTPClient(&http.Client{
			Transport:     &guard{base: base, next: o.Transport, logger: c.logger, observe: o.Observe},
			CheckRedirect: checkRedirect(base),
		}),
		// Repeating and waiting is done by call.go, which knows what may be repeated;
		// client-go's limiter is also set up while other goroutines read it.
		gl.WithoutRetries(),
		gl.WithCustomLimiter(noLimit{}),
	)
	if err != nil {
		return nil, fmt.Errorf("set up the client for %q: %w", base, err)
	}
	return c, nil
}

// noLimit is a limiter that never waits.
type noLimit struct{}

func (noLimit) Wait(context.Context) error { return nil }

// parseBase reads the base URL of an instance and takes the path of the API off its end.
func parseBase(s string) (*url.URL, error) {
	bad := func(why string) error {
		return fmt.Errorf("GitLab URL %q: %s; give it like \"https://gitlab.example.com\"", s, why)
	}
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		// url.Error repeats the whole text; the reason alone is enough.
		return nil, bad("not a URL")
	case u.User != nil:
		return nil, fmt.Errorf("GitLab URL: it has a user name or password in it; leave them out, the token is given apart")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, bad("neither http nor https")
	case u.Hostname() == "":
		return nil, bad("no host")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, bad("a query or fragment has no place there")
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/api/v4")
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: path}, nil
}

// Limits is what keeps the requests under GitLab's limits.
func (c *Client) Limits() *ratelimit.Limiter { return c.limits }

// BaseURL is the address of the instance, without a slash at its end.
func (c *Client) BaseURL() string { return c.base.String() }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// logger is the logger for a call: that of the job, which knows its key, or the client's.
func (c *Client) logger(ctx context.Context) *zerolog.Logger {
	if l := zerolog.Ctx(ctx); l.GetLevel() != zerolog.Disabled {
		return l
	}
	return &c.log
}

// userCache remembers accounts, since the same few names come up in every plan.
type userCache struct {
	mu      sync.Mutex
	self    *userEntry
	entries map[string]userEntry // by lower-cased user name
}

// typeCache remembers the ids of the work item type Task, by project path.
type typeCache struct {
	mu  sync.Mutex
	ids map[string]string
}
