// Package gitlab speaks GitLab's API and hands out the types of package forge. It is the
// only package that knows client-go.
//
// Four promises hold for every call:
//
//   - Only the configured host is called, and the token goes nowhere else. A redirect to
//     another host is an error, and so is a redirect of a write.
//   - A read, or a write that may be done twice, is tried again after a 5xx or a broken
//     connection. Something new is created by one single request: when its answer is lost,
//     the error is forge.ErrUnavailable, and the caller looks before it tries again.
//   - Requests wait for their turn under GitLab's limits; see package ratelimit. A 429 is waited
//     out when GitLab asks for a short wait, else it is a *forge.RateLimitError. While GitLab
//     refuses, no request is sent at all.
//   - An error names what was tried, on what, why GitLab refused and what to do. It wraps
//     a sentinel of package forge where one fits and holds neither token nor payload.
package gitlab
