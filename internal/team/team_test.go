package team

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func directory(t testing.TB) *Directory {
	t.Helper()
	src, err := os.ReadFile("testdata/team.yml")
	if err != nil {
		t.Fatal(err)
	}
	people, warnings := Parse("data/team.yml", src)
	if len(warnings) > 0 || len(people) != 20 {
		t.Fatalf("%d people, warnings %v", len(people), warnings)
	}
	return New(people)
}

func TestFind(t *testing.T) {
	d := directory(t)
	c := Context{HiringManager: "kim", Recruiter: "quy", Department: "product"}
	for _, test := range []struct{ asked, want string }{
		{"Engineering Manager", "kim"}, // a backend engineering manager is one
		{"EM", "kim"},
		{"Backend Engineering Managers", "kim"},
		{"Manager, Engineering", "kim"},
		{"VP of Engineering", "mia"},
		{"Vice President, Engineering", "mia"},
		{"VP Engineering", "mia"},
		{"VP, Security", "sam"},
		{"CEO", "ada"},
		{"the CPO", "ben"},
		{"Chief People Officer", "cleo"},
		{"Chief Executive Officer", "ada"},
		{"CTO", ""},
		{"VP of Product", "dov"},
		{"Director of Product", "fay"},
		{"Sr Director of Product Management", "eli"},
		{"Directors in the Product Division", "fay"},
		{"a Director in the Product Marketing department", "gus"},
		{"Director", "fay"}, // of the page's department
		{"Product Manager", "ivy"},
		{"PM", "ivy"},
		{"Product Marketing Managers", "tom"},
		{"Backend Engineers", "jon"}, // the only one is a senior one
		{"Staff Backend Engineer", ""},
		{"Backend and Frontend Engineers", "jon,ned"},
		{"Director or VP of Engineering", "lou,mia"},
		{"Engineering Manager or Product Manager", "ivy,kim"},
		{"Senior Manager of Product Design", "oda"},
		{"Product Design Manager", "pia"},
		{"Director, Security Engineering & Research", "rex"},
		{"Director, Security Engineering and Research", "rex"},
		{"Hiring Manager", "kim"},
		{"the hiring manager", "kim"},
		{"manager of the hiring manager", "lou"},
		{"hiring manager's manager", "lou"},
		{"Skip-Level Manager", "lou"},
		{"a peer on the team", "jon,ned"},
		{"team members", "jon,ned"},
		{"teammates", "jon,ned"},
		{"future co-workers", "jon,ned"},
		{"members of the Security team", "rex,sam"},
		{"Security team member peers", "rex,sam"},
		{"leader from the Product Marketing Organization", "gus"},
		{"leader in Product Marketing", "gus"},
		{"member of our E-Group", "ada,ben,cleo"},
		{"Global Recruiters", "quy"},
		{"GitLab Recruiting team member", "quy"},
		{"key business partners", ""},
		{"VP of Quality", ""},
		{"", ""},
	} {
		var got []string
		pool := d.Find(test.asked, c)
		for _, p := range pool.People {
			got = append(got, p.Username)
		}
		slices.Sort(got)
		if strings.Join(got, ",") != test.want {
			t.Errorf("%q: %v (%s), want %s", test.asked, got, pool.Why, test.want)
		}
	}
}

// TestCPO: what an abbreviation stands for follows from the page.
func TestCPO(t *testing.T) {
	d := directory(t)
	for department, want := range map[string]string{"product": "ben", "people-group": "cleo", "finance": "bencleo"} {
		var got string
		for _, p := range d.Find("CPO", Context{Department: department}).People {
			got += p.Username
		}
		if got != want {
			t.Errorf("%s: %s, want %s", department, got, want)
		}
	}
}

// TestNoDirectory: the opening itself names two people.
func TestNoDirectory(t *testing.T) {
	var d *Directory
	c := Context{HiringManager: "ana", Recruiter: "bo"}
	for asked, want := range map[string]string{"hiring manager": "ana", "a recruiter": "bo", "VP of Product": "", "team members": "", "skip level manager": ""} {
		got := ""
		for _, p := range d.Find(asked, c).People {
			got += p.Username
		}
		if got != want {
			t.Errorf("%s: %q, want %q", asked, got, want)
		}
	}
}

func TestHolds(t *testing.T) {
	d := directory(t)
	for asked, want := range map[string][2]bool{
		"VP of Engineering": {true, true}, "VP of Quality": {true, false}, "CTO": {true, false}, "Directors": {true, true}, "Frontend Engineers": {true, true},
		"Staff Frontend Engineer": {true, false}, "Hiring Manager": {}, "team members": {}, "key business partners": {}, "cross-functional partners": {}, "seller": {}, "cross division stable counterpart": {},
		"Director of Legal for the functional area": {}, "VP of Quality or VP of Engineering": {true, true}, "CPO": {true, true}, "recruiter": {}, "E-Group": {},
	} {
		if title, held := d.Holds(asked); title != want[0] || held != want[1] {
			t.Errorf("%q: title %v, held %v; want %v", asked, title, held, want)
		}
	}
}

// TestParse: real directories hold much more than is read here, and mistakes of all kinds.
func TestParse(t *testing.T) {
	src := `# people
- slug: a
  gitlab: ana
  job_title: CEO
  story: |
    long
- slug: b
  gitlab: "no name"
  departments: Engineering
- name: nobody
- just text
- slug: c
  gitlab: c
  gitlab: d
  role: Plain <b>Engineer</b>
`
	people, warnings := Parse("data/team.yml", []byte(src))
	var got []string
	for _, w := range warnings {
		got = append(got, w.File+" "+w.Message)
		if w.Line == 0 {
			t.Errorf("%+v has no line", w)
		}
	}
	if len(people) != 3 || people[0].Line != 2 || people[0].Username != "ana" || people[1].Username != "" || people[2].Username != "c" || people[2].Title != "Plain Engineer" {
		t.Errorf("people %+v", people)
	}
	if len(got) != 5 {
		t.Errorf("warnings %q", got)
	}
	people, warnings = Parse("data/team_members/person/a/ada.yml", []byte("---\nslug: ada\ngitlab: ada\njob_title: VP\nother: {a: 1}\n"))
	if len(people) != 1 || len(warnings) != 0 || people[0].Slug != "ada" {
		t.Errorf("%+v %v", people, warnings)
	}
	if people, warnings = Parse("x.yml", []byte("- slug: [\n")); len(people) != 0 || len(warnings) != 1 || warnings[0].Line == 0 {
		t.Errorf("%+v %v", people, warnings)
	}
	if people, warnings = Parse("x.yml", nil); len(people) != 0 || len(warnings) != 0 {
		t.Errorf("%+v %v", people, warnings)
	}
}

func FuzzFind(f *testing.F) {
	d := directory(f)
	for _, seed := range []string{"VP of Engineering", "a, or b and /", "CPO or CPO", "'s", "team's & of", "Director (EMEA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		d.Find(asked, Context{HiringManager: asked, Department: asked})
		if title, held := d.Holds(asked); held && !title {
			t.Errorf("%q is held and no title", asked)
		}
	})
}
