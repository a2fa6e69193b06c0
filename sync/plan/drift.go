package plan

import "fmt"

// Drift says in what a plan differs that was made before from the one that is made now: what it
// has that is not needed any more, what is needed now, and what would be written otherwise.
func Drift(before, now Plan) []string {
	type key struct{ verb, object, opening, title, url string }
	of := func(a Action) key { return key{string(a.Verb), string(a.Object), a.Opening, a.Title, a.URL} }
	digests := map[key][]string{}
	for _, a := range before.Actions {
		digests[of(a)] = append(digests[of(a)], a.Digest)
	}
	name := func(a Action) string {
		return fmt.Sprintf("%s: %s %s %q", orLabels(a.Opening), a.Verb, a.Object, line(a.Title))
	}
	var said []string
	for _, a := range now.Actions {
		list := digests[of(a)]
		switch {
		case len(list) == 0:
			said = append(said, name(a)+" is needed now ("+line(a.Why)+")")
			continue
		case list[0] != a.Digest:
			said = append(said, name(a)+" would write something else by now")
		}
		digests[of(a)] = list[1:]
	}
	for _, a := range before.Actions {
		if list := digests[of(a)]; len(list) > 0 {
			said = append(said, name(a)+" is not needed any more")
			digests[of(a)] = list[1:]
		}
	}
	return said
}
