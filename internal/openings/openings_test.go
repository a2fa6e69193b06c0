package openings

import (
	"reflect"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

const full = `# openings
- id: GHP-1042
  page: content/job-families/product/technical-program-manager.md
  level: Senior Technical Program Manager
  specialty: Escalation Specialist
  type: backfill
  count: 2
  location: Remote, EMEA
  hiring_manager: ana
  recruiter: bo
  interviewers:
    "Directors in the Product Division": [cy, dee]
  target_start: 2027-02-01
  priority: high
  status: on_hold
- id: GHP-7
  page: a.md
`

func TestParse(t *testing.T) {
	got, err := Parse("hiring/openings.yml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	want := []hiring.Opening{
		{
			ID: "GHP-1042", Page: "content/job-families/product/technical-program-manager.md", Level: "Senior Technical Program Manager", Specialty: "Escalation Specialist",
			Type: "backfill", Count: 2, Location: "Remote, EMEA", HiringManager: "ana", Recruiter: "bo", Interviewers: map[string][]string{"Directors in the Product Division": {"cy", "dee"}},
			TargetStart: "2027-02-01", Priority: "high", Status: hiring.OpeningOnHold, File: "hiring/openings.yml", Pos: hiring.Pos{Line: 2, Column: 3},
		},
		{ID: "GHP-7", Page: "a.md", Type: "new_hire", Count: 1, Priority: "medium", Status: hiring.OpeningOpen, File: "hiring/openings.yml", Pos: hiring.Pos{Line: 16, Column: 3}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSingle(t *testing.T) {
	got, err := Parse("hiring/openings/GHP-7.yml", []byte("---\n# mine\nid: GHP-7\npage: a.md\n"))
	if err != nil || len(got) != 1 || got[0].ID != "GHP-7" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := Parse("e.yml", nil); err != nil || len(got) != 0 {
		t.Errorf("an empty file: %+v, %v", got, err)
	}
}

func TestMistakes(t *testing.T) {
	got, err := Parse("f.yml", []byte(`- id: "a b"
  page: ../secret.md
- id: good
  page: a.md
- page: b.md
  hiring_manager: "@ana"
  target_start: tomorrow
  count: 0
  staus: open
- id: good
  page: c.md
  priority: urgent
`))
	if len(got) != 1 || got[0].ID != "good" {
		t.Errorf("kept %+v", got)
	}
	for _, want := range []string{
		`f.yml:1:7: [0].id: "a b" is not allowed; expected letters, digits`,
		`f.yml:2:9: [0].page: "../secret.md" is not allowed`,
		`f.yml:5:3: [2].id: is missing`,
		`f.yml:6:19: [2].hiring_manager: "@ana" is not allowed; expected a GitLab user name without @`,
		`f.yml:7:17: [2].target_start: "tomorrow" is no date; expected one like 2027-02-01`,
		`f.yml:8:10: [2].count: "0" is too small; expected at least 1`,
		`f.yml:9:3: [2].staus: is not known here; expected "status", perhaps`,
		`f.yml:12:13: [3].priority: "urgent" is not allowed; expected one of high, medium, low`,
		`f.yml:10:3: id: "good" stands in line 3 already; ids are unique`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("errors lack %s\n%v", want, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("- id: x\n  page: ''\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		list, _ := Parse("f.yml", src)
		for _, o := range list {
			if o.ID == "" || o.Page == "" || o.Count < 1 {
				t.Errorf("read %+v", o)
			}
		}
	})
}
