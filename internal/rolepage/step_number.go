package rolepage

import (
	"strconv"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}

// minutesOf are the units of time that meetings are measured in.
var minutesOf = map[string]float64{
	"minute": 1, "minutes": 1, "min": 1, "mins": 1, "min.": 1, "minuten": 1, "hour": 60, "hours": 60, "hr": 60, "hrs": 60, "h": 60, "m": 1,
}

// An amount is a number or a range of numbers in a sentence: "2", "two", "2-3", "1 or 2", "up to 3".
type amount struct {
	min, max   float64
	from, to   int  // tokens, half-open
	open       bool // "at least 2", "2 or more": no upper end
	isDuration bool // a unit of time follows
	minutes    float64
}

// amounts finds all numbers of a sentence.
func amounts(ts []token) []amount {
	var list []amount
	for i := 0; i < len(ts); {
		a, ok := amountAt(ts, i)
		if !ok {
			i++
			continue
		}
		list = append(list, a)
		i = a.to
	}
	return list
}

// amountAt reads a number that begins at a token, with what belongs to it.
func amountAt(ts []token, i int) (amount, bool) {
	a := amount{from: i}
	lowest := false
	switch {
	case has(ts, i, "up", "to"):
		i, lowest = i+2, true
	case has(ts, i, "at", "least"), has(ts, i, "more", "than"):
		i, a.open = i+2, true
	}
	value, unit, next, ok := quantity(ts, i)
	if !ok {
		return a, false
	}
	a.min, a.max = value, value
	i = next
	for _, joint := range [][]string{{"-"}, {"to"}, {"or"}, {"and"}, {"/"}} {
		if !has(ts, i, joint...) {
			continue
		}
		high, highUnit, after, ok := quantity(ts, i+len(joint))
		// "from 45 min to an hour" is a range; "a 30 minute call and 2 interviews" is none.
		if !ok || joint[0] == "and" || high < value && (unit == 0 || unit == highUnit) {
			break
		}
		if unit != 0 && highUnit == 0 {
			break
		}
		a.max, i = high, after
		if unit == 0 {
			unit = highUnit
		} else if highUnit != unit {
			a.max = high * highUnit / unit
		}
		break
	}
	if has(ts, i, "or", "more") || has(ts, i, "+") {
		a.open = true
		i++
		if ts[i-1].low == "or" {
			i++
		}
	}
	if lowest {
		a.min = 1
	}
	if unit != 0 {
		a.isDuration, a.minutes = true, unit
		if lowest {
			a.min = 0
		}
	}
	a.to = i
	return a, true
}

// quantity reads a number with the unit of time that may follow it; unit is 0 without one.
func quantity(ts []token, i int) (value, unit float64, next int, ok bool) {
	if i >= len(ts) {
		return 0, 0, i, false
	}
	if ts[i].low == "half" {
		j := i + 1
		for has(ts, j, "an") || has(ts, j, "a") || has(ts, j, "-") {
			j++
		}
		if j < len(ts) && minutesOf[ts[j].low] == 60 {
			return 30, 1, j + 1, true
		}
		return 0, 0, i, false
	}
	if ts[i].low == "half-hour" {
		return 30, 1, i + 1, true
	}
	n, isWord := numberWords[ts[i].low]
	value = float64(n)
	if (ts[i].low == "an" || ts[i].low == "a") && i+1 < len(ts) && minutesOf[ts[i+1].low] == 60 {
		value, isWord = 1, true
	}
	if !isWord {
		f, err := strconv.ParseFloat(ts[i].low, 64)
		if err != nil || f <= 0 || f > 1000 {
			// "90-Minute" is one word where letters lead: "one-hour".
			if head, tail, found := cutWord(ts[i].low); found {
				return float64(head), tail, i + 1, true
			}
			return 0, 0, i, false
		}
		value = f
	}
	next = i + 1
	if has(ts, next, "x") {
		next++
	}
	unitAt := next
	if has(ts, unitAt, "-") || has(ts, unitAt, "+") {
		unitAt++
	}
	if unitAt < len(ts) {
		if m, isUnit := minutesOf[ts[unitAt].low]; isUnit {
			next = unitAt + 1
			value, unit = value*m, 1
			// "1 hour and 30 minutes"
			if m == 60 && has(ts, next, "and") {
				if more, u, after, ok := quantity(ts, next+1); ok && u != 0 && more < 60 {
					value, next = value+more, after
				}
			}
			return value, unit, next, true
		}
	}
	return value, 0, next, true
}

// cutWord reads "one-hour" and "two-minute".
func cutWord(w string) (n int, unit float64, ok bool) {
	for i := range len(w) {
		if w[i] == '-' {
			n, isNumber := numberWords[w[:i]]
			m, isUnit := minutesOf[w[i+1:]]
			return n * int(m), 1, isNumber && isUnit
		}
	}
	return 0, 0, false
}

// has reports whether words stand at a token.
func has(ts []token, i int, words ...string) bool {
	if i < 0 || i+len(words) > len(ts) {
		return false
	}
	for j, w := range words {
		if ts[i+j].low != w {
			return false
		}
	}
	return true
}

// durationIn is the length of the meetings that a sentence tells: the range of all that are
// told, nil when none is.
func durationIn(ts []token) *hiring.Bounds {
	var d *hiring.Bounds
	for _, a := range amounts(ts) {
		if !a.isDuration {
			continue
		}
		from, to := int(a.min), int(a.max)
		if d == nil {
			d = &hiring.Bounds{Min: from, Max: to}
		} else {
			d.Min, d.Max = min(d.Min, from), max(d.Max, to)
		}
	}
	return d
}
