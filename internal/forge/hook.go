package forge

import "time"

// What GitLab says of a webhook that fails.
const (
	HookExecutable = "executable"
	HookBackedOff  = "temporarily_disabled"
	HookDisabled   = "disabled"
)

// A Hook is a webhook of a project. The query of its address is left out: it may hold a secret.
type Hook struct {
	ID            int64
	Host, Path    string    // where it sends to
	Alert         string    // HookExecutable, HookBackedOff or HookDisabled; "" where GitLab does not say
	DisabledUntil time.Time // of one that is backed off
	Template      bool      // sends a body of its own making
	// What it sends.
	Push, MergeRequests, Notes, Issues, ConfidentialIssues bool
}
