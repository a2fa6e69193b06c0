package app

import (
	"bytes"
	"maps"
	"strings"
	"testing"
)

const openPage = "content/job-families/product/manager.md"

func runOpen(t *testing.T, root string, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	a := App{Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" }}
	return a.Main(t.Context(), append([]string{"open", "--root", root}, args...)), out.String()
}

// TestOpen: what is there stays, to the letter.
func TestOpen(t *testing.T) {
	page := "---\ntitle: Manager\n---\n\n## Levels\n\n### Manager\n\n#### Manager Responsibilities\n\n- Decide\n\n### Senior Manager\n\n#### Senior Manager Responsibilities\n\n- Decide more\n"
	const added = "id: GHP-2\n  page: content/job-families/product/manager.md\n  level: Senior Manager\n  count: 2\n  location: Remote, EMEA\n"
	const list = "# What we look for\n- id: GHP-9 # first\n  page: a.md\n\n- id: GHP-1\n  page: a.md\n# the end\n"
	alone := strings.ReplaceAll(added, "\n  ", "\n")
	good := []string{openPage, "--id", "GHP-2", "--level", "senior manager", "--count", "2", "--location", "Remote, EMEA"}
	for name, tc := range map[string]struct {
		files map[string]string
		args  []string
		code  int
		says  string
		file  string // with its content afterwards
		text  string
	}{
		"no file":        {nil, good, ExitOK, "GHP-2 is declared in hiring/openings.yml", "hiring/openings.yml", "- " + added},
		"a list":         {map[string]string{"hiring/openings.yml": list}, good, ExitOK, "", "hiring/openings.yml", list + "- " + added},
		"a set-in list":  {map[string]string{"hiring/openings.yml": "---\n  - id: GHP-9\n    page: a.md"}, good, ExitOK, "", "hiring/openings.yml", "---\n  - id: GHP-9\n    page: a.md\n  - " + strings.ReplaceAll(added, "\n  ", "\n    ")},
		"a folder":       {map[string]string{"hiring/openings/a.yaml": "id: GHP-9\npage: a.md\n"}, good, ExitOK, "GHP-2.yml", "hiring/openings/GHP-2.yml", alone},
		"other place":    {map[string]string{".roleplan.yml": "openings: {path: jobs.yml}\n"}, good, ExitOK, "jobs.yml", "jobs.yml", "- " + added},
		"there already":  {map[string]string{"hiring/openings.yml": "- id: GHP-2\n  page: a.md\n"}, good, ExitUsage, "stands in line 1 already", "hiring/openings.yml", "- id: GHP-2\n  page: a.md\n"},
		"in the folder":  {map[string]string{"hiring/openings/a.yml": "id: GHP-2\npage: a.md\n"}, good, ExitUsage, "stands in hiring/openings/a.yml already", "", ""},
		"mistakes there": {map[string]string{"hiring/openings.yml": "- id: GHP-1\n"}, good, ExitUsage, "hiring/openings.yml:1", "hiring/openings.yml", "- id: GHP-1\n"},
		"elsewhere":      {map[string]string{".roleplan.yml": "openings: {project: a/b}\n"}, good, ExitUsage, "another project", "", ""},
		"no level":       {nil, []string{openPage, "--id", "GHP-2"}, ExitUsage, "expected one of Manager, Senior Manager", "", ""},
		"no such level":  {nil, []string{openPage, "--id", "GHP-2", "--level", "Staff"}, ExitUsage, "no level of the page", "", ""},
		"no such page":   {nil, []string{"content/job-families/x.md", "--id", "GHP-2"}, ExitUsage, "does not exist", "", ""},
		"moved page":     {nil, []string{"content/job-families/sales/manger.md", "--id", "GHP-2"}, ExitUsage, `perhaps "` + openPage + `" was meant`, "", ""},
		"no role page":   {nil, []string{"README.md", "--id", "GHP-2"}, ExitUsage, "is no role page", "", ""},
		"outside":        {nil, []string{"../x.md", "--id", "GHP-2"}, ExitUsage, "page", "", ""},
		"no id":          {nil, []string{openPage}, ExitUsage, "id", "", ""},
		"a bad id":       {nil, []string{openPage, "--id", "a/../b"}, ExitUsage, "id", "", ""},
		"a bad date":     {nil, []string{openPage, "--id", "GHP-2", "--level", "Manager", "--target-start", "soon"}, ExitUsage, "is no date", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := map[string]string{openPage: page}
			maps.Copy(before, tc.files)
			root := tree(t, before)
			code, said := runOpen(t, root, tc.args...)
			if code != tc.code || !strings.Contains(said, tc.says) {
				t.Errorf("exit code %d: %s", code, said)
			}
			if tc.file != "" {
				before[tc.file] = tc.text
			}
			same(t, files(t, root), before)
		})
	}
}
