package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// checkFlags are the flags of the commands that report findings.
type checkFlags struct {
	root     string
	config   string
	format   string
	output   string
	failOn   string
	since    string
	baseline string
	noColor  bool
	quiet    bool
	// among takes the place of since for `ci check`, which finds out itself what was changed.
	among func(file string) bool
}

func (a *App) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Print findings of pages, of folders, or of standard input (-)",
		Long: `Checks role pages. Folders are walked for Markdown; without a path the root is, and then
only pages count that the configuration calls role pages.

--format takes several formats with a comma between, each with a file or without:
codequality=gl-code-quality-report.json,text`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			outputs, err := parseOutputs(f.format, f.output)
			if err != nil {
				return err
			}
			failOn, err := parseFailOn(f.failOn)
			if err != nil {
				return usageError("--fail-on: %w", err)
			}
			conf, err := a.repoConfig(f.root, f.config)
			if err != nil {
				return err
			}
			known, err := f.readBaseline()
			if err != nil {
				return err
			}
			result, err := a.check(cmd.Context(), f, conf, paths)
			if err != nil {
				return err
			}
			if known != nil {
				a.leaveOut(&result, known, f)
			}
			if len(result.Pages) == 0 && len(result.errs) == 0 && f.since == "" && !f.quiet {
				fmt.Fprintln(a.Stderr, "roleplan: no role page was found; name files or folders, or set pages: in "+repoconf.Name)
			}
			return a.report(result, outputs, failOn, !f.noColor && a.terminal(a.Stdout), f.quiet)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", ".", "root of the repository; paths in reports are relative to it")
	flags.StringVar(&f.config, "config", "", "configuration (default "+repoconf.Name+" at the root, if there is one)")
	flags.StringVar(&f.format, "format", "text", strings.Join(ci.FormatNames(), ", ")+"; FORMAT=FILE writes to a file")
	flags.StringVar(&f.output, "output", "", "file that a single format is written to, instead of standard output")
	flags.StringVar(&f.failOn, "fail-on", "error", "severity from which on the exit code is 1: error, warning, info or never")
	flags.StringVar(&f.since, "changed-since", "", "check only pages that differ from this git revision")
	flags.StringVar(&f.baseline, "baseline", "", "report in the format json whose findings are known and left out")
	flags.BoolVar(&f.noColor, "no-color", false, "no colour, even on a terminal")
	flags.BoolVar(&f.quiet, "quiet", false, "print nothing in the text format when there are no findings")
	completes(cmd, "format", ci.FormatNames()...)
	completes(cmd, "fail-on", "error", "warning", "info", "never")
	return cmd
}

// A checked is what a check found, and what it could not look at.
type checked struct {
	ci.Report
	errs []error
}

// check runs the rules over what the command line names.
func (a *App) check(ctx context.Context, f checkFlags, conf *repoconf.Config, paths []string) (checked, error) {
	options := check.Options{For: conf.RulesFor, Layout: conf.Layout, Today: time.Now()}
	c := checked{Report: ci.Report{Rules: rulesOn(conf), Version: version()}}
	if slices.Contains(paths, "-") {
		if len(paths) > 1 || f.since != "" {
			return c, usageError("standard input (-) can't be checked together with other paths or --changed-since")
		}
		src, err := io.ReadAll(a.Stdin)
		if err != nil {
			return c, failure(fmt.Errorf("read standard input: %w", err))
		}
		p := rolepage.Parse("stdin.md", src)
		c.Pages, c.Findings = []string{p.Path}, check.Page(p, options)
		c.Source = func(string) ([]byte, error) { return src, nil }
		return c, nil
	}
	wanted, err := f.wanted(ctx)
	if err != nil {
		return c, err
	}
	if a.Getenv("GOGC") == "" && a.Getenv("GOMEMLIMIT") == "" {
		// The program ends soon, and of what a page needs nothing but its findings stays. So the heap may be
		// nine times what is in use, and 38 MB in any case, as long as that is no more than a machine for
		// pipelines has: a check of two hundred pages collects no garbage.
		debug.SetGCPercent(850)
		debug.SetMemoryLimit(512 << 20)
	}
	if options.Site, err = check.OpenSite(f.root); err != nil {
		return c, failure(err)
	}
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return c, failure(fmt.Errorf("open root of the repository: %w", err))
	}
	defer func() { _ = root.Close() }() // nothing is written through it
	team := &diskTeam{files: root.FS(), at: conf.Team}
	options.Team = team
	result, err := check.Files(ctx, f.root, f.findPages(conf, paths, wanted), options)
	if err != nil {
		return c, failure(err)
	}
	c.Pages, c.Findings, c.errs = result.Pages, result.Findings, result.Errors
	if err := a.tellTeam(team, f.quiet); err != nil {
		c.errs = append(c.errs, err)
	}
	c.Source = f.source
	return c, nil
}

