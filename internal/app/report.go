package app

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/report"
)

// reportFormats are what a report can be written as, by name, with the endings of their files.
var reportFormats = []struct {
	name, ending string
	write        func(*report.Report, io.Writer) error
}{
	{"text", ".txt", (*report.Report).Text},
	{"markdown", ".md", (*report.Report).Markdown},
	{"html", ".html", (*report.Report).HTML},
	{"json", ".json", (*report.Report).JSON},
	{"csv", ".csv", (*report.Report).CSV},
}

func (a *App) reportCommand() *cobra.Command {
	var format, output string
	var back int
	var dashboard bool
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Tell how the openings stand: by stage, how long, what is late, who is next",
		Long: `Reads the plans of the projects' openings with the history of their issues, and reports
openings by stage, time in stage, age, overdue steps, next steps with their owners, and the
interviews of each person. It writes nothing to GitLab, but for --dashboard: then one issue beside the
plans shows the report, and is kept up to date by every run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, err := reportWriter(format, output)
			if err != nil {
				return err
			}
			if back < 1 {
				return usageError("--days %d: give the days that closed openings are counted, 1 or more", back)
			}
			return a.reportOpenings(cmd, back, dashboard, output, write)
		},
	}
	addSettings(cmd, gitlabSettings...)
	cmd.Flags().StringVar(&format, "format", "", "text, markdown, html, json or csv (default: by the ending of --output, else text)")
	cmd.Flags().StringVar(&output, "output", "", "file that the report is written to, instead of standard output")
	cmd.Flags().IntVar(&back, "days", 365, "count openings that were closed in the last days")
	cmd.Flags().BoolVar(&dashboard, "dashboard", false, "keep an issue that shows the report")
	completes(cmd, "format", "text", "markdown", "html", "json", "csv")
	return cmd
}

// reportWriter finds the format by its name, or by the ending of the file.
func reportWriter(format, output string) (func(*report.Report, io.Writer) error, error) {
	var names []string
	for _, f := range reportFormats {
		if f.name == format || format == "" && output != "" && f.ending == strings.ToLower(filepath.Ext(output)) {
			return f.write, nil
		}
		names = append(names, f.name)
	}
	switch {
	case format == "" && output == "":
		return (*report.Report).Text, nil
	case format == "":
		return nil, usageError("--output %q: its ending names no format; give --format one of %s", output, strings.Join(names, ", "))
	}
	return nil, usageError("--format %q is not known; expected one of %s", format, strings.Join(names, ", "))
}

// A reported is a project that holds plans, with these.
type reported struct {
	standing opening.Standing
	plans    []report.Plan
	client   *gitlab.Client
}

// reportOpenings reads, writes the report, and brings the dashboards up to date. What fails for
// one project does not stop the others.
func (a *App) reportOpenings(cmd *cobra.Command, back int, dashboard bool, output string, write func(*report.Report, io.Writer) error) error {
	now := time.Now()
	var read []reported
	errs := []error{a.eachProject(cmd, nil, func(ctx context.Context, client *gitlab.Client, p forge.Project) error {
		standing, plans, err := a.readPlans(ctx, client, p, now, back)
		for _, other := range read {
			if other.standing.Project.ID == standing.Project.ID {
				return err // two handbooks keep their plans in one project
			}
		}
		if err != nil {
			return err
		}
		if len(standing.Plans) == 0 {
			fmt.Fprintf(a.Stderr, "roleplan: %s holds no plan made by %s; plans are known by their author, so report needs the token that apply has\n", standing.Project.Path, standing.Me.Username)
		}
		read = append(read, reported{standing, plans, client})
		return nil
	})}
	if len(read) == 0 {
		return errs[0]
	}
	var all []report.Plan
	for _, r := range read {
		all = append(all, r.plans...)
	}
	whole := report.Compute(now, back, all)
	var err error
	if output == "" {
		err = write(whole, a.Stdout)
	} else {
		err = writeFile(output, func(w io.Writer) error { return write(whole, w) })
	}
	if err != nil {
		errs = append(errs, fmt.Errorf("write the report: %w", err))
	}
	if !dashboard {
		return worst(errs)
	}
	for _, r := range read {
		d, err := report.WriteDashboard(cmd.Context(), r.client, r.standing, report.Compute(now, back, r.plans))
		if err != nil {
			errs = append(errs, &exitError{ExitPartly, err})
			continue
		}
		fmt.Fprintf(a.Stderr, "roleplan: dashboard of %s: %s %s\n", r.standing.Project.Path, d.Done, d.URL)
	}
	return worst(errs)
}

// readPlans reads the plans of one project, with a bar on a terminal.
func (a *App) readPlans(ctx context.Context, client *gitlab.Client, p forge.Project, now time.Time, back int) (opening.Standing, []report.Plan, error) {
	screen := io.Discard
	if a.terminal(a.Stderr) {
		screen = a.Stderr
	}
	bar := newProgress(screen, "reading "+p.Path, 0)
	defer func() { bar.done() }()
	reader := report.Reader{
		GitLab: client, Now: now, Back: back,
		Begin: func(total int) { bar = newProgress(screen, "reading "+p.Path, total) },
		Step:  func() { bar.step() },
	}
	return reader.Read(ctx, p)
}
