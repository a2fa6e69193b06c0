package opening

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/team"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A pick is somebody who was chosen for a step out of the people with a title. Open and of are those of
// the day of the choice: they say why it was this one, and stay as they are.
type pick struct {
	title string // as the page writes it
	user  string
	open  int // interviews that were open for this person
	of    int // people to choose from

	pool    team.Pool
	account forge.User // with its number where that is known
}

// picksText writes the picks that were made, for a mark.
func picksText(picks []pick) string {
	var list []string
	for _, p := range picks {
		if p.user != "" {
			list = append(list, fmt.Sprintf("%s:%d:%d:%s", p.user, p.open, p.of, strings.ReplaceAll(p.title, ";", ",")))
		}
	}
	return strings.Join(list, ";")
}

func readPicks(s string) []pick {
	var picks []pick
	for one := range strings.SplitSeq(s, ";") {
		if f := strings.SplitN(one, ":", 4); len(f) == 4 {
			p := pick{user: f[0], title: f[3]}
			p.open, _ = strconv.Atoi(f[1]) // 0 does no harm
			p.of, _ = strconv.Atoi(f[2])
			picks = append(picks, p)
		}
	}
	return picks
}

// A vacancy is a step that still needs somebody with a title.
type vacancy struct {
	p    *position
	step *wishedStep
	at   int // in the picks of the step
}

// staff finds people for the steps for which the opening names nobody. Somebody who was chosen once stays
// chosen as long as the title is theirs; a task that people have given to somebody else is left to them.
func (r *run) staff(ctx context.Context, there world) error {
	load := r.load(there)
	var vacancies []vacancy
	for _, p := range r.wish.positions {
		if !p.open() {
			continue
		}
		tasks := map[int]*task{}
		if plan := there.plans[p.id()]; plan != nil {
			pairs, _ := match(p.steps, plan.steps)
			for _, pr := range pairs {
				tasks[pr.step.number] = pr.task
			}
		}
		for i := range p.steps {
			s := &p.steps[i]
			for _, at := range p.picks(r.wish.team, s, tasks[s.number]) {
				vacancies = append(vacancies, vacancy{p, s, at})
			}
		}
	}
	users, err := r.candidates(ctx, vacancies, load)
	if err != nil {
		return err
	}
	for _, v := range vacancies {
		r.choose(v, users, load)
	}
	for _, p := range r.wish.positions {
		for i := range p.steps {
			for _, one := range p.steps[i].picks {
				if one.user != "" {
					p.meet(&p.steps[i], one.account, r.wish.team)
				}
			}
		}
	}
	return nil
}

// picks fills in the picks of a step as far as they are known already, and gives the places of the
// others.
func (p *position) picks(directory *team.Directory, s *wishedStep, t *task) (open []int) {
	if !s.step.Kind.Meeting() {
		return nil
	}
	var last []pick
	if t != nil {
		last = slices.Clone(t.memory.picked)
	}
	theirs := t != nil && p.reassigned(*t)
	used := map[string]bool{}
	c := team.Context{HiringManager: p.opening.HiringManager, Recruiter: p.opening.Recruiter, Department: department(p.opening.Page)}
	for _, title := range s.step.With {
		if p.named(s, title) {
			continue
		}
		one := pick{title: title, pool: directory.Find(title, c)}
		// The person who was chosen for this title, or for another wording of it.
		at := slices.IndexFunc(last, func(old pick) bool {
			switch inPool := one.pool.Has(old.user); {
			case used[old.user]:
				return false
			case inPool:
				return true
			case !strings.EqualFold(old.title, strings.ReplaceAll(title, ";", ",")):
				return false
			case t.done():
				return true // whoever it is now, this is who it was
			case one.pool.Single:
				return false // the opening names somebody else now
			default:
				return len(one.pool.People) == 0 || theirs
			}
		})
		switch {
		case at >= 0:
			one.user, one.open, one.of = last[at].user, last[at].open, last[at].of
			used[one.user] = true
			one.account = forge.User{Username: one.user}
			if i := slices.IndexFunc(t.issue.Assignees, func(u forge.User) bool { return strings.EqualFold(u.Username, one.user) }); i >= 0 {
				one.account = t.issue.Assignees[i]
			}
			last = slices.Delete(last, at, at+1)
		case len(one.pool.People) == 0:
			continue
		case t != nil && t.done():
			// It is over.
		case t != nil && !one.pool.Single && (theirs || len(t.memory.people) == 0 && len(t.issue.Assignees) > 0):
			// People have found somebody. Whom the opening names is merged with theirs all the same.
		default:
			open = append(open, len(s.picks))
		}
		s.picks = append(s.picks, one)
	}
	return open
}

// reassigned reports whether people have given a task to others than roleplan did.
func (p *position) reassigned(t task) bool {
	if t.issue.ID == 0 || len(t.memory.people) == 0 {
		return false // a box, or nobody's
	}
	have := make([]string, len(t.issue.Assignees))
	for i, u := range t.issue.Assignees {
		have[i] = strings.ToLower(u.Username)
	}
	want := strings.Split(strings.ToLower(strings.Join(t.memory.people, ",")), ",")
	slices.Sort(have)
	slices.Sort(want)
	return !slices.Equal(have, want)
}

