package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// The tokens are base64 of texts, so that the keys are known.
var (
	signingToken  = "whsec_" + base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))
	signingToken2 = "whsec_" + base64.StdEncoding.EncodeToString([]byte("another key of thirty-two bytes!"))
	signingTime   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

// sign makes the value of webhook-signature as GitLab documents it.
func sign(token, id string, at time.Time, body string) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "whsec_"))
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signCheck makes the X-Gitlab-Signature of an external status check.
func signCheck(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, body)
	return hex.EncodeToString(mac.Sum(nil))
}

// TestStatusCheck: what an external status check is told has no event's name, whatever a header says of one.
func TestStatusCheck(t *testing.T) {
	t.Parallel()
	s, store := newServer(t, nil)
	body := readSaved(t, "merge_request_open")
	w := post(s, "Push Hook", body, func(h http.Header) {
		h.Del("X-Gitlab-Token")
		h.Set("X-Gitlab-Signature", signCheck("sesame", body))
	})
	if w.Code != http.StatusAccepted || len(store.keys) != 1 || store.keys[0].Kind != "merge_request" {
		t.Errorf("answer %d, keys %v", w.Code, store.keys)
	}
}

// TestSignatureVector pins the scheme to a value worked out by other means (openssl dgst
// -sha256 -mac HMAC), so that a mistake made twice shows.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	got := sign(signingToken, "msg_1", time.Unix(1700000000, 0), `{"a":"\u0026"}`)
	if want := "v1,WWPSQelx2j67I7p210VZnUtMzZwsqTE5wV/O3BUfwb8="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	body := readSaved(t, "merge_request_open")
	const id = "f5e5f430-f57b-4e6e-9fac-d9128cd7232f"
	headers := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}
	signed := func(token string, at time.Time, more ...string) http.Header {
		h := headers(more...)
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		h.Set("webhook-signature", sign(token, id, at, body))
		return h
	}
	without := func(h http.Header, name string) http.Header { h.Del(name); return h }
	with := func(h http.Header, name, value string) http.Header { h.Set(name, value); return h }

	secret := Options{Secrets: []string{"sesame"}}
	rotated := Options{Secrets: []string{"old secret", "sesame"}}
	key := Options{SigningTokens: []string{signingToken}}
	keys := Options{SigningTokens: []string{signingToken2, signingToken}}
	both := Options{Secrets: []string{"sesame"}, SigningTokens: []string{signingToken}}
	const token, check = "X-Gitlab-Token", "X-Gitlab-Signature"

	for name, test := range map[string]struct {
		o    Options
		h    http.Header
		want int
	}{
		"secret":                     {secret, headers(token, "sesame"), 202},
		"new secret of two":          {rotated, headers(token, "sesame"), 202},
		"old secret of two":          {rotated, headers(token, "old secret"), 202},
		"wrong secret":               {secret, headers(token, "Sesame"), 401},
		"prefix of the secret":       {secret, headers(token, "sesam"), 401},
		"empty secret":               {secret, headers(token, ""), 401},
		"no secret":                  {secret, headers(), 401},
		"very long secret":           {secret, headers(token, strings.Repeat("sesame", 100000)), 401},
		"both secrets at once":       {rotated, headers(token, "old secret,sesame"), 401},
		"signature":                  {key, signed(signingToken, signingTime), 202},
		"signature, old key of two":  {keys, signed(signingToken2, signingTime), 202},
		"signature, new key of two":  {keys, signed(signingToken, signingTime), 202},
		"signature with another key": {key, signed(signingToken2, signingTime), 401},
		"five minutes old":           {key, signed(signingToken, signingTime.Add(-5*time.Minute)), 202},
		"over five minutes old":      {key, signed(signingToken, signingTime.Add(-5*time.Minute-time.Second)), 401},
		"a day old":                  {key, signed(signingToken, signingTime.Add(-24*time.Hour)), 401},
		"five minutes ahead":         {key, signed(signingToken, signingTime.Add(5*time.Minute)), 202},
		"over five minutes ahead":    {key, signed(signingToken, signingTime.Add(5*time.Minute+time.Second)), 401},
		"two signatures, one right":  {key, with(signed(signingToken, signingTime), "webhook-signature", "v1,AAAA "+sign(signingToken, id, signingTime, body)), 202},
		"two headers, one right": {key, func() http.Header {
			h := signed(signingToken, signingTime)
			h.Add("webhook-signature", "v1,AAAA")
			return h
		}(), 202},
		"another version":                              {key, with(signed(signingToken, signingTime), "webhook-signature", "v2"+sign(signingToken, id, signingTime, body)[2:]), 401},
		"signature of another body":                    {key, with(signed(signingToken, signingTime), "webhook-signature", sign(signingToken, id, signingTime, body+" ")), 401},
		"signature of another id":                      {key, with(signed(signingToken, signingTime), "webhook-id", "other"), 401},
		"signature of another time":                    {key, with(signed(signingToken, signingTime), "webhook-timestamp", strconv.FormatInt(signingTime.Unix()+1, 10)), 401},
		"no time":                                      {key, without(signed(signingToken, signingTime), "webhook-timestamp"), 401},
		"no id":                                        {key, without(signed(signingToken, signingTime), "webhook-id"), 401},
		"time that is no number":                       {key, with(signed(signingToken, signingTime), "webhook-timestamp", "soon"), 401},
		"time beyond all":                              {key, with(signed(signingToken, signingTime), "webhook-timestamp", "9223372036854775807"), 401},
		"time before all":                              {key, with(signed(signingToken, signingTime), "webhook-timestamp", "-9223372036854775808"), 401},
		"empty signature":                              {key, with(signed(signingToken, signingTime), "webhook-signature", ""), 401},
		"only signing tokens, no signature":            {key, headers(token, "sesame"), 401},
		"both ways, signature":                         {both, signed(signingToken, signingTime), 202},
		"both ways, secret":                            {both, headers(token, "sesame"), 202},
		"both ways, right secret and wrong signature":  {both, signed(signingToken2, signingTime, token, "sesame"), 401},
		"both ways, right secret and empty signature":  {both, headers(token, "sesame", "webhook-signature", ""), 401},
		"both ways, right signature and wrong secret":  {both, signed(signingToken, signingTime, token, "wrong"), 202},
		"signed, and only a secret to hold it against": {secret, signed(signingToken, signingTime, token, "sesame"), 401},
		"told to believe all":                          {Options{NoVerify: true}, headers(), 202},
		"status check":                                 {secret, headers(check, signCheck("sesame", body)), 202},
		"status check, capitals":                       {secret, headers(check, strings.ToUpper(signCheck("sesame", body))), 202},
		"status check, two secrets":                    {rotated, headers(check, signCheck("sesame", body)), 202},
		"status check, another secret":                 {secret, headers(check, signCheck("Sesame", body)), 401},
		"status check, another body":                   {secret, headers(check, signCheck("sesame", body+" ")), 401},
		"status check, right secret in clear":          {secret, headers(check, "00", token, "sesame"), 401},
		"status check, empty":                          {secret, headers(check, ""), 401},
		"status check, and no secret to hold":          {key, headers(check, signCheck("sesame", body)), 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s, store := newServer(t, func(o *Options) {
				o.Secrets, o.SigningTokens, o.NoVerify = test.o.Secrets, test.o.SigningTokens, test.o.NoVerify
				o.Now = func() time.Time { return signingTime }
				o.Log = zerolog.New(&log)
			})
			w := post(s, "Merge Request Hook", body, func(h http.Header) {
				h.Del(token)
				maps.Copy(h, test.h)
			})
			if w.Code != test.want || w.Body.Len() != 0 {
				t.Errorf("answer %d %q, want %d and nothing", w.Code, w.Body, test.want)
			}
			if got := len(store.deliveries) == 1; got != (test.want == 202) {
				t.Errorf("%d deliveries stored", len(store.deliveries))
			}
			if test.want == 401 && s.Counts().Refused != 1 {
				t.Errorf("counts %+v, want one refused", s.Counts())
			}
			for _, canary := range []string{"sesame", "Sesame", "old secret", "whsec_", "v1,", "v2,"} {
				if strings.Contains(log.String(), canary) {
					t.Errorf("the log shows %q: %.300s", canary, log.String())
				}
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"nothing":           {},
		"empty secret":      {Secrets: []string{""}},
		"no whsec_":         {SigningTokens: []string{strings.TrimPrefix(signingToken, "whsec_")}},
		"no base64":         {SigningTokens: []string{"whsec_***hunter2***"}},
		"empty key":         {SigningTokens: []string{"whsec_"}},
		"second one broken": {SigningTokens: []string{signingToken, "whsec_hunter2"}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %q shows the token", name, err)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
		s, _ := newServer(t, nil)
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, Path, nil)
		r.Header.Set("X-Gitlab-Token", "sesame")
		s.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s: answer %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s, store := newServer(t, nil)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	send := func(body io.Reader) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+Path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Gitlab-Token", "sesame")
		r.Header.Set("X-Gitlab-Event", "Merge Request Hook")
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	// 25 MB are GitLab's limit and must go through.
	start, end := `{"project":{"id":42},"object_attributes":{"iid":17,"action":"open","description":"`, `"}}`
	large := start + strings.Repeat("x", 25<<20-len(start)-len(end)) + end
	if code := send(strings.NewReader(large)); code != http.StatusAccepted || len(store.keys) != 1 {
		t.Errorf("25 MB: answer %d, %d keys, want 202 and one", code, len(store.keys))
	}
	// In chunks, with no Content-Length to tell.
	if code := send(io.LimitReader(zeros{}, maxBody+1)); code != http.StatusRequestEntityTooLarge {
		t.Errorf("one byte too many: answer %d, want 413", code)
	}
}

// TestRefusedBodyIsNotRead: who has no secret does not make us read.
func TestRefusedBodyIsNotRead(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, nil)
	body := &counting{}
	r := httptest.NewRequest(http.MethodPost, Path, body)
	r.Header.Set("X-Gitlab-Token", "wrong")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || body.read != 0 {
		t.Errorf("answer %d after reading %d bytes, want 401 and none", w.Code, body.read)
	}
}

type counting struct{ read int }

func (c *counting) Read(p []byte) (int, error) { c.read += len(p); return len(p), nil }

// TestCutOff: a body that ends before its Content-Length is not acknowledged.
func TestCutOff(t *testing.T) {
	t.Parallel()
	s, store := newServer(t, nil)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nX-Gitlab-Token: sesame\r\nX-Gitlab-Event: Merge Request Hook\r\nContent-Length: 1000\r\n\r\n%s",
		Path, `{"project":{"id":42},"object_attributes":{"iid":17,"action":"open"}}`)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(answer, []byte(" 202 ")) || len(store.keys) != 0 {
		t.Errorf("acknowledged: %q", answer)
	}
}

