package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// maxMessage is how much of GitLab's own words stands in an error, in bytes.
const maxMessage = 300

// explain turns a failed attempt into an error that says what was tried, what kind of
// failure it is, what to do, and in brackets what GitLab said.
func (c *Client) explain(r request, a answer, err error) error {
	said := c.clean(message(a))
	if a.status >= http.StatusBadRequest {
		remedy, kind := diagnose(r, a.status, said)
		return describe(r, kind, remedy, fmt.Sprintf("%d %s", a.status, said))
	}
	switch {
	case errors.Is(err, errElsewhere), errors.Is(err, errTooLarge):
		return fmt.Errorf("%s: %w", r.what, inner(err))
	case a.html:
		return describe(r, forge.ErrUnavailable, "a web page came back instead of an answer of the API; is the GitLab URL right, and is no sign-in page in front of it?", "")
	case a.status != 0:
		return describe(r, forge.ErrUnavailable, lost(r, "its answer could not be read"), c.clean(err.Error()))
	case errors.Is(err, context.DeadlineExceeded):
		return describe(r, forge.ErrUnavailable, lost(r, fmt.Sprintf("no answer within %s", c.timeout)), "")
	}
	return describe(r, forge.ErrUnavailable, lost(r, "no connection to "+c.base.Host), c.clean(inner(err).Error()))
}

// diagnose gives the kind of failure that a status stands for, and what to do about it.
func diagnose(r request, status int, said string) (remedy string, kind error) {
	low := strings.ToLower(said)
	switch {
	case status == http.StatusUnauthorized:
		return "the token is wrong, revoked or expired; make a new one with scope api", forge.ErrUnauthorized
	case status == http.StatusForbidden && strings.Contains(low, "insufficient_scope"):
		return "token lacks scope api", forge.ErrForbidden
	case status == http.StatusForbidden && r.nature == read:
		return "the token's user needs at least the role Reporter there", forge.ErrForbidden
	case status == http.StatusForbidden:
		return "the token needs scope api, and its user a role that may do this (Reporter for notes, issues and labels)", forge.ErrForbidden
	case status == http.StatusNotFound:
		return "it does not exist, or the token may not see it", forge.ErrNotFound
	case status == http.StatusConflict,
		status == http.StatusBadRequest && (strings.Contains(low, "already exists") || strings.Contains(low, "already been taken")):
		return "it exists already, or was changed meanwhile", forge.ErrConflict
	case status == http.StatusMethodNotAllowed:
		return "", forge.ErrUnsupported
	case status == http.StatusBadRequest && strings.Contains(low, "line_code"):
		return "", forge.ErrPosition
	case strings.Contains(low, "captcha") || strings.Contains(low, "spam"):
		return "GitLab takes it for spam; let an administrator allow the token's user", forge.ErrInvalid
	case status >= 500:
		return lost(r, ""), forge.ErrUnavailable
	}
	return "", forge.ErrInvalid
}

// lost adds to a failure what it means for a write.
func lost(r request, what string) string {
	const unclear = "it is unclear whether it was done, so look before trying again"
	switch {
	case r.nature < create:
		return what
	case what == "":
		return unclear
	}
	return what + "; " + unclear
}

func describe(r request, kind error, remedy, said string) error {
	tail := ""
	if remedy != "" {
		tail = ": " + remedy
	}
	if said = strings.TrimSpace(said); said != "" {
		tail += " (" + said + ")"
	}
	return fmt.Errorf("%s: %w%s", r.what, kind, tail)
}

// inner takes off the layers that repeat method and address.
func inner(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// clean makes GitLab's words fit for one line of an error: no token, no control
// characters, no more than maxMessage bytes.
func (c *Client) clean(s string) string {
	if c.token != "" {
		s = strings.ReplaceAll(s, c.token, "***")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == utf8.RuneError }), " ")
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + " ..."
	}
	return s
}

// message finds what GitLab says in the body of an error. A body that is no JSON is an
// error page of a proxy, or plain text such as "Retry later"; only the latter is repeated.
func message(a answer) string {
	body := strings.TrimSpace(string(a.body))
	if body == "" {
		return http.StatusText(a.status)
	}
	var raw map[string]any
	if json.Unmarshal(a.body, &raw) != nil {
		if a.html || strings.HasPrefix(body, "<") || len(body) > maxMessage || strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
			return http.StatusText(a.status)
		}
		return body
	}
	var parts []string
	for _, key := range []string{"message", "error", "error_description", "errors", "scope"} {
		if text := flatten(raw[key]); text != "" {
			if key == "scope" {
				text = "scope needed: " + text
			}
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return http.StatusText(a.status)
	}
	// GitLab repeats the status at the head of many messages: "404 Project Not Found".
	text := strings.Join(parts, ": ")
	return strings.TrimPrefix(text, fmt.Sprintf("%d ", a.status))
}

// flatten writes a message of any shape on one line. GitLab sends texts, lists of texts,
// and objects that name the field at fault.
func flatten(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, e := range v {
			if s := flatten(e); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if text, ok := v["message"].(string); ok {
			return text
		}
		var parts []string
		for key, e := range v {
			if s := flatten(e); s != "" {
				parts = append(parts, key+" "+s)
			}
		}
		slices.Sort(parts)
		return strings.Join(parts, "; ")
	}
	return ""
}
