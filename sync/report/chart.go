package report

import (
	"fmt"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// Sizes of a drawing. A page shows it as wide as there is room.
const (
	chartWidth = 520
	letter     = 7  // as wide as a letter is in most fonts, and a little more
	barHeight  = 26 // with the gap to the next
	rowGap     = 8
	legend     = 28
	longestBar = 20 // bars of a chart
	longestKey = 26 // characters of a bar's name
)

// A chart is a drawing with what it says in words.
type chart struct {
	Title   string
	Alt     string
	drawing g.Node
}

// A bar is a row of a bar chart, with a value for each series.
type bar struct {
	name   string
	values []float64
}

// bars draws bars that lie, the first on top, each with its value. Stacked ones stand behind each
// other. The colours are in the style sheet, and the font is the reader's.
func bars(title string, series []string, rows []bar, stacked bool) chart {
	rows = rows[:min(len(rows), longestBar)]
	var says []string
	longest, most := 0, 1.0
	for _, row := range rows {
		longest = max(longest, textWidth(short(row.name, longestKey)))
		var parts []string
		sum := 0.0
		for s, v := range row.values {
			parts = append(parts, strings.TrimSpace(series[s]+" "+value(v)))
			sum += v
			if most = max(most, v); stacked {
				most = max(most, sum)
			}
		}
		says = append(says, line(row.name)+": "+strings.Join(parts, ", "))
	}
	left := longest + 16
	scale := (chartWidth - float64(left) - 60) / most // 60 for the value at the end of the bar
	var shapes g.Group
	y := 0
	if len(series) > 1 {
		x := left
		for s, name := range series {
			shapes = append(shapes, rect(s, float64(x), 6, 12, 12), words(x+18, 17, name, "start"))
			x += textWidth(name) + 42
		}
		y = legend
	}
	for _, row := range rows {
		top := y
		x := float64(left)
		var ends []string
		for s, v := range row.values {
			shapes = append(shapes, rect(s, x, y, v*scale, barHeight-4))
			ends = append(ends, value(v))
			if stacked {
				x += v * scale
				continue
			}
			shapes = append(shapes, words(left+int(v*scale)+6, y+16, value(v), "start"))
			y += barHeight
		}
		if stacked {
			shapes = append(shapes, words(int(x)+6, y+16, strings.Join(ends, " + "), "start"))
			y += barHeight
		}
		shapes = append(shapes, words(left-8, (top+y)/2+3, short(row.name, longestKey), "end"))
		y += rowGap
	}
	svg := g.El("svg", g.Attr("viewBox", fmt.Sprintf("0 0 %d %d", chartWidth, y)), block(shapes))
	return chart{title, title + ". " + strings.Join(says, "; "), svg}
}

// rect is a piece of a bar of a series.
func rect(series int, x float64, y int, width float64, height int) g.Node {
	return g.El("rect", h.Class(fmt.Sprintf("series%d", series+1)), g.Attr("x", fmt.Sprintf("%.1f", x)), g.Attr("y", strconv.Itoa(y)),
		g.Attr("width", fmt.Sprintf("%.1f", width)), g.Attr("height", strconv.Itoa(height)))
}

// words are a text that begins or ends at x.
func words(x, y int, text, anchor string) g.Node {
	return g.El("text", g.Attr("x", strconv.Itoa(x)), g.Attr("y", strconv.Itoa(y)), g.Attr("text-anchor", anchor), g.Text(text))
}

// textWidth is about how wide a text is: signs of East Asia take the room of two letters.
func textWidth(text string) int {
	n := 0
	for _, r := range text {
		if n += letter; r >= 0x1100 {
			n += letter
		}
	}
	return n
}

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
