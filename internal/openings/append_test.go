package openings

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// TestAppend: what is written is read as it was meant, and what stood there stands there still.
func TestAppend(t *testing.T) {
	o := hiring.Opening{
		ID: "1e5", Page: "a b/ü#.md", Level: "Yes", Specialty: "- [x]: *a &b !c |d >e %f @g `h", Type: "backfill", Count: 3, Location: "Remote, EMEA: \"a\" 'b' \\ # c", HiringManager: "ana",
		Recruiter: "true", Interviewers: map[string][]string{"1": {"bo", "cy"}, "CTO: \"x\"": {"null"}}, TargetStart: "2027-02-01", Priority: "low", Status: hiring.OpeningOnHold,
	}
	for _, src := range []string{"", "# only a comment\n", full, "---\n" + full, strings.TrimSuffix(full, "\n"), strings.ReplaceAll(full, "\n", "\r\n"), "\n\n  - id: a\n    page: b.md\n  # the end"} {
		got, err := Append("f.yml", []byte(src), o)
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		list, err := Parse("f.yml", got)
		if err != nil || !bytes.HasPrefix(got, []byte(src)) {
			t.Errorf("%q: %v:\n%s", src, err, got)
			continue
		}
		last := list[len(list)-1]
		last.File, last.Pos = "", hiring.Pos{}
		if !reflect.DeepEqual(last, o) {
			t.Errorf("read back\n%+v, want\n%+v", last, o)
		}
		if bytes.Count(got, []byte("\r\n")) > 0 && bytes.Count(got, []byte("\n")) != bytes.Count(got, []byte("\r\n")) {
			t.Errorf("mixed line ends in %q", got)
		}
		if _, err := Append("f.yml", got, o); err == nil {
			t.Errorf("%q: the same id is taken twice", src)
		}
	}
	for _, src := range []string{"id: a\npage: b.md\n", "[]\n", "- id: a\n  page: b.md\n...\n", "- id: a\n", "a: [", "- id: a\n  page: b.md\n  nonsense: c\n"} {
		if got, err := Append("f.yml", []byte(src), o); err == nil {
			t.Errorf("%q was added to:\n%s", src, got)
		}
	}
}

func TestSet(t *testing.T) {
	var o hiring.Opening
	for key, value := range map[string]string{"count": "3", "hiring_manager": "@ana", "location": " Remote,\n EMEA ", "status": "on_hold"} {
		if err := Set(&o, key, value); err != nil {
			t.Error(err)
		}
	}
	if want := (hiring.Opening{Count: 3, HiringManager: "ana", Location: "Remote, EMEA", Status: "on_hold"}); !reflect.DeepEqual(o, want) {
		t.Errorf("opening %+v", o)
	}
	for key, want := range map[string]string{"loction": `"location" was meant`, "zzzzzzzzzzzz": "expected one of count, ", "id": "is no key"} {
		if err := Set(&o, key, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", key, err)
		}
	}
	if err := Set(&o, "count", "many"); err == nil {
		t.Error("many is a number")
	}
}
