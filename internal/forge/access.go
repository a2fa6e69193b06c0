package forge

import "gitlab.com/roleplan/roleplan/internal/safe"

// A Role is what a member may do in a project. A higher number may do more.
type Role int

// The roles that are told apart, with GitLab's numbers. No access is 0.
const (
	Developer  Role = 30
	Maintainer Role = 40
	Owner      Role = 50
)

// A Branch is a branch of a repository.
type Branch struct {
	Name      string
	Head      string // commit
	Protected bool   // not everybody who may push may push here
}

// A Commit is a commit as a list tells it.
type Commit struct {
	ID      string
	Message string
}

// A FileWrite is a commit that writes one file.
type FileWrite struct {
	Branch  string
	Path    string
	Content []byte
	// LastCommit is the commit that last changed the file, as it was read: GitLab refuses the write
	// when there is another one since. "" makes a new file.
	LastCommit string
	Message    safe.Markdown
}