// tellTeam tells, after a run, of entries of the team directory that could not be read, the first few.
func (a *App) tellTeam(team *diskTeam, quiet bool) error {
	const most = 5
	for i, w := range team.warnings {
		if quiet || i == most {
			break
		}
		fmt.Fprintf(a.Stderr, "roleplan: %s:%d: %s\n", w.File, w.Line, w.Message)
	}
	if more := len(team.warnings) - most; more > 0 && !quiet {
		fmt.Fprintf(a.Stderr, "roleplan: %d more entries of the team directory have mistakes\n", more)
	}
	return team.err
}

// readBaseline reads the report that --baseline names, nil when it names none.
func (f checkFlags) readBaseline() (*check.Baseline, error) {
	if f.baseline == "" {
		return nil, nil
	}
	src, err := os.ReadFile(f.baseline)
	if err != nil {
		return nil, failure(fmt.Errorf("read baseline: %w", err))
	}
	known, err := check.ReadBaseline(f.baseline, src)
	if err != nil {
		return nil, usageError("%w", err)
	}
	return known, nil
}

// leaveOut takes the findings out of a result that a baseline knows, and says so. What the baseline
// knows and nobody finds any more is told, too: it would hide the same mistake when it comes back.
func (a *App) leaveOut(c *checked, known *check.Baseline, f checkFlags) {
	fresh, stale := known.Split(c.Findings, c.Pages)
	if left := len(c.Findings) - len(fresh); left > 0 && !f.quiet {
		fmt.Fprintf(a.Stderr, "roleplan: %d known by the baseline, left out\n", left)
	}
	for _, k := range stale {
		fmt.Fprintf(a.Stderr, "roleplan: in the baseline, but gone: %s in %q: %q\n", k.Rule, k.Path, k.Message)
	}
	if len(stale) > 0 {
		fmt.Fprintf(a.Stderr, "roleplan: write the baseline anew with `roleplan check --format json=%s`\n", f.baseline)
	}
	c.Findings = fresh
}

// source reads a page by the path that reports call it by: below the root, or as it was named when
// it lies elsewhere.
func (f checkFlags) source(path string) ([]byte, error) {
	path = filepath.FromSlash(path)
	if filepath.IsLocal(path) {
		src, err := os.ReadFile(filepath.Join(f.root, path)) //nolint:gosec // a page that the user named, again
		if !errors.Is(err, fs.ErrNotExist) {
			return src, err
		}
	}
	return os.ReadFile(path) //nolint:gosec // a page that the user named, again
}

// rulesOn are the rules that the configuration leaves on, for reports that list them.
func rulesOn(conf *repoconf.Config) []ci.Rule {
	set := conf.Severities()
	var on []ci.Rule
	for _, r := range rule.All {
		severity, ok := set[r.Name]
		if !ok {
			severity = r.Severity
		}
		if severity != finding.Off {
			on = append(on, ci.Rule{Name: r.Name, Doc: r.Doc, Why: r.Why, Severity: severity})
		}
	}
	return on
}

// wanted tells by its absolute path whether a file is one of those that --changed-since asks for.
func (f checkFlags) wanted(ctx context.Context) (func(file string) bool, error) {
	switch {
	case f.among != nil:
		return f.among, nil
	case f.since == "":
		return func(string) bool { return true }, nil
	}
	changed, _, err := checkout{dir: f.root}.changedSince(ctx, f.since)
	if err != nil {
		return nil, err
	}
	return setOfFiles(changed), nil
}

// setOfFiles tells whether a file is one of a list.
func setOfFiles(files []string) func(file string) bool {
	set := map[string]bool{}
	for _, file := range files {
		set[absolute(file)] = true
	}
	return func(file string) bool { return set[file] }
}

// findPages finds the pages to check, each once; see [check.Walk]. A file that was named is one whatever the
// configuration says; in a folder that was named the configuration can only take pages out;
// without paths it says which files of the root are role pages.
func (f checkFlags) findPages(conf *repoconf.Config, paths []string, wanted func(file string) bool) iter.Seq2[string, error] {
	named := map[string]bool{}
	for _, p := range paths {
		named[absolute(p)] = true
	}
	inFolders := conf
	if len(paths) > 0 {
		inFolders = anyPage(conf)
	}
	root, here := absolute(f.root), absolute(".")
	return func(yield func(string, error) bool) {
		seen := map[string]bool{}
		for file, err := range check.Walk(f.root, paths) {
			if err == nil {
				abs := file
				if !filepath.IsAbs(file) {
					abs = filepath.Join(here, file) // as absolute does, which asks for the folder each time
				}
				rel, relErr := filepath.Rel(root, abs)
				if seen[abs] || !wanted(abs) || !named[abs] && (relErr != nil || !inFolders.IsPage(filepath.ToSlash(rel))) {
					continue
				}
				seen[abs] = true
			}
			if !yield(file, err) {
				return
			}
		}
	}
}

