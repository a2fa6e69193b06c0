package rolepage

import "strings"

// A wordMap is a map by words for places where most words that are asked for are none of its: the
// first letter and the length mostly tell.
type wordMap[V any] struct {
	lengths [32]uint32 // by the last bits of the first byte, a bit for each length of a word
	values  map[string]V
}

func newWordMap[V any](values map[string]V) *wordMap[V] {
	m := &wordMap[V]{values: values}
	for word := range values {
		m.lengths[word[0]&31] |= 1 << min(len(word), 31)
	}
	return m
}

// of is the value of a word; the zero value where the word is none of the map.
func (m *wordMap[V]) of(word string) (value V) {
	if word == "" || m.lengths[word[0]&31]&(1<<min(len(word), 31)) == 0 {
		return value
	}
	return m.values[word]
}

// set is a set of words, which are parted by blanks.
func set(words string) *wordMap[bool] {
	values := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		values[w] = true
	}
	return newWordMap(values)
}
