package webhook

import "sync/atomic"

// Counts are the answers given since the start, by what became of a request.
type Counts struct {
	Accepted   int64 // stored, with something to look at
	Skipped    int64 // understood, with nothing to look at
	Unknown    int64 // an event that is not understood
	Unreadable int64 // a body that could not be read
	NotAllowed int64 // of a project that is not served
	Refused    int64 // 401
	Rejected   int64 // 405 and 413
	Failed     int64 // 503: could not be stored
}

type counters struct {
	accepted, skipped, unknown, unreadable, notAllowed, refused, rejected, failed atomic.Int64
}

// Counts returns the numbers so far.
func (s *Server) Counts() Counts {
	c := &s.counts
	return Counts{
		Accepted:   c.accepted.Load(),
		Skipped:    c.skipped.Load(),
		Unknown:    c.unknown.Load(),
		Unreadable: c.unreadable.Load(),
		NotAllowed: c.notAllowed.Load(),
		Refused:    c.refused.Load(),
		Rejected:   c.rejected.Load(),
		Failed:     c.failed.Load(),
	}
}