// anyPage is a configuration for a folder that was named: it can take pages out, and no more.
func anyPage(conf *repoconf.Config) *repoconf.Config {
	everything := *conf
	everything.Pages = []string{"**"}
	return &everything
}

// absolute is the one name of a file that can be named in several ways.
func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Clean(path)
	}
	return abs
}

// repoConfig reads the repository's configuration. Without a file that is named, one that is
// missing means the defaults.
func (a *App) repoConfig(root, file string) (*repoconf.Config, error) {
	named := file != ""
	if !named {
		file = filepath.Join(root, repoconf.Name)
	}
	src, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if errors.Is(err, fs.ErrNotExist) && !named {
		return repoconf.Default(), nil
	}
	if err != nil {
		return nil, failure(fmt.Errorf("read configuration: %w", err))
	}
	return parseRepoConfig(file, src)
}

// parseRepoConfig reads a configuration. Its mistakes are those of the user.
func parseRepoConfig(file string, src []byte) (*repoconf.Config, error) {
	conf, err := repoconf.Parse(file, src)
	if err == nil {
		err = conf.UnknownRule(file, rule.Names())
	}
	if err != nil {
		return nil, usageError("the configuration has mistakes:\n%w", err)
	}
	return conf, nil
}

// An output is a format and where it goes; "" is standard output.
type output struct {
	format ci.Format
	file   string
}

func parseOutputs(formats, file string) ([]output, error) {
	var outputs []output
	for part := range strings.SplitSeq(formats, ",") {
		name, to, hasFile := strings.Cut(strings.TrimSpace(part), "=")
		format, err := ci.FindFormat(name)
		if err != nil {
			return nil, usageError("--format: %w", err)
		}
		if hasFile && to == "" {
			return nil, usageError("--format: %q names no file after the equals sign", part)
		}
		if slices.ContainsFunc(outputs, func(o output) bool { return o.file == to }) {
			if to == "" {
				return nil, usageError("--format: only one format can go to standard output; write FORMAT=FILE for the others")
			}
			return nil, usageError("--format: two formats can't go to the same file %q", to)
		}
		outputs = append(outputs, output{format, to})
	}
	if file != "" {
		if len(outputs) > 1 || outputs[0].file != "" {
			return nil, usageError("--output goes with a single format; write FORMAT=FILE in --format instead")
		}
		outputs[0].file = file
	}
	return outputs, nil
}

// parseFailOn reads a severity to fail on; Off stands for never.
func parseFailOn(name string) (finding.Severity, error) {
	switch name {
	case "never":
		return finding.Off, nil
	case "error", "warning", "info":
		return finding.ParseSeverity(name)
	}
	return finding.Off, fmt.Errorf("%q is not known; expected one of error, warning, info, never", name)
}

// report writes the outputs and gives the error with the exit code. When nothing could be read
// there is no report: an empty one would say that all is well.
func (a *App) report(c checked, outputs []output, failOn finding.Severity, color, quiet bool) error {
	if len(c.Pages) == 0 && len(c.errs) > 0 {
		return failure(errors.Join(c.errs...))
	}
	for _, o := range outputs {
		report := c.Report
		if o.file == "" {
			report.Color = color
			if quiet && o.format.Name == ci.Text.Name && len(c.Findings) == 0 {
				continue
			}
			if err := o.format.Write(a.Stdout, report); err != nil {
				return failure(fmt.Errorf("write report: %w", err))
			}
			continue
		}
		if err := writeFile(o.file, func(w io.Writer) error { return o.format.Write(w, report) }); err != nil {
			return failure(fmt.Errorf("write report: %w", err))
		}
	}
	if len(c.errs) > 0 {
		return failure(errors.Join(c.errs...))
	}
	if failOn != finding.Off && finding.Max(c.Findings) >= failOn {
		return &exitError{code: ExitFindings}
	}
	if faults := finding.Faults(c.Findings); len(faults) > 0 {
		return partly("roleplan could not run %s, first the rule %q on %q; that is a fault of its own, please report it", counted(len(faults), "check"), faults[0].Rule, faults[0].Path)
	}
	return nil
}

// writeFile writes a file, and fails when the last byte could not be stored either.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name) //nolint:gosec // the user names the file
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// terminal reports whether w is a terminal that shows colours, and nobody asked for none.
func (a *App) terminal(w io.Writer) bool { return a.Getenv("NO_COLOR") == "" && a.interactive(w) }

// interactive reports whether somebody sits before what is written to, and can see lines change.
func (a *App) interactive(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || a.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