func TestDeliveryID(t *testing.T) {
	t.Parallel()
	open, merge := readSaved(t, "merge_request_open"), readSaved(t, "merge_request_merge")
	id := func(body string, pairs ...string) string {
		t.Helper()
		s, store := newServer(t, nil)
		w := post(s, "Merge Request Hook", body, func(h http.Header) {
			h.Del("Idempotency-Key")
			for i := 0; i < len(pairs); i += 2 {
				h.Set(pairs[i], pairs[i+1])
			}
		})
		if w.Code != http.StatusAccepted || len(store.deliveries) != 1 {
			t.Fatalf("answer %d, %d deliveries", w.Code, len(store.deliveries))
		}
		return store.deliveries[0].ID
	}
	if got := id(open, "Idempotency-Key", "abc"); got != "abc" {
		t.Errorf("id %q, want the Idempotency-Key", got)
	}
	const event = "X-Gitlab-Event-UUID"
	if a, b := id(open, event, "u1"), id(open, event, "u1"); a != b {
		t.Error("the same event and body, sent twice by an old GitLab, have two ids")
	}
	if a, b := id(open, event, "u1"), id(merge, event, "u1"); a == b {
		t.Error("two bodies of one event have the same id")
	}
	if a, b := id(open), id(open); a == b {
		t.Error("two deliveries that nothing names have the same id: the second would be dropped")
	}
	long := strings.Repeat("a", 100000)
	if a, b := id(open, "Idempotency-Key", long), id(open, "Idempotency-Key", long+"b"); len(a) > maxID || a == b {
		t.Errorf("long ids: %d bytes, equal %t", len(a), a == b)
	}
}

