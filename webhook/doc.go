// Package webhook receives GitLab's webhooks: it verifies a delivery, turns it into the
// keys of what may have changed, has both stored, and answers. It calls nobody: the work
// happens later, from the store, and reads the present state from GitLab. An event is only
// a hint where to look.
//
// GitLab switches a hook off after a few answers that are no success, so only what the
// sender must mend is refused: a wrong secret (401), a wrong method (405), a body over
// GitLab's own limit (413). What is unknown, unreadable or not ours is counted and answered
// 202; 503 is for the one case that a delivery could not be stored.
//
// A new event is one entry in events, with a saved payload in testdata.
package webhook
