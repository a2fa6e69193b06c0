package opening

import "time"

// due is the day that lies a number of working days before the target start; "" where either is
// missing. Saturdays and Sundays are no working days.
func due(start string, days int) string {
	day, err := time.Parse(time.DateOnly, start)
	if err != nil || days <= 0 {
		return "" // openings without a start have no dates
	}
	for days > 0 {
		day = day.AddDate(0, 0, -1)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			days--
		}
	}
	return day.Format(time.DateOnly)
}
