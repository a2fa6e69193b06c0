package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	root    string
	config  string
	format  string
	output  string
	failOn  string
	since   string
	noColor bool
	quiet   bool
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
				return err
			}
			conf, err := a.repoConfig(f.root, f.config)
			if err != nil {
				return err
			}
			result, err := a.check(cmd.Context(), f, conf, paths)
			if err != nil {
				return err
			}
			return a.report(result, outputs, failOn, !f.noColor && a.Getenv("NO_COLOR") == "" && isTerminal(a.Stdout), f.quiet)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", ".", "root of the repository; paths in reports are relative to it")
	flags.StringVar(&f.config, "config", "", "configuration (default "+repoconf.Name+" at the root, if there is one)")
	flags.StringVar(&f.format, "format", "text", "text, json or codequality; FORMAT=FILE writes to a file")
	flags.StringVar(&f.output, "output", "", "file that a single format is written to, instead of standard output")
	flags.StringVar(&f.failOn, "fail-on", "error", "severity from which on the exit code is 1: error, warning, info or never")
	flags.StringVar(&f.since, "changed-since", "", "check only pages that differ from this git revision")
	flags.BoolVar(&f.noColor, "no-color", false, "no colour, even on a terminal")
	flags.BoolVar(&f.quiet, "quiet", false, "print nothing in the text format when there are no findings")
	return cmd
}

// check runs the rules over what the command line names.
func (a *App) check(ctx context.Context, f checkFlags, conf *repoconf.Config, paths []string) (check.Result, error) {
	options := check.Options{Severity: conf.Severities()}
	if slices.Contains(paths, "-") {
		if len(paths) > 1 {
			return check.Result{}, usageError("standard input (-) can't be checked together with other paths")
		}
		src, err := io.ReadAll(a.Stdin)
		if err != nil {
			return check.Result{}, failure(fmt.Errorf("read standard input: %w", err))
		}
		return check.Result{Pages: 1, Findings: check.Page(rolepage.Parse("stdin.md", src), options)}, nil
	}
	files, findErr := a.files(ctx, f, conf, paths)
	result, err := check.Files(ctx, f.root, files, options)
	if err != nil {
		return result, failure(err)
	}
	if findErr != nil {
		result.Errors = append(result.Errors, findErr)
	}
	return result, nil
}

// files are the pages to check. What was not named, but found by walking the root or by git, has
// to be a role page by the configuration.
func (a *App) files(ctx context.Context, f checkFlags, conf *repoconf.Config, paths []string) ([]string, error) {
	var files []string
	var err error
	if f.since != "" {
		if files, err = changedSince(ctx, f.root, f.since); err != nil {
			return nil, err
		}
	} else {
		if len(paths) > 0 {
			files, err := check.Find(f.root, paths)
			return slices.DeleteFunc(files, func(file string) bool {
				return !slices.Contains(paths, file) && ignored(conf, f.root, file)
			}), err
		}
		files, err = check.Find(f.root, nil)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		rel, relErr := filepath.Rel(f.root, file)
		return relErr != nil || !conf.IsPage(filepath.ToSlash(rel)) || len(paths) > 0 && !below(paths, file)
	}), err
}

// ignored reports whether the configuration takes a page out, whatever its folder.
func ignored(conf *repoconf.Config, root, file string) bool {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return false
	}
	everything := *conf
	everything.Pages = []string{"**"}
	return !everything.IsPage(filepath.ToSlash(rel))
}

// below reports whether a file is one of the paths or lies in one.
func below(paths []string, file string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		rel, err := filepath.Rel(p, file)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	})
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
	toStdout := 0
	for part := range strings.SplitSeq(formats, ",") {
		name, to, hasFile := strings.Cut(strings.TrimSpace(part), "=")
		format, err := ci.FindFormat(name)
		if err != nil {
			return nil, usageError("--format: %w", err)
		}
		if hasFile && to == "" {
			return nil, usageError("--format: %q names no file after the equals sign", part)
		}
		if to == "" {
			toStdout++
		}
		outputs = append(outputs, output{format, to})
	}
	if toStdout > 1 {
		return nil, usageError("--format: only one format can go to standard output; write FORMAT=FILE for the others")
	}
	if file != "" {
		if len(outputs) > 1 || outputs[0].file != "" {
			return nil, usageError("--output goes with a single format; write FORMAT=FILE in --format instead")
		}
		outputs[0].file = file
	}
	return outputs, nil
}

// parseFailOn reads --fail-on; Off stands for never.
func parseFailOn(name string) (finding.Severity, error) {
	switch name {
	case "never":
		return finding.Off, nil
	case "error", "warning", "info":
		return finding.ParseSeverity(name)
	}
	return finding.Off, usageError("--fail-on %q is not known; expected one of error, warning, info, never", name)
}

// report writes the outputs and gives the error with the exit code.
func (a *App) report(result check.Result, outputs []output, failOn finding.Severity, color, quiet bool) error {
	for _, o := range outputs {
		report := ci.Report{Findings: result.Findings, Pages: result.Pages}
		if o.file == "" {
			report.Color = color
			if quiet && o.format.Name == "text" && len(result.Findings) == 0 {
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
	if len(result.Errors) > 0 {
		return failure(errors.Join(result.Errors...))
	}
	if failOn != finding.Off && finding.Max(result.Findings) >= failOn {
		return &exitError{code: ExitFindings}
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

// isTerminal reports whether output goes to a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
