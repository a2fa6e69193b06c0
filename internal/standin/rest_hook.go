package standin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// testsAMinute is how often a user may test the hooks of a project.
const testsAMinute = 5

func (c *call) showHook(h *Hook) any {
	out := map[string]any{
		"id": h.ID, "url": h.URL, "name": nullable(h.Name), "description": nil, "project_id": h.Project.ID, "created_at": h.CreatedAt.Format(stamp), "enable_ssl_verification": true,
		"alert_status": h.alert(c.s.now()), "disabled_until": nil, "url_variables": []any{}, "push_events_branch_filter": nil, "branch_filter_strategy": "wildcard", "custom_webhook_template": nil,
		"custom_headers": []any{}, "token_present": h.Token != "", "signing_token_present": h.SigningToken != "", "repository_update_events": false,
	}
	if h.disabledUntil.After(c.s.now()) {
		out["disabled_until"] = h.disabledUntil.Format(stamp)
	}
	for trigger := range eventNames {
		out[trigger] = h.Triggers[trigger]
	}
	return out
}

func (c *call) listHooks() (int, any, error) {
	return 200, each(page(c, c.project.webhooks), c.showHook), nil
}

func (c *call) theHook() (*Hook, error) {
	for _, h := range c.project.webhooks {
		if h.ID == c.number("hook") {
			return h, nil
		}
	}
	return nil, notFound("")
}

func (c *call) getHook() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showHook(h), nil
}

// setHook sets the fields that were given, and refuses bad ones before it sets any.
func (c *call) setHook(h *Hook) error {
	address := c.params.text("url")
	if u, err := url.Parse(address); c.params.has("url") && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return refuse(http.StatusUnprocessableEntity, "Invalid url given")
	}
	if token := c.params.text("signing_token"); token != "" {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "whsec_"))
		if err != nil || len(key) != 32 || !strings.HasPrefix(token, "whsec_") {
			return refuse(http.StatusBadRequest, map[string]any{"signing_token": []string{"is invalid"}})
		}
	}
	for trigger := range eventNames {
		if err := c.params.truths(trigger); err != nil {
			return err
		}
	}
	for name, field := range map[string]*string{"url": &h.URL, "name": &h.Name, "token": &h.Token, "signing_token": &h.SigningToken} {
		if c.params.has(name) {
			*field = c.params.text(name)
		}
	}
	for trigger := range eventNames {
		if c.params.has(trigger) {
			h.Triggers[trigger] = c.params.truth(trigger)
		}
	}
	return nil
}

func (c *call) createHook() (int, any, error) {
	if err := c.params.required("url"); err != nil {
		return 0, nil, err
	}
	h := &Hook{ID: c.s.id(), Project: c.project, Triggers: map[string]bool{PushEvents: true}, CreatedAt: c.s.now(), causes: map[string]bool{}}
	if err := c.setHook(h); err != nil {
		return 0, nil, err
	}
	c.project.webhooks = append(c.project.webhooks, h)
	return http.StatusCreated, c.showHook(h), nil
}

func (c *call) updateHook() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	if err := c.setHook(h); err != nil {
		return 0, nil, err
	}
	return 200, c.showHook(h), nil
}

func (c *call) deleteHook() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	c.project.webhooks = slices.DeleteFunc(c.project.webhooks, func(other *Hook) bool { return other == h })
	return http.StatusNoContent, nil, nil
}

// showDelivery is an entry of the log. Secrets do not stand there.
func showDelivery(d *Delivery) any {
	header := map[string]string{}
	for k, v := range d.Header {
		if k == "X-Gitlab-Token" {
			v = "[REDACTED]"
		}
		header[k] = v
	}
	status := strconv.Itoa(d.Status)
	if d.Err != "" {
		status = "internal error"
	}
	return map[string]any{
		"id": d.ID, "url": d.Hook.URL, "trigger": strings.TrimSuffix(strings.TrimSuffix(d.Trigger, "_events"), "s") + "_hooks", "request_headers": header, "request_data": json.RawMessage(d.Body), "response_headers": map[string]any{},
		"response_body": d.Response, "execution_duration": d.Duration.Seconds(), "response_status": status,
	}
}

// listHookEvents lists what a hook sent, the newest first.
func (c *call) listHookEvents() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	var list []*Delivery
	for _, d := range slices.Backward(h.deliveries) {
		if d.Done && d.hasStatus(c.params.list("status")) {
			list = append(list, d)
		}
	}
	return 200, each(page(c, list), showDelivery), nil
}

func (d *Delivery) hasStatus(any []string) bool {
	kinds := map[string]bool{
		"successful": d.OK(), "client_failure": d.Status >= 400 && d.Status < 500, "server_failure": d.Status >= 500 || d.Err != "",
	}
	return len(any) == 0 || slices.ContainsFunc(any, func(s string) bool { return kinds[s] || s == strconv.Itoa(d.Status) })
}

// sendNow sends a delivery and waits for the receiver.
func (c *call) sendNow(d *Delivery) {
	d.Hook.deliveries = append(d.Hook.deliveries, d)
	c.s.deliver(d)
}

// resendHook sends a delivery again. Its Idempotency-Key stays.
func (c *call) resendHook() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	for _, d := range h.deliveries {
		if d.ID == c.number("event") {
			again := &Delivery{ID: c.s.id(), Hook: h, Trigger: d.Trigger, Key: d.Key, Event: newUUID(), Body: d.Body}
			c.sendNow(again)
			if again.Err != "" {
				return 0, nil, refuse(http.StatusUnprocessableEntity, again.Err)
			}
			return http.StatusCreated, map[string]any{"response_status": again.Status}, nil
		}
	}
	return 0, nil, notFound("")
}

// testHook sends what an event would send, about an object that exists.
func (c *call) testHook() (int, any, error) {
	h, err := c.theHook()
	if err != nil {
		return 0, nil, err
	}
	trigger := c.vars["trigger"]
	if eventNames[trigger] == "" {
		return 0, nil, badRequest("trigger does not have a valid value")
	}
	now := c.s.now()
	h.tests = slices.DeleteFunc(h.tests, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(h.tests) >= testsAMinute {
		return 0, nil, errTooOften
	}
	h.tests = append(h.tests, now)
	payload := c.s.sample(c.project, c.user, trigger)
	if payload == nil {
		return 0, nil, refuse(http.StatusUnprocessableEntity, "Ensure the project has "+strings.ReplaceAll(strings.TrimSuffix(trigger, "_events"), "_", " ")+".")
	}
	d := &Delivery{ID: c.s.id(), Hook: h, Trigger: trigger, Key: newUUID(), Event: newUUID(), Body: encode(payload)}
	c.sendNow(d)
	if !d.OK() {
		return 0, nil, refuse(http.StatusUnprocessableEntity, "Hook execution failed")
	}
	return http.StatusCreated, map[string]any{"message": "201 Created"}, nil
}

// errTooOften is the refusal of the limits that have no headers.
var errTooOften = &refusal{http.StatusTooManyRequests, map[string]any{"message": map[string]any{"error": "This endpoint has been requested too many times. Try again later."}}}
