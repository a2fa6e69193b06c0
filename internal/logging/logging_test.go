package logging

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	var b bytes.Buffer
	log, err := New(&b, "info", JSON, false)
	if err != nil {
		t.Fatal(err)
	}
	log.Debug().Msg("hidden")
	log.Info().Int64("project", 42).Msg("seen")
	var line map[string]any
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatalf("%q is not one JSON object: %v", b.String(), err)
	}
	if line["message"] != "seen" || line["project"] != float64(42) || line["time"] == nil {
		t.Errorf("logged %v", line)
	}

	b.Reset()
	if log, err = New(&b, "debug", Text, false); err != nil {
		t.Fatal(err)
	}
	log.Debug().Str("key", "x").Msg("for people")
	if got := b.String(); !strings.Contains(got, "DBG for people key=x") || strings.Contains(got, "\x1b") {
		t.Errorf("logged %q", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct{ level, format, want string }{
		{"loud", JSON, `log level "loud" is not known; expected one of debug, info, warn, error`},
		{"", JSON, `log level "" is not known; expected one of debug, info, warn, error`},
		{"info", "xml", `log format "xml" is not known; expected json or text`},
	} {
		if _, err := New(nil, tt.level, tt.format, false); err == nil || err.Error() != tt.want {
			t.Errorf("New(%q, %q) says %v, want %s", tt.level, tt.format, err, tt.want)
		}
	}
}
