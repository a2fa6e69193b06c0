package plan

import (
	"time"

	"gitlab.com/roleplan/roleplan/internal/team"
)

// Known is what was read already of a repository at the commit that a plan is made for. It saves calls:
// what is not in it is read.
type Known struct {
	Files   map[string][]byte // nil for one that is not there
	Folders map[string]bool   // likewise, whether they are there
	Team    *Team             // nil when it was not read
}

// A Team is what was read of the team directory.
type Team struct {
	People   *team.Directory // nil where there is none
	Warnings []team.Warning
}

// A Sight is by what it is found out with one call whether the issues that a plan was compared with have
// changed since: when the latest of them changed, the latest first. All times are GitLab's, so that no
// clocks are compared. The zero value is that of a plan that has to be made anew.
type Sight struct {
	Project int64 // that the issues are in
	Changed []time.Time
}

// SightSize is the number of issues whose changes a Sight holds. One that changes goes to the front, and
// one that goes away leaves its place to another, so that few are enough; several, should the clocks
// of GitLab's own machines differ.
const SightSize = 20
