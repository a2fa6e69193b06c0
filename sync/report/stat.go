package report

import (
	"math"
	"slices"
	"time"
)

// A Stat sums up durations, in days. The values are nil where there is nothing to sum up.
type Stat struct {
	Count  int      `json:"count"`
	Median *float64 `json:"median"`
	P90    *float64 `json:"p90"`
}

func statOf(all []time.Duration) Stat {
	if len(all) == 0 {
		return Stat{}
	}
	all = slices.Sorted(slices.Values(all))
	return Stat{len(all), new(days(percentile(all, 0.5))), new(days(percentile(all, 0.9)))}
}

// percentile is the value below which a share of the sorted values lies, between the two nearest
// of them in proportion, as PERCENTILE.INC of spreadsheets gives it.
func percentile(sorted []time.Duration, share float64) time.Duration {
	at := share * float64(len(sorted)-1)
	below := int(at)
	if below == len(sorted)-1 {
		return sorted[below]
	}
	return sorted[below] + time.Duration((at-float64(below))*float64(sorted[below+1]-sorted[below]))
}

// days are 24 hours each, to a tenth.
func days(d time.Duration) float64 { return math.Round(d.Hours()/24*10) / 10 }
