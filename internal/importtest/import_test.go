// Package importtest holds the rules of the house as a test: which package may know
// which, and which single package may know a library.
package importtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "gitlab.com/roleplan/roleplan"

// may lists, for every package, the project's packages it may import. A new package needs
// a row, so that its place in the house is a decision and no accident.
var may = map[string][]string{
	// The nouns and the contracts: no input or output, and nothing above them.
	"internal/hiring":  {},
	"internal/safe":    {},
	"internal/finding": {"internal/hiring"},
	"internal/forge":   {"internal/safe"},
	"sync/reconcile":   {},

	// Reading: files in, nouns and errors with positions out.
	"internal/nearest":     {},
	"internal/misspelling": {},
	"internal/strictyaml":  {"internal/hiring", "internal/nearest"},
	"internal/rolepage":    {"internal/hiring", "internal/strictyaml"},
	"internal/openings":    {"internal/hiring", "internal/strictyaml"},
	"internal/team":        {"internal/hiring", "internal/strictyaml"},
	"internal/repoconf":    {"internal/hiring", "internal/finding", "internal/strictyaml"},
	"sync/plan":            {"internal/team"},

	// Setting up a repository.
	"internal/setup": {"internal/hiring", "internal/repoconf", "internal/rolepage", "internal/strictyaml"},

	// Changing pages.
	"internal/textdiff": {},
	"internal/migrate":  {"internal/hiring", "internal/rolepage", "internal/strictyaml"},

	// Checking.
	"internal/rule":  {"internal/hiring", "internal/finding", "internal/nearest", "internal/misspelling"},
	"internal/check": {"internal/hiring", "internal/finding", "internal/rolepage", "internal/rule"},
	"ci":             {"internal/hiring", "internal/finding", "internal/safe"},

	// Writing to people.
	"internal/note": {"internal/hiring", "internal/finding", "internal/safe", "sync/plan"},

	// Bringing GitLab in line. They know GitLab by internal/forge alone.
	"sync/label":     {"internal/hiring", "internal/forge", "internal/safe", "internal/repoconf", "sync/plan"},
	"sync/opening":   {"internal/hiring", "internal/forge", "internal/safe", "internal/repoconf", "internal/openings", "internal/rolepage", "internal/nearest", "internal/strictyaml", "internal/team", "sync/directory", "sync/plan", "sync/label", "sync/reconcile"},
	"sync/directory": {"internal/forge", "internal/repoconf", "internal/team"},
	"sync/thread":    {"internal/finding", "internal/forge", "internal/safe", "internal/note"},
	"sync/report":    {"internal/hiring", "internal/forge", "internal/safe", "internal/repoconf", "sync/label", "sync/opening"},
	"sync/review": {
		"internal/hiring", "internal/finding", "internal/forge", "internal/safe", "internal/repoconf", "internal/rolepage",
		"internal/rule", "internal/check", "internal/note", "internal/team", "sync/command", "sync/directory", "sync/plan", "sync/reconcile", "sync/thread",
	},

	"sync/command": {
		"internal/hiring", "internal/finding", "internal/forge", "internal/safe", "internal/repoconf", "internal/rolepage",
		"internal/rule", "internal/check", "internal/nearest", "internal/openings", "internal/strictyaml", "sync/opening",
	},

	// Adapters: each knows one technology, and never another adapter.
	"internal/gitlab":    {"internal/forge", "internal/ratelimit", "internal/safe"},
	"internal/queue":     {"internal/forge", "internal/ratelimit", "sync/reconcile"},
	"internal/pgtest":    {},
	"internal/crashtest": {},
	"internal/corpus":    {},
	"internal/chromium":  {},
	"webhook":            {"sync/reconcile"},
	"internal/config":    {"internal/ratelimit", "internal/strictyaml"},
	"internal/logging":   {},
	"internal/metric":    {},
	"internal/tracing":   {"sync/reconcile"},
	"internal/status":    {},

	// How many requests may go out: a rule that knows neither GitLab nor the database.
	"internal/ratelimit": {},

	// The stand-in GitLab knows nothing of roleplan: it must be wrong or right by itself.
	"internal/standin":              {},
	"internal/standin/web":          {"internal/standin"},
	"internal/standin/openapicheck": {},
	"internal/standin/anchors":      {"internal/standin", "internal/gitlab", "internal/rolepage", "internal/check", "sync/reconcile", "sync/review"},

	// A page to try things on.
	"internal/tryit": {
		"internal/hiring", "internal/finding", "internal/forge", "internal/openings", "internal/repoconf", "internal/rolepage", "internal/check", "sync/opening", "sync/plan",
	},

	// The wiring sees all.
	"internal/app": {"*"},
	"cmd/roleplan": {"internal/app"},

	"internal/importtest": {},
}

