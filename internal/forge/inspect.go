package forge

import "time"

// A Token is what GitLab tells of the token that a call comes with. The token itself is not in it.
type Token struct {
	Scopes  []string
	Expires time.Time // the day from which on it is refused; zero for never
}

// HookSettings are a webhook with what keeps it safe.
type HookSettings struct {
	Hook
	Secret bool // a secret or signing token is set
	TLS    bool // the receiver's certificate is verified
}

// A HookWrite makes a webhook with all that roleplan listens to.
type HookWrite struct {
	URL          string
	Secret       string
	SigningToken string
}

// A Variable is a variable of a project's pipelines, without its value.
type Variable struct {
	Key               string
	Protected, Masked bool
}

// Features are what a project is set up with.
type Features struct {
	Issues, MergeRequests bool
	Tasks                 bool   // work items of the type Task
	Pipeline              string // file of the pipeline
}
