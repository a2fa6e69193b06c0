package thread

// A matching says which thread belongs to which finding.
type matching struct {
	of      []*Thread // by number of the finding; nil for one without a thread
	doubled []*Thread // younger ones for a finding that has one
	gone    []*Thread // for findings that are there no more
}

// match finds for every thread its finding. The page may have been renamed since the thread was
// begun: GitLab moves the position along, and the mark holds the path of that time.
func match(want []Wanted, have []Thread, pages map[string]bool) matching {
	m := matching{of: make([]*Thread, len(want))}
	byID := map[string][]int{}
	for i, w := range want {
		byID[w.ID] = append(byID[w.ID], i)
	}
	for n := range have {
		t := &have[n]
		best, nearest, taken := -1, 0, false
		for _, i := range byID[t.ID] {
			near := nearness(want[i], t)
			switch {
			case near == 0:
			case m.of[i] != nil:
				taken = true
			case near > nearest:
				best, nearest = i, near
			}
		}
		switch {
		case best >= 0:
			m.of[best] = t
		case taken:
			m.doubled = append(m.doubled, t)
		default:
			m.gone = append(m.gone, t)
		}
	}
	m.follow(want, byID, pages)
	return m
}

// nearness is how surely a thread is on a page; 0 when it is not.
func nearness(w Wanted, t *Thread) int {
	switch {
	case t.Position.NewPath == w.Page:
		return 3
	case t.Page == w.Page:
		return 2
	case t.Page == w.OldPage:
		return 1
	}
	return 0
}

// follow finds the threads of pages that were moved in a way that GitLab lost: new in the merge
// request and then renamed, changed so much that it takes the page for another one, or mixed up
// with a page much like it. A finding that can only be the same one keeps its thread.
func (m *matching) follow(want []Wanted, byID map[string][]int, pages map[string]bool) {
	lost := func(t *Thread) bool {
		var free []int
		for _, i := range byID[t.ID] {
			if w := want[i]; m.of[i] == nil && (w.Added || w.Page != w.OldPage) {
				free = append(free, i)
			}
		}
		if pages[t.Page] || len(free) != 1 {
			return true
		}
		m.of[free[0]] = t
		return false
	}
	m.gone = kept(m.gone, lost)
	m.doubled = kept(m.doubled, lost)
}

// kept are the threads that f holds for.
func kept(threads []*Thread, f func(*Thread) bool) []*Thread {
	var list []*Thread
	for _, t := range threads {
		if f(t) {
			list = append(list, t)
		}
	}
	return list
}
