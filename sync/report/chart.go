package report

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// The measures of a drawing. A page shows it as wide as there is room.
const (
	chartWidth = 520
	laneHeight = 22 // of a bar, and the room below it
	barHeight  = 18
	rowRoom    = 8  // between rows
	lineHeight = 24 // of the legend, and of the numbers at the axis
	valueRoom  = 40 // behind the longest bar, for its value
	letter     = 7  // no reader's font has much wider ones, on average
	mostTicks  = 6
	longestBar = 20 // bars of a chart
	longestKey = 26 // characters of a bar's name
)

// lanes are the classes of the series; the style sheet gives them their colours.
var lanes = []string{"first", "second"}

// A chart is a drawing with what it says in words.
type chart struct {
	Title string
	Alt   string
	svg   g.Node
}

// A bar is a row of a bar chart, with a value for each series.
type bar struct {
	name   string
	values []float64
}

// bars draws bars that lie, the first on top. Stacked ones stand behind each other.
func bars(title string, series []string, rows []bar, stacked bool) chart {
	rows = rows[:min(len(rows), longestBar)]
	var says []string
	longest, most := 0, 0.0
	for _, row := range rows {
		var parts []string
		for s, v := range row.values {
			parts = append(parts, strings.TrimSpace(series[s]+" "+value(v)))
		}
		says = append(says, line(row.name)+": "+strings.Join(parts, ", "))
		longest = max(longest, utf8.RuneCountInString(short(row.name, longestKey)))
		most = max(most, row.end(stacked))
	}
	a := axis{left: float64(longest*letter + 12), step: tick(most)}
	a.end = a.step * max(1, math.Ceil(most/a.step))

	var drawn g.Group
	y := 0
	if len(series) > 1 {
		drawn = append(drawn, legend(series, a.left))
		y += lineHeight
	}
	top := y
	for _, row := range rows {
		y += rowRoom
		height := laneHeight
		if !stacked {
			height *= len(row.values)
		}
		drawn = append(drawn, text(a.left-8, y+height/2, "end", short(row.name, longestKey)), a.row(row, y, stacked))
		y += height
	}
	y += rowRoom
	svg := g.El("svg", g.Attr("xmlns", "http://www.w3.org/2000/svg"), g.Attr("viewBox", "0 0 "+strconv.Itoa(chartWidth)+" "+strconv.Itoa(y+lineHeight)),
		a.grid(top, y), drawn)
	return chart{title, title + ". " + strings.Join(says, "; "), svg}
}

// end is where the longest of the bars ends.
func (b bar) end(stacked bool) float64 {
	if !stacked {
		return slices.Max(b.values)
	}
	sum := 0.0
	for _, v := range b.values {
		sum += v
	}
	return sum
}

// An axis goes from 0 to its end, with a number at each step.
type axis struct{ left, step, end float64 }

// tick is the step of an axis: whole, and easy to count in.
func tick(most float64) float64 {
	step := 1.0
	for i := 0; most > step*mostTicks; i++ {
		step *= []float64{2, 2.5, 2}[i%3] // 1, 2, 5, 10
	}
	return step
}

// at is where a value stands.
func (a axis) at(v float64) float64 { return a.left + v/a.end*(chartWidth-valueRoom-a.left) }

// grid draws a line and a number at each step.
func (a axis) grid(top, bottom int) g.Node {
	var lines g.Group
	for v := 0.0; v <= a.end; v += a.step {
		x := pixels(a.at(v))
		lines = append(lines,
			g.El("line", g.Attr("x1", x), g.Attr("x2", x), g.Attr("y1", strconv.Itoa(top)), g.Attr("y2", strconv.Itoa(bottom))),
			text(a.at(v), bottom+lineHeight/2, "middle", value(v)))
	}
	return lines
}

// row draws the bars of a row from a height on downwards, with their values where they do not stand
// behind each other.
func (a axis) row(b bar, y int, stacked bool) g.Node {
	var parts g.Group
	from := 0.0
	for s, v := range b.values {
		parts = append(parts, rect(lanes[s], a.at(from), y+(laneHeight-barHeight)/2, a.at(from+v)-a.at(from)))
		if stacked {
			from += v
			continue
		}
		parts = append(parts, text(a.at(v)+6, y+laneHeight/2, "start", value(v)))
		y += laneHeight
	}
	return parts
}

// legend says what the colours mean.
func legend(series []string, x float64) g.Node {
	var parts g.Group
	for s, name := range series {
		parts = append(parts, rect(lanes[s], x, (lineHeight-barHeight)/2, barHeight), text(x+barHeight+6, lineHeight/2, "start", name))
		x += barHeight + float64(utf8.RuneCountInString(name)*letter) + 30
	}
	return parts
}

func rect(class string, x float64, y int, width float64) g.Node {
	return g.El("rect", h.Class(class), g.Attr("x", pixels(x)), g.Attr("y", strconv.Itoa(y)), g.Attr("width", pixels(width)), g.Attr("height", strconv.Itoa(barHeight)))
}

// text writes words whose start, middle or end is at x, and their middle at y.
func text(x float64, y int, anchor, words string) g.Node {
	return g.El("text", g.Attr("x", pixels(x)), g.Attr("y", strconv.Itoa(y)), g.Attr("text-anchor", anchor), g.Text(words))
}

func pixels(v float64) string { return value(math.Round(10*v) / 10) }

// value writes a number without needless decimals.
func value(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// charts draws what there is to draw.
func (r *Report) charts() []chart {
	var there, times, load []bar
	for _, s := range r.Stages {
		if s.Openings > 0 {
			there = append(there, bar{s.Name, []float64{float64(s.Openings)}})
		}
		if s.Time.Count > 0 {
			times = append(times, bar{s.Name, []float64{*s.Time.Median, *s.Time.P90}})
		}
	}
	for _, p := range r.People {
		if p.Ahead > 0 {
			load = append(load, bar{p.text(), []float64{float64(p.Now), float64(p.Ahead - p.Now)}})
		}
	}
	var out []chart
	for _, c := range []struct {
		title   string
		series  []string
		rows    []bar
		stacked bool
	}{
		{"Openings by stage", []string{""}, there, false},
		{"Days in stage", []string{"median", "90th percentile"}, times, false},
		{"Interviews ahead", []string{"next up", "later"}, load, true},
	} {
		if len(c.rows) == 0 {
			continue
		}
		out = append(out, bars(c.title, c.series, c.rows, c.stacked))
	}
	return out
}
