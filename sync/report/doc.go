// Package report tells how the openings stand: by stage, how long stages take, how old openings
// are, what is late, who is next, and who has how many interviews.
//
//	read.go       what GitLab holds: plans, and the label and state events of their issues
//	history.go    how long an opening was in each stage
//	report.go     the report, computed of that; pure
//	stat.go       median and 90th percentile
//	text.go, markdown.go, html.go, chart.go, csv.go, json.go: its formats
//	dashboard.go  the one issue that shows it
//
// It knows openings and not the people who apply: titles that people have typed are not read,
// only the words that roleplan itself wrote.
package report
