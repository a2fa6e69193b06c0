package rolepage

import (
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var numberWords = newWordMap(map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "single": 1,
	"fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
})

// minutesOf are the units of time that meetings are measured in.
var minutesOf = newWordMap(map[string]float64{
	"minute": 1, "minutes": 1, "min": 1, "mins": 1, "minute-long": 1, "m": 1,
	"hour": 60, "hours": 60, "hr": 60, "hrs": 60, "h": 60, "hour-long": 60,
})

// mostMeetings is the highest number that counts meetings or people. "500 words" does not.
const mostMeetings = 20

// An amount is a number or a range of numbers in a sentence: "2", "two", "2-3", "1 or 2", "up to
// 3", "45 to 60 minutes".
type amount struct {
	min, max int
	from, to int  // tokens, half-open
	open     bool // "at least 2", "2 or more": no upper end
	minutes  bool // a length of time, no count
}

// bounds is an amount as a range; nil when it has no upper end.
func (a amount) bounds() *hiring.Bounds {
	if a.open && !a.minutes {
		return nil
	}
	return &hiring.Bounds{Min: a.min, Max: a.max}
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

// amountAt reads the number or the range that begins at a token.
func amountAt(ts []token, i int) (amount, bool) {
	a := amount{from: i}
	if !mayCount(low(ts, i)) {
		return a, false
	}
	upTo := false
	switch {
	case has(ts, i, "no", "more", "than"):
		i, upTo = i+3, true
	case has(ts, i, "up", "to"), has(ts, i, "at", "most"):
		i, upTo = i+2, true
	case has(ts, i, "maximum", "of"):
		i, upTo = i+2, true
	case has(ts, i, "as", "many", "as"):
		i, upTo = i+3, true
	case has(ts, i, "at", "least"), has(ts, i, "more", "than"), has(ts, i, "minimum", "of"):
		i, a.open = i+2, true
	case has(ts, i, "between"):
		i++
	}
	from, unit, next, ok := quantity(ts, i)
	if !ok {
		return a, false
	}
	to := from
	if has(ts, next, "-", "to", "-") {
		next += 2 // "30-to-45-minute"
	}
	if rangeMarks.of(low(ts, next)) {
		high, highUnit, after, ok := quantity(ts, next+1)
		if ok && highUnit >= min(unit, 1) && !countsMinutes(from, unit, high, highUnit) {
			if unit == 0 && highUnit > 0 {
				from, unit = from*highUnit, highUnit // "1-1.5 hours"
			}
			if high >= from {
				to, next = high, after
			} else {
				to = from
			}
		}
	}
	a.min, a.max, a.minutes = int(from), int(to), unit > 0
	switch {
	case has(ts, next, "or", "more"):
		a.open, next = true, next+2
	case low(ts, next) == "+":
		a.open, next = true, next+1
	}
	if upTo {
		a.min = 1
		if a.minutes {
			a.min = 0
		}
	}
	a.to = next
	return a, a.minutes || a.max <= mostMeetings
}

// mayCount reports whether a word may begin an amount, as few do: this is asked of all words.
func mayCount(word string) bool {
	return word != "" && (isDigit(word[0]) || numberWords.of(word) > 0 || beforeNumbers.of(word) || strings.IndexByte(word, '-') > 0)
}

var beforeNumbers = set("up no maximum as at more minimum between half a an")

// rangeMarks stand between the two numbers of a range.
var rangeMarks = set("- to or / and")

// countsMinutes reports whether the first of two numbers counts meetings and only the second
// tells their length: "2 - 30 minute interviews".
func countsMinutes(from, unit, high, highUnit float64) bool {
	return unit == 0 && highUnit == 1 && from <= 5 && high >= 15
}

// quantity reads a number with the unit of time that may follow it. With a unit the value is
// in minutes; without one the unit is 0.
func quantity(ts []token, i int) (value, unit float64, next int, ok bool) {
	word := low(ts, i)
	if word == "" {
		return 0, 0, i, false
	}
	if v, ok := compoundLength(word); ok {
		return v, 60, i + 1, true // "one-hour", "half-hour", "hour-long"
	}
	if word == "half" {
		for i++; low(ts, i) == "an" || low(ts, i) == "a" || low(ts, i) == "-"; {
			i++
		}
		return 30, 60, i + 1, minutesOf.of(low(ts, i)) == 60
	}
	value = numberWords.of(word)
	switch {
	case (word == "an" || word == "a") && minutesOf.of(low(ts, i+1)) == 60 && low(ts, i+1) != "hour-long" && ts[i+1].text != "HR": // "an HR Partner"
		value = 1
	case value > 0:
	case !ts[i].number():
		return 0, 0, i, false
	default:
		f, err := strconv.ParseFloat(word, 64)
		if err != nil || f <= 0 || f > 1000 || ordinalEnds.of(low(ts, i+1)) && ts[i+1].at == ts[i].end() {
			return 0, 0, i, false
		}
		value = f
	}
	next = i + 1
	if low(ts, next) == "x" {
		return value, 0, next + 1, true // "2x 45 minutes"
	}
	if has(ts, next, "and", "a", "half") {
		value, next = value+0.5, next+3
	}
	at := next
	if low(ts, at) == "-" || low(ts, at) == "+" {
		at++
	}
	unit = minutesOf.of(low(ts, at))
	if unit == 0 || low(ts, at) == "hour-long" && low(ts, at-1) != "-" {
		return value, 0, next, true
	}
	value, next = value*unit, at+1
	if unit == 60 {
		value, next = halfHour(ts, value, next)
	}
	return value, unit, next, true
}

// halfHour adds what may follow whole hours: "an hour and a half", "1 hour and 30 minutes".
func halfHour(ts []token, value float64, next int) (total float64, after int) {
	if has(ts, next, "and", "a", "half") {
		return value + 30, next + 3
	}
	at := next
	if low(ts, at) == "and" {
		at++
	}
	if at < len(ts) && ts[at].number() {
		if more, unit, after, ok := quantity(ts, at); ok && unit == 1 && more < 60 {
			return value + more, after
		}
	}
	return value, next
}

var ordinalEnds = set("st nd rd th")

// compoundLength reads lengths written as one word, in minutes.
func compoundLength(word string) (float64, bool) {
	if word == "hour-long" {
		return 60, true
	}
	word = strings.TrimSuffix(word, "-long")
	number, unit, ok := strings.Cut(word, "-")
	if !ok {
		return 0, false
	}
	if number == "half" {
		return 30, minutesOf.of(unit) == 60 || unit == "an-hour"
	}
	if n := numberWords.of(number); n > 0 && minutesOf.of(unit) > 0 {
		return n * minutesOf.of(unit), true
	}
	return 0, false
}

// noLength are the words before or after a length of time that is not that of a meeting:
// "returned within 24 hours", "two hours before the call".
var noLength = struct{ before, after *wordMap[bool] }{set("within every past which"), set("before prior ahead apart notice beforehand earlier")}

// durationIn is the length of the meetings that a sentence tells: the range of all that are
// told, nil when none is. told is how many.
func durationIn(ts []token) (d *hiring.Bounds, told int) {
	return duration(ts, amounts(ts), 0)
}

// duration is that of the amounts from a token on.
func duration(ts []token, list []amount, from int) (d *hiring.Bounds, told int) {
	for _, a := range list {
		if a.from < from || !a.minutes || noLength.before.of(low(ts, a.from-1)) || noLength.after.of(low(ts, a.to)) || has(ts, a.to, "in", "advance") || partOf(ts, a) {
			continue
		}
		told++
		if d == nil {
			d = &hiring.Bounds{Min: a.min, Max: a.max}
		}
		d.Min, d.Max = min(d.Min, a.min), max(d.Max, a.max)
	}
	return d, told
}

// inMeetings are what a part of a meeting is left for.
var inMeetings = set("questions q&a feedback introductions")

// partOf reports whether a length of time is that of a part of a meeting: "the last 15 minutes are
// for questions", not "the last 15 minute interview".
func partOf(ts []token, a amount) bool {
	if next := low(ts, a.to); (next == "of" || next == "for") && inMeetings.of(low(ts, a.to+1)) {
		return true // "with 15 minutes for questions"
	}
	if low(ts, a.from-2) != "the" || !labels.of(low(ts, a.from-1)) || a.to >= len(ts) {
		return false
	}
	_, isStage := stageWord(ts, a.to)
	return !isStage && (ts[a.to].low == "are" || ts[a.to].low == "is" || ts[a.to].low == "will" || ts[a.to].low == "of")
}
