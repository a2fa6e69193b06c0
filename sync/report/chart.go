package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"
)

const (
	chartWidth = 520 // of the drawing; a page shows it as wide as there is room
	barHeight  = 26
	longestBar = 20 // bars of a chart
	longestKey = 26 // characters of a bar's name
)

// The colours of a chart. The page's style sheet turns them into others on a dark screen, and
// knows them by these values.
var (
	chartText   = charts.Color{R: 31, G: 30, B: 36, A: 255}
	chartAxis   = charts.Color{R: 137, G: 136, B: 141, A: 255}
	chartGrid   = charts.Color{R: 220, G: 220, B: 222, A: 255}
	chartFirst  = charts.Color{R: 31, G: 117, B: 203, A: 255}
	chartSecond = charts.Color{R: 193, G: 125, B: 16, A: 255}
)

// A chart is a drawing with what it says in words.
type chart struct {
	Title string
	Alt   string
	svg   string
}

// A bar is a row of a bar chart, with a value for each series.
type bar struct {
	name   string
	values []float64
}

// bars draws bars that lie, the first on top. Stacked ones stand behind each other.
// The values are numbers of a unit.
func bars(title, unit string, series []string, rows []bar, stacked bool) (chart, error) {
	rows = rows[:min(len(rows), longestBar)]
	values := make([][]float64, len(series))
	names := make([]string, len(rows))
	lanes := len(series)
	if stacked {
		lanes = 1
	}
	var says []string
	for _, row := range slices.Backward(rows) { // the library begins at the bottom
		for s, v := range row.values {
			values[s] = append(values[s], v)
		}
		names[len(values[0])-1] = short(row.name, longestKey)
	}
	for _, row := range rows {
		var parts []string
		for s, v := range row.values {
			parts = append(parts, strings.TrimSpace(series[s]+" "+value(v)))
		}
		says = append(says, line(row.name)+": "+strings.Join(parts, ", "))
	}
	o := charts.NewBarChartOptionWithData(values)
	o.Horizontal = true
	o.StackSeries = new(stacked)
	o.Theme = charts.MakeTheme(charts.ThemeOption{
		AxisStrokeColor: chartAxis, AxisSplitLineColor: chartGrid, BackgroundColor: charts.ColorTransparent, TextColor: chartText,
		SeriesColors: []charts.Color{chartFirst, chartSecond},
	})
	o.Padding = charts.NewBox(16, 8, 24, 4)
	font := charts.NewFontStyleWithSize(11)
	o.CategoryAxis.Labels, o.CategoryAxis.LabelFontStyle = names, font
	o.CategoryAxis.LabelOffset = charts.OffsetInt{Left: -8} // a reader's font may be wider than the one that was measured
	o.ValueAxis = []charts.ValueAxisOption{{LabelFontStyle: font, Min: new(0.0), Unit: 1, ValueFormatter: value, Title: unit, TitleFontStyle: font}}
	for i := range o.SeriesList {
		o.SeriesList[i].Label = charts.SeriesLabel{Show: new(!stacked), ValueFormatter: value, FontStyle: font}
	}
	if len(series) > 1 {
		o.Legend = charts.LegendOption{SeriesNames: series, FontStyle: font}
	} else {
		o.Legend.Show = new(false)
	}
	height := 80 + len(rows)*(barHeight*lanes+8)
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: chartWidth, Height: height})
	if err := p.BarChart(o); err != nil {
		return chart{}, fmt.Errorf("draw the chart %q: %w", title, err)
	}
	svg, err := p.Bytes()
	if err != nil {
		return chart{}, fmt.Errorf("draw the chart %q: %w", title, err)
	}
	return chart{title, title + ". " + strings.Join(says, "; "), string(svg)}, nil
}

// value writes a number without needless decimals.
func value(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// charts draws what there is to draw.
func (r *Report) charts() ([]chart, error) {
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
		unit    string
		series  []string
		rows    []bar
		stacked bool
	}{
		{"Openings by stage", "openings", []string{""}, there, false},
		{"Days in stage", "days", []string{"median", "90th percentile"}, times, false},
		{"Interviews ahead", "interviews", []string{"next up", "later"}, load, true},
	} {
		if len(c.rows) == 0 {
			continue
		}
		drawn, err := bars(c.title, c.unit, c.series, c.rows, c.stacked)
		if err != nil {
			return nil, err
		}
		out = append(out, drawn)
	}
	return out, nil
}
