package standin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"time"
)

// A StatusCheck is an external status check of a project, which GitLab Ultimate has.
type StatusCheck struct {
	ID   int64
	Name string
	hook *Hook // what GitLab tells of merge requests; nil where nobody listens
	said map[string]string
}

// checkPatience is how long GitLab waits for an answer before the check has failed.
const checkPatience = 2 * time.Minute

// AddStatusCheck makes an external status check, as a maintainer does in the browser. url gets what merge
// requests do, signed with the secret; "" for nobody.
func (s *Server) AddStatusCheck(p *Project, name, url, secret string) *StatusCheck {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &StatusCheck{ID: s.id(), Name: name, said: map[string]string{}}
	if url != "" {
		k.hook = &Hook{ID: k.ID, Project: p, URL: url, Token: secret, check: k}
	}
	p.checks = append(p.checks, k)
	return k
}

// State is what a check says of the newest commit of a merge request.
func (s *Server) State(k *StatusCheck, m *MergeRequest) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state(k, m)
}

func (s *Server) state(k *StatusCheck, m *MergeRequest) string {
	since := m.CreatedAt
	if m.pushedAt.After(since) {
		since = m.pushedAt
	}
	switch said := k.said[k.key(m)]; {
	case said != "" && said != "pending":
		return said
	case s.now().Sub(since) > checkPatience:
		return "failed"
	}
	return "pending"
}

func (k *StatusCheck) key(m *MergeRequest) string { return itoa(m.IID) + " " + m.newest().Head }

// ask tells the checks of a project of a merge request.
func (s *Server) ask(m *MergeRequest, payload map[string]any) {
	for _, k := range m.Project.checks {
		if k.hook == nil {
			continue
		}
		body := maps.Clone(payload)
		body["external_approval_rule"] = map[string]any{"id": k.ID, "name": k.Name, "external_url": k.hook.URL}
		s.enqueue(&Delivery{ID: s.id(), Hook: k.hook, Trigger: MergeRequestEvents, Body: encode(body)})
	}
}

// checkHeaders are those of a check's delivery, which are few.
func checkHeaders(d *Delivery) map[string]string {
	h := map[string]string{"Content-Type": "application/json"}
	if d.Hook.Token != "" {
		mac := hmac.New(sha256.New, []byte(d.Hook.Token))
		mac.Write(d.Body)
		h["X-GitLab-Signature"] = hex.EncodeToString(mac.Sum(nil))
	}
	return h
}

// theChecks are the checks of the project; who has not the tier may not ask for them.
func (c *call) theChecks() (*MergeRequest, []*StatusCheck, error) {
	m, err := c.theRequest()
	if err == nil && len(c.project.checks) == 0 {
		err = errUnauthorized
	}
	return m, c.project.checks, err
}

func (c *call) listStatusChecks() (int, any, error) {
	m, checks, err := c.theChecks()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, checks), func(k *StatusCheck) any {
		url := ""
		if k.hook != nil {
			url = k.hook.URL
		}
		return map[string]any{"id": k.ID, "name": k.Name, "external_url": url, "status": c.s.state(k, m)}
	}), nil
}

func (c *call) answerStatusCheck() (int, any, error) {
	m, checks, err := c.theChecks()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("sha", "external_status_check_id", "status"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("status", "passed", "failed", "pending"); err != nil {
		return 0, nil, err
	}
	if c.params.text("sha") != m.newest().Head {
		return 0, nil, refuse(http.StatusConflict, "SHA does not match HEAD of source branch: "+m.newest().Head)
	}
	for _, k := range checks {
		if itoa(k.ID) == c.params.text("external_status_check_id") {
			k.said[k.key(m)] = c.params.text("status")
			return http.StatusCreated, map[string]any{"id": c.s.id(), "merge_request": c.listedRequest(m), "external_status_check": map[string]any{"id": k.ID, "name": k.Name}}, nil
		}
	}
	return 0, nil, notFound("")
}