// TestSignedIDCounts: of a signed delivery only the signed id can't be changed by whoever
// sends it again.
func TestSignedIDCounts(t *testing.T) {
	t.Parallel()
	body := readSaved(t, "merge_request_open")
	s, store := newServer(t, func(o *Options) {
		o.SigningTokens, o.Now = []string{signingToken}, func() time.Time { return signingTime }
	})
	post(s, "Merge Request Hook", body, func(h http.Header) {
		h.Set("webhook-id", "signed")
		h.Set("webhook-timestamp", strconv.FormatInt(signingTime.Unix(), 10))
		h.Set("webhook-signature", sign(signingToken, "signed", signingTime, body))
		h.Set("Idempotency-Key", "changed")
	})
	if len(store.deliveries) != 1 || store.deliveries[0].ID != "signed" {
		t.Errorf("deliveries %+v, want one with the signed id", store.deliveries)
	}
}

// TestLogHoldsNoPayload: the log names the delivery and what it asks for, and nothing that
// people wrote.
func TestLogHoldsNoPayload(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, _ := newServer(t, func(o *Options) { o.Log = zerolog.New(&log) })
	for _, test := range saved {
		post(s, test.event, readSaved(t, test.file), nil)
	}
	post(s, "Merge Request Hook", `{"canary"`, nil)
	for _, canary := range []string{"sesame", "Ana", "Add a level", "roleplan: check", "Senior Technical", "canary"} {
		if strings.Contains(log.String(), canary) {
			t.Errorf("the log shows %q", canary)
		}
	}
	want := `"delivery":"f5e5f430-f57b-4e6e-9fac-d9128cd7232f","event":"Merge Request Hook","project":42,"keys":["merge_request 17 of project 42","openings of project 42"],"message":"delivery accepted"`
	if !strings.Contains(log.String(), want) {
		t.Errorf("the log lacks %s:\n%s", want, log.String())
	}
}
