package review

import (
	"hash/fnv"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// The reconciler remembers a little to save calls. Nothing depends on it: with all of it lost,
// the same is done with more reading.
const (
	// settingsAge is how long a project's configuration is used before it is read again.
	settingsAge = time.Minute
	// absenceAge is how long it is believed that a merge request has no note of ours. Another
	// replica may have written one.
	absenceAge = time.Hour
	// planlessAge is how long it is believed that the files of a commit ask for no plan. Another
	// configuration may look for openings elsewhere.
	planlessAge = time.Hour
	// refusalAge is how long it is believed that the token's user may resolve nothing in a project.
	refusalAge = time.Hour
	// planAge is how long a plan is used of which no issue has changed. Labels and boards may have.
	planAge = settingsAge
	// maxPlans bounds the plans that are remembered.
	maxPlans = 200
	// teamAge is how long a team directory is used before it is read again.
	teamAge = 10 * time.Minute
	// maxAbsences and maxKept bound the memory.
	maxAbsences = 10_000
	maxKept     = 16 << 20
	// maxSites bounds the commits of which it is known where links lead to.
	maxSites = 20
)

type memory struct {
	mu        sync.Mutex
	settings  map[int64]remembered
	absences  map[reconcile.Key]absence
	refusals  map[int64]time.Time
	teams     map[int64]knownTeam
	pages     map[requestKey]*headPages
	pageBytes int // of all
	planless  map[commitKey]time.Time
	plans     map[requestKey]knownPlan
	sites     map[commitKey]*site
}

// A requestKey names a merge request.
type requestKey struct{ project, iid int64 }

// A knownPlan is what a merge request was found to ask for.
type knownPlan struct {
	head  string
	conf  *repoconf.Config
	plan  plan.Plan
	sight plan.Sight
	made  time.Time
}

type remembered struct {
	settings
	read time.Time
}

// A knownTeam is a team directory as it was read.
type knownTeam struct {
	*plan.Team
	read time.Time
}

// An absence is the knowledge that a merge request with these changes has no note of ours.
type absence struct {
	changes uint64
	seen    time.Time
}

// headPages are the files that were read for a merge request while it had this head. With another head they are not
// asked for again.
type headPages struct {
	head  string
	files map[fileKey][]byte
	bytes int
}

// A fileKey names a file at a commit, whose content never changes.
type fileKey struct{ path, commit string }

// A commitKey names a commit, whose files never change.
type commitKey struct {
	project int64
	commit  string
}

func newMemory() *memory {
	return &memory{
		planless: map[commitKey]time.Time{}, plans: map[requestKey]knownPlan{}, settings: map[int64]remembered{}, absences: map[reconcile.Key]absence{}, refusals: map[int64]time.Time{}, teams: map[int64]knownTeam{},
		pages: map[requestKey]*headPages{}, sites: map[commitKey]*site{},
	}
}

func (m *memory) settingsOf(project int64, now time.Time) (settings, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.settings[project]
	return r.settings, ok && now.Sub(r.read) < settingsAge
}

func (m *memory) keepSettings(project int64, s settings, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settings[project] = remembered{s, now}
}

// absent reports whether the merge request is known to have no note of ours. A changed list
// of files may mean that it had one meanwhile.
func (m *memory) absent(k reconcile.Key, changes []forge.ChangedFile, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.absences[k]
	return ok && a.changes == digest(changes) && now.Sub(a.seen) < absenceAge
}

func (m *memory) keepAbsence(k reconcile.Key, changes []forge.ChangedFile, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.absences) >= maxAbsences {
		clear(m.absences)
	}
	m.absences[k] = absence{digest(changes), now}
}

func (m *memory) forgetAbsence(k reconcile.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.absences, k)
}

// asksForNoPlan reports whether a commit is known to have no openings.
func (m *memory) asksForNoPlan(project int64, commit string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.planless[commitKey{project, commit}]
	return ok && now.Sub(at) < planlessAge
}

func (m *memory) keepPlanless(project int64, commit string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.planless) >= maxAbsences {
		clear(m.planless)
	}
	m.planless[commitKey{project, commit}] = now
}

// plan is the plan that was made for a merge request at this head with this very reading of the
// configuration.
func (m *memory) plan(k requestKey, head string, conf *repoconf.Config, now time.Time) (knownPlan, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.plans[k]
	return p, ok && p.head == head && p.conf == conf && now.Sub(p.made) < planAge
}

func (m *memory) keepPlan(k requestKey, p knownPlan) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.plans) >= maxPlans {
		clear(m.plans)
	}
	m.plans[k] = p
}

// mayNotResolve reports whether GitLab has lately let roleplan resolve nothing in a project.
func (m *memory) mayNotResolve(project int64, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.refusals[project]
	return ok && now.Sub(at) < refusalAge
}

func (m *memory) keepRefusal(project int64, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals[project] = now
}

func (m *memory) teamOf(project int64, now time.Time) (*plan.Team, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.teams[project]
	return known.Team, ok && now.Sub(known.read) < teamAge
}

func (m *memory) keepTeam(project int64, t *plan.Team, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.teams[project] = knownTeam{t, now}
}

func digest(changes []forge.ChangedFile) uint64 {
	h := fnv.New64a()
	for _, c := range changes {
		h.Write([]byte(c.OldPath + "\x00" + c.NewPath + "\x00" + c.Diff + "\x00"))
	}
	return h.Sum64()
}

func (m *memory) page(mr forge.MergeRequest, k fileKey) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.pages[requestKey{mr.ProjectID, mr.IID}]
	if known == nil {
		return nil, false
	}
	src, ok := known.files[k]
	return src, ok
}

func (m *memory) keepPage(mr forge.MergeRequest, k fileKey, src []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(src) > maxKept/4 {
		return
	}
	if m.pageBytes+len(src) > maxKept {
		clear(m.pages)
		m.pageBytes = 0
	}
	request := requestKey{mr.ProjectID, mr.IID}
	known := m.pages[request]
	if known == nil || known.head != mr.Diff.Head {
		if known != nil {
			m.pageBytes -= known.bytes
		}
		known = &headPages{head: mr.Diff.Head, files: map[fileKey][]byte{}}
		m.pages[request] = known
	}
	added := len(src) - len(known.files[k])
	known.files[k] = src
	known.bytes += added
	m.pageBytes += added
}

// site is what is known of a repository at a commit, nothing at first.
func (m *memory) site(project int64, commit string) *site {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := commitKey{project, commit}
	s := m.sites[k]
	if s == nil {
		if len(m.sites) >= maxSites {
			clear(m.sites)
		}
		s = newSite()
		m.sites[k] = s
	}
	return s
}
