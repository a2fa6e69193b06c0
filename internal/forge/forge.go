// Package forge says what roleplan reads and writes on GitLab in roleplan's own words.
// internal/gitlab speaks GitLab's API and hands out these types; the packages under sync
// declare the methods that they call and know nothing of HTTP.
package forge

import (
	"errors"
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// The kinds of failure that callers tell apart. Errors of the GitLab client wrap one of
// these where it fits; test with errors.Is.
var (
	// ErrNotFound is a 404: it is not there, or the token may not see it.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized is a 401: the token is wrong, revoked or expired.
	ErrUnauthorized = errors.New("token refused")
	// ErrForbidden is a 403: the token is known, and its scope or role is too small.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict is a 409: the thing exists already, or changed meanwhile.
	ErrConflict = errors.New("conflict")
	// ErrInvalid is a 400 or 422: GitLab does not take what was sent.
	ErrInvalid = errors.New("refused as invalid")
	// ErrPosition is an ErrInvalid: the position of a comment is no line of the diff.
	ErrPosition = fmt.Errorf("%w: no line of the diff", ErrInvalid)
	// ErrUnavailable is a 5xx, a time-out or a broken connection. After a write the
	// outcome is unknown: look before trying again.
	ErrUnavailable = errors.New("GitLab unavailable")
	// ErrUnsupported says that this instance lacks a feature, such as work items.
	ErrUnsupported = errors.New("not supported by this GitLab")
)

// A RateLimitError is a 429.
type RateLimitError struct {
	After time.Duration // when to come back
}

func (e *RateLimitError) Error() string {
	return fmt.Sprintf("rate limit reached; try again in %s", e.After.Round(time.Second))
}

// A User is an account on GitLab.
type User struct {
	ID       int64
	Username string
	Name     string
	Bot      bool
	State    string // "active", "blocked", ...
}

// A Project is a repository with its issues and merge requests.
type Project struct {
	ID            int64
	Path          string // "group/sub/project"
	WebURL        string
	DefaultBranch string
	Visibility    string // "private", "internal", "public"
	IssuesEnabled bool
	Archived      bool
}

// States of a merge request or an issue.
const (
	Opened = "opened"
	Closed = "closed"
	Merged = "merged"
	Locked = "locked"
)

// A MergeRequest is what a reconcile needs to know of one.
type MergeRequest struct {
	IID             int64
	ProjectID       int64 // the target project
	SourceProjectID int64
	Title           string
	State           string
	Draft           bool
	SourceBranch    string
	TargetBranch    string
	HeadSHA         string
	Diff            DiffRefs // zero while GitLab still prepares the diff
	Author          User
	WebURL          string
	MergeCommitSHA  string
	UpdatedAt       time.Time

	MembersOnly bool // nobody else may write in its discussion
	Cut         bool // GitLab lists only a part of the files that it changes
	Pipeline    Pipeline
}

// A Pipeline is one of a merge request; zero for none.
type Pipeline struct {
	ID        int64
	ProjectID int64 // the project that it runs in
	SHA, Ref  string
}

// The final states of a commit status.
const (
	Success = "success"
	Failed  = "failed"
)

// A CommitStatus is what a program says of a commit, as a job of a pipeline. Zero for none.
type CommitStatus struct {
	State       string
	Description string
}

// The states of an external status check.
const (
	CheckPassed = "passed"
	CheckFailed = "failed"
)

// A StatusCheck is an external status check that applies to a merge request, with what it says of the head:
// CheckPassed, CheckFailed or something that is not final.
type StatusCheck struct {
	ID          int64
	Name, State string
}

// A StatusWrite is a status to be set.
type StatusWrite struct {
	Name        string
	State       string
	Description safe.Line
	TargetURL   string
}

// DiffRefs are the three commits that a merge request's diff is made of.
type DiffRefs struct {
	Base, Start, Head string
}

// A ChangedFile is a file that a merge request changes. Diff may be empty for large,
// collapsed or merely renamed files.
type ChangedFile struct {
	OldPath, NewPath string
	Diff             string
	New, Renamed     bool
	Deleted          bool
	Collapsed        bool
	TooLarge         bool
}

// A Blob is the content of a file.
type Blob struct {
	ID      string // the same for the same content
	Content []byte
}

// A File is a path in a repository's tree.
type File struct {
	Path string
	Mode string // "100644"; "120000" is a symbolic link
	Blob string // id of its content
}

// A Glance asks about paths of a repository, all at once.
type Glance struct {
	Files   []string // which of them are files
	Folders []string // which of them are folders, and what they hold
	Texts   []string // what is in them
	// Discussions is the number of a merge request whose discussions are told as well; 0 for none.
	Discussions int64
}

// The most that a Glance may ask for: GitLab gives a hundred entries of a list, and refuses queries that
// are too complex. A path of a file counts 1, a folder FolderCost, all together at most GlanceCost.
const (
	GlanceFiles = 100
	FolderCost  = 9
	GlanceCost  = 200
)

// Cost is what GitLab reckons for a Glance.
func (g Glance) Cost() int { return len(g.Files) + len(g.Texts) + FolderCost*len(g.Folders) }

// Seen is the answer to a Glance. What is not there is not in it.
type Seen struct {
	Files   map[string]bool
	Folders map[string]Folder
	Texts   map[string][]byte // without those that can't be given byte for byte
	// Discussions are those that were asked for, nil when they did not come along: there may be too many.
	Discussions []Discussion
}

// A Folder is what a folder holds, by name.
type Folder struct {
	Files, Folders []string
	Cut            bool // there is more
}

// A Note is a comment.
type Note struct {
	ID         int64
	Body       string
	Author     User
	System     bool
	CreatedAt  time.Time
	Resolved   bool
	ResolvedBy User
	Position   *Position // in the diff; nil for a comment on the whole
}

// A Discussion is a comment with the answers to it. A plain comment is one of a single note.
type Discussion struct {
	ID         string
	Individual bool // a plain comment, which can't be resolved
	Notes      []Note
}

// A Draft is a comment that its author has not published yet; nobody else sees it.
type Draft struct {
	ID       int64
	Body     string
	Position *Position
}

// A Position is a place in the diff of a merge request: a line, or a file as a whole. An added line
// has only a new number, a removed one only an old number, an unchanged one both.
type Position struct {
	Diff             DiffRefs
	OldPath, NewPath string
	OldLine, NewLine int  // from 1; 0 where the line is not on that side
	File             bool // the file as a whole
}

// A Label is a project label, or one that the project has from a group.
type Label struct {
	ID          int64
	Name        string
	Color       string // "#RRGGBB"
	Description string
	Priority    *int
	Group       bool // from a group: not ours to change
}

// A Board is an issue board.
type Board struct {
	ID    int64
	Name  string
	Lists []BoardList // from left to right
}

// A BoardList is a column of a board, for the issues with a label.
type BoardList struct {
	ID       int64
	Label    string
	Position int // from 0
}

// Types of an issue that are told apart.
const (
	TypeIssue = "issue"
	TypeTask  = "task"
)

// An Issue is an issue, or a task read as one.
type Issue struct {
	ID           int64 // instance-wide
	IID          int64
	ProjectID    int64
	Type         string // TypeIssue, TypeTask or another
	Title        string
	Description  string
	State        string // Opened or Closed
	Labels       []string
	Author       User
	Assignees    []User
	Confidential bool
	DueDate      string // "2027-02-01", "" when there is none
	WebURL       string
	MovedToID    int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ClosedAt     time.Time // zero while it is open
}

// A LabelEvent is a label that was put on an issue, or taken off.
type LabelEvent struct {
	At          time.Time
	Label       string // "" when the label was deleted since
	Description string // of the label
	Added       bool
}

// A StateEvent is the closing or reopening of an issue.
type StateEvent struct {
	At    time.Time
	State string // Closed, or "reopened"
}

// An IssueFilter narrows a listing of issues. Zero fields do not narrow.
type IssueFilter struct {
	Author int64  // id of a user
	Type   string // TypeIssue or TypeTask
	Latest int    // so many at most, those that changed last, the latest first; 100 is the most
}

// IssueWrite holds the fields of an issue or task to be set. Nil fields stay as they are.
type IssueWrite struct {
	Title        *safe.Line
	Description  *safe.Markdown
	AddLabels    []safe.Line
	RemoveLabels []string // names as GitLab told them
	AssigneeIDs  *[]int64
	Confidential *bool
	DueDate      *string // "" takes the date away
	State        *string // Opened or Closed
	Parent       int64   // of tasks alone: the issue that it is to be a child of; 0 to leave it
	Beside       *Beside // of tasks alone
}

// Beside is a place among the children of an issue: next to another child.
type Beside struct {
	ID     int64 // of the other child
	Before bool  // else after it
}

// LabelWrite holds the fields of a label to be made or changed. Nil fields stay as they are.
type LabelWrite struct {
	Name        *safe.Line
	Color       *string // "#RRGGBB"
	Description *safe.Line
	Priority    *int
}