// only names the packages that may import a library.
var only = map[string][]string{
	"gitlab.com/gitlab-org/api/client-go": {"internal/gitlab"},
	"github.com/riverqueue/river":         {"internal/queue"},
	"modernc.org/sqlite":                  {"internal/queue"},
	"github.com/jackc/pgx":                {"internal/queue", "internal/pgtest"},
	"database/sql":                        {"internal/queue"},
	"go.opentelemetry.io":                 {"internal/tracing"},
	"github.com/VictoriaMetrics/metrics":  {"internal/metric"},
	"github.com/spf13/viper":              {"internal/config"},
	"maragu.dev/gomponents":               {"internal/standin/web", "internal/status", "internal/tryit", "sync/report"},
	"github.com/spf13/cobra":              {"internal/app"},
	"go.yaml.in/yaml":                     {"internal/strictyaml"},
	"github.com/go-analyze/charts":        {"sync/report"},
	"github.com/yuin/goldmark":            {"internal/rolepage", "internal/standin", "internal/standin/web", "sync/command"},
}

// nobody names what no package of the product may import, and why.
var nobody = map[string]string{
	"html/template": "it calls methods by name, so the linker keeps all methods of all types; write HTML with gomponents (docs/decisions/0021-html.md)",
	"text/template": "it calls methods by name, so the linker keeps all methods of all types (docs/decisions/0021-html.md)",
}

// never names what the pure packages must not reach for.
var never = map[string][]string{}

func init() {
	for _, pure := range []string{
		"internal/hiring", "internal/finding", "internal/safe", "internal/rule", "internal/rolepage",
		"internal/forge", "internal/note", "internal/strictyaml", "internal/openings", "internal/team", "internal/repoconf", "sync/plan", "sync/label", "sync/reconcile", "sync/report", "sync/thread",
	} {
		never[pure] = []string{"net/http", "os", "os/exec", "github.com/rs/zerolog", "log", "log/slog"}
	}
}

func TestImports(t *testing.T) {
	for pkg, imports := range packages(t) {
		allowed, known := may[pkg]
		if !known {
			t.Errorf("%s has no row in the table of imports: say which packages it may know", pkg)
			continue
		}
		for _, imp := range imports {
			if own, ok := strings.CutPrefix(imp, module+"/"); ok {
				if !slices.Contains(allowed, own) && !slices.Contains(allowed, "*") {
					t.Errorf("%s imports %s, which it may not know", pkg, own)
				}
				continue
			}
			for lib, users := range only {
				if (imp == lib || strings.HasPrefix(imp, lib+"/")) && !slices.Contains(users, pkg) {
					t.Errorf("%s imports %s, which is for %s alone", pkg, imp, strings.Join(users, ", "))
				}
			}
			if why, ok := nobody[imp]; ok {
				t.Errorf("%s imports %s: %s", pkg, imp, why)
			}
			if slices.Contains(never[pkg], imp) {
				t.Errorf("%s imports %s, but it must do no input or output", pkg, imp)
			}
		}
	}
}

// TestTable fails on rows for packages that are gone, so that the table stays true.
func TestTable(t *testing.T) {
	have := packages(t)
	for pkg := range may {
		if _, ok := have[pkg]; !ok {
			t.Errorf("the table of imports has a row for %s, which does not exist", pkg)
		}
	}
}

// packages lists the project's packages and what their non-test files import.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	pkgs := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkgs[strings.TrimPrefix(fields[0], module+"/")] = fields[1:]
	}
	return pkgs
}
