package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// window is how far a signed request's time may be from now, before or after.
const window = 5 * time.Minute

// The headers of GitLab's two ways to prove who sends.
const (
	headerToken     = "X-Gitlab-Token" //nolint:gosec // the name of a header
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
	// headerCheck signs what an external status check is told: the HMAC-SHA256 of the body in hexadecimal
	// digits. No other header comes with it.
	headerCheck = "X-Gitlab-Signature"
)

// The reasons for a refusal, for the log. The sender is told none of them.
var (
	errNoCredentials = errors.New("neither a signature nor a secret token that counts")
	errToken         = errors.New("wrong secret token")
	errNotSigned     = errors.New("no signature, and only signing tokens are configured")
	errNoSigningKey  = errors.New("signed, but no signing token is configured")
	errSignature     = errors.New("wrong signature")
	errTimestamp     = errors.New("signed too long ago, or in the future")
)

// A verifier knows the secrets. Several of a kind hold at once, for rotation.
type verifier struct {
	secrets []secret
	keys    [][]byte // HMAC keys
	off     bool     // believe everybody
}

// A secret is a secret token, or the shared secret of an external status check.
type secret struct {
	hash [sha256.Size]byte // so that a comparison takes the same time whatever the length
	key  []byte
}

func newVerifier(secrets, signingTokens []string) (*verifier, error) {
	v := &verifier{}
	for i, one := range secrets {
		if one == "" {
			return nil, fmt.Errorf("webhook secret %d is empty", i+1)
		}
		v.secrets = append(v.secrets, secret{sha256.Sum256([]byte(one)), []byte(one)})
	}
	for i, token := range signingTokens {
		encoded, ok := strings.CutPrefix(token, "whsec_")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(key) == 0 {
			return nil, fmt.Errorf("webhook signing token %d: want whsec_ and base64, as GitLab shows it once", i+1)
		}
		v.keys = append(v.keys, key)
	}
	return v, nil
}

// verify says who is not to be believed. A signature that is there must hold; only without
// one does the secret token count, because whoever can't sign could leave the signature out
// and guess no less. body reads the request's body, which only a signature needs.
func (v *verifier) verify(h http.Header, now time.Time, body func() ([]byte, error)) error {
	if v.off {
		return nil
	}
	if _, signed := h[headerSignature]; signed {
		return v.verifySignature(h, now, body)
	}
	switch {
	case len(v.secrets) == 0:
		return errNotSigned
	case isStatusCheck(h):
		return v.verifyStatusCheck(h, body)
	case h.Get(headerToken) == "":
		return errNoCredentials
	}
	got := sha256.Sum256([]byte(h.Get(headerToken)))
	match := 0
	for i := range v.secrets {
		match |= subtle.ConstantTimeCompare(got[:], v.secrets[i].hash[:])
	}
	if match != 1 {
		return errToken
	}
	return nil
}

// isStatusCheck reports whether a delivery is for an external status check.
func isStatusCheck(h http.Header) bool {
	_, signed := h[headerCheck]
	return signed
}

// verifyStatusCheck checks the signature of what an external status check is told. It holds for ever, and
// is good for no more than to have a merge request looked at.
func (v *verifier) verifyStatusCheck(h http.Header, body func() ([]byte, error)) error {
	sent, err := hex.DecodeString(h.Get(headerCheck))
	if err != nil || len(sent) != sha256.Size {
		return errSignature
	}
	raw, err := body()
	if err != nil {
		return err
	}
	match := false
	for _, one := range v.secrets {
		mac := hmac.New(sha256.New, one.key)
		mac.Write(raw)
		match = hmac.Equal(mac.Sum(nil), sent) || match
	}
	if !match {
		return errSignature
	}
	return nil
}

// verifySignature checks a Standard Webhooks signature: HMAC-SHA256 over id, time and the
// body as it was received.
func (v *verifier) verifySignature(h http.Header, now time.Time, body func() ([]byte, error)) error {
	if len(v.keys) == 0 {
		return errNoSigningKey
	}
	id, stamp := h.Get(headerID), h.Get(headerTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(stamp) > 12 || id == "" {
		return errSignature
	}
	if now.Sub(time.Unix(seconds, 0)).Abs() > window {
		return errTimestamp
	}
	raw, err := body()
	if err != nil {
		return err
	}
	sent := strings.Fields(strings.Join(h.Values(headerSignature), " "))
	match := false
	for _, key := range v.keys {
		mac := hmac.New(sha256.New, key)
		io.WriteString(mac, id+"."+stamp+".") //nolint:errcheck // a hash takes everything
		mac.Write(raw)
		want := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		for _, got := range sent {
			match = hmac.Equal(want, []byte(got)) || match
		}
	}
	if !match {
		return errSignature
	}
	return nil
}
