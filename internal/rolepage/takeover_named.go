package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// What a sentence takes over is plain without the forms of takes where it calls a level of the page by its name and has
// hardly any words besides that are not of this kind of sentence: "Everything in the Baker list", "Those of the Baker stay
// in force. New here:".

// mostStray is how many other words such a sentence may have, one less where no more comes.
const mostStray = 2

// namesLevel is the level that a text takes over from by such a sentence.
func (h *heir) namesLevel(text string, lv *hiring.Level) *hiring.Level {
	if !takingOver.in(text) {
		return nil
	}
	return h.readNaming(text, lv)
}

// readNaming reads a text that has one of the cues.
func (h *heir) readNaming(text string, lv *hiring.Level) *hiring.Level {
	if len(h.levels) < 2 || len(h.levels) > mostLevels {
		return nil
	}
	said := firstClause(text)
	var few [mostWords]string
	words := sentenceWords(few[:0], said)
	if len(words) > mostWords/4 {
		return nil
	}
	if slices.ContainsFunc(words, negates.of) {
		return nil
	}
	one := singular(words)
	of, from, to := h.nameIn(one, lv)
	if of == nil {
		return nil
	}
	// Whoever is named again, as subject, is not among the other words.
	own := singular(tokens(lv.Name))
	whose, stray, begins := false, 0, unknown
	for at := 0; at < len(words); {
		if at == from {
			if at == 0 {
				begins = noun // it begins with the name
			}
			at = to
			continue
		}
		c, n := classAt(words[at:])
		if c == unknown && alsoAsked.of(one[at]) {
			c = noun
		}
		switch c {
		case noun, wholes, standIn:
			whose = true
		case whole:
			whose = whose || words[at] == "same" || words[at] == "identical" || words[at] == "unchanged"
		case unknown, stop:
			if !slices.Contains(own, one[at]) {
				stray++
			}
		default:
		}
		if at == 0 {
			begins = c
		}
		at += n
	}
	goesOn := len(said) < len(text) || strings.HasSuffix(strings.TrimRight(said, " ,"), " and") || strings.HasSuffix(said, ",")
	if !goesOn {
		stray++
	}
	if !whose || stray > mostStray || begins == unknown && !goesOn && !slices.Contains(own, one[0]) {
		return nil
	}
	return of
}

// alsoAsked are other words, in the singular, for what is asked.
var alsoAsked = set("requirement responsibility list duty thing task")

// negates are words with which a sentence takes nothing over.
var negates = set("not no never without instead except unlike t")

// nameIn is the level whose name stands among words, the longest of several, and where. A rank stands for the only level
// that has it.
func (h *heir) nameIn(words []string, but *hiring.Level) (of *hiring.Level, from, to int) {
	for i, other := range h.levels {
		name := h.singulars()[i]
		if len(name) <= to-from {
			continue
		}
		if at := placeOf(name, words); at >= 0 {
			of, from, to = other, at, at+len(name)
		}
	}
	if of == but {
		return nil, 0, 0
	}
	for at := 0; of == nil && at < len(words); at++ {
		if !grades.of(words[at]) && words[at] != "intermediate" {
			continue
		}
		has := 0
		for i, other := range h.levels {
			if name := h.singulars()[i]; other != but && other.Kind == but.Kind && other.Role == but.Role && slices.Contains(name, words[at]) {
				of, has = other, has+1
			}
		}
		if has != 1 {
			return nil, 0, 0
		}
		from, to = at, at+1
	}
	return of, from, to
}

// singulars are the names of the levels in words, as one of several has them.
func (h *heir) singulars() [][]string {
	if h.singular == nil {
		for _, lv := range h.levels {
			h.singular = append(h.singular, singular(tokens(lv.Name)))
		}
	}
	return h.singular
}
