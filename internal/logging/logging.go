// Package logging makes the loggers of roleplan. A message is constant, what varies stands
// in fields: project, iid, key, delivery, job, rule.
package logging

import (
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"
)

// The formats of a log.
const (
	JSON = "json" // an object a line, for machines
	Text = "text" // for people
)

// New makes a logger that writes to w. Level is one of debug, info, warn, error.
func New(w io.Writer, level, format string, color bool) (zerolog.Logger, error) {
	l, err := zerolog.ParseLevel(level)
	if err != nil || level == "" {
		return zerolog.Nop(), fmt.Errorf("log level %q is not known; expected one of debug, info, warn, error", level)
	}
	switch format {
	case JSON:
	case Text:
		w = zerolog.ConsoleWriter{Out: w, NoColor: !color, TimeFormat: time.TimeOnly}
	default:
		return zerolog.Nop(), fmt.Errorf("log format %q is not known; expected json or text", format)
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger(), nil
}
