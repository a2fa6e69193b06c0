// Package standin is a stand-in for GitLab: an HTTP server with state that behaves as GitLab
// does, as far as roleplan and its tests go. It speaks REST v4 and the GraphQL of work items,
// sends webhooks, and is strict where GitLab is strict.
//
// It knows nothing of roleplan, so that it can be wrong or right only by itself. State lives in
// memory, behind one lock. Package web shows it in a browser.
package standin