// named reports whether the opening itself names people for a title of a step.
func (p *position) named(s *wishedStep, title string) bool {
	for key, users := range p.opening.Interviewers {
		if len(users) > 0 && (key == strconv.Itoa(s.number) || strings.EqualFold(key, title)) {
			return true
		}
	}
	return false
}

// meet adds somebody to those who meet the candidate in a step, by the name that the directory has.
func (p *position) meet(s *wishedStep, u forge.User, directory *team.Directory) {
	if _, known := p.people[u.Username]; !known {
		person, _ := directory.Person(u.Username)
		p.people[u.Username] = forge.User{ID: u.ID, Username: u.Username, Name: person.Name}
	}
	if !slices.ContainsFunc(s.people, func(o forge.User) bool { return strings.EqualFold(o.Username, u.Username) }) {
		s.people = append(s.people, u)
	}
}

// load counts the open interviews of everybody, by user name in lower case.
func (r *run) load(there world) map[string]int {
	load := map[string]int{}
	for _, plan := range there.plans {
		for _, t := range plan.steps {
			switch {
			case t.issue.State != forge.Opened || !hiring.StepKind(t.memory.kind).Meeting():
			case t.issue.ID == 0:
				for _, name := range t.memory.people {
					load[strings.ToLower(name)]++
				}
			default:
				for _, u := range t.issue.Assignees {
					load[strings.ToLower(u.Username)]++
				}
			}
		}
	}
	return load
}

// shortlist is how many of a pool are looked up on GitLab: those with the fewest interviews.
const shortlist = 20

// byLoad are the people of a pool whom GitLab may know, those with the fewest interviews first.
func byLoad(pool team.Pool, load map[string]int) []team.Person {
	list := slices.DeleteFunc(slices.Clone(pool.People), func(p team.Person) bool { return p.Username == "" })
	slices.SortStableFunc(list, func(a, b team.Person) int {
		return cmp.Compare(load[strings.ToLower(a.Username)], load[strings.ToLower(b.Username)])
	})
	return list
}

// candidates finds the accounts of those who may be chosen, all with one call or a few.
func (r *run) candidates(ctx context.Context, vacancies []vacancy, load map[string]int) (map[string]forge.User, error) {
	var names []string
	for _, v := range vacancies {
		list := byLoad(v.step.picks[v.at].pool, load)
		for _, p := range list[:min(len(list), shortlist)] {
			names = append(names, p.Username)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	users, err := r.gitlab.UsersByName(ctx, slices.Compact(names))
	if err != nil {
		return nil, fmt.Errorf("look up people of the team directory: %w", err)
	}
	return users, nil
}

// choose gives a step to the person of a pool with the fewest open interviews.
func (r *run) choose(v vacancy, users map[string]forge.User, load map[string]int) {
	one := &v.step.picks[v.at]
	list := byLoad(one.pool, load)
	for _, person := range list[:min(len(list), shortlist)] {
		key := strings.ToLower(person.Username)
		u, ok := users[key]
		switch {
		case slices.ContainsFunc(v.step.picks, func(o pick) bool { return strings.EqualFold(o.user, person.Username) }):
		case !ok:
			r.unknown(person, fmt.Sprintf("gitlab: nobody on GitLab is called %q; correct the user name", person.Username))
		case u.State != "" && u.State != "active":
			r.unknown(person, fmt.Sprintf("gitlab: the account %q is %s", person.Username, u.State))
		default:
			one.user, one.account, one.of = u.Username, u, len(one.pool.People)
			if !one.pool.Single {
				one.open = load[key] // else it decides nothing
			}
			load[key]++
			return
		}
	}
}

// unknown tells once of somebody whom GitLab does not know. Those whom an opening names are told of there.
func (r *run) unknown(person team.Person, message string) {
	if person.File == "" {
		return
	}
	problem := plan.Problem{File: person.File, Line: person.Line, Message: message}
	if !slices.Contains(r.plan.Problems, problem) {
		r.plan.Problems = append(r.plan.Problems, problem)
	}
}

// why tells people how somebody came to a step.
func (p *position) why(one pick) safe.Value {
	who, why := safe.Text(p.person(one.user)), safe.Text(or(one.pool.Why, "with this title"))
	switch {
	case one.of > 1 && one.open == 1:
		return safe.Phrase("%s, who has 1 open interview, the fewest of %s people %s", who, safe.Num(one.of), why)
	case one.of > 1:
		return safe.Phrase("%s, who has %s open interviews, the fewest of %s people %s", who, safe.Num(one.open), safe.Num(one.of), why)
	case one.pool.Single:
		return safe.Phrase("%s, %s", who, why)
	}
	return safe.Phrase("%s, the only one %s", who, why)
}

// others are the names of the people of a pool, the first of them.
func others(one pick) string {
	const most = 20
	var names []string
	for i, p := range one.pool.People {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(one.pool.People)-most))
			break
		}
		name := or(p.Name, p.Username)
		if p.Username != "" && p.Name != "" {
			name = fmt.Sprintf("%s (%s)", p.Name, p.Username)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
