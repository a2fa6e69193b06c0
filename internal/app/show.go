package app

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

func (a *App) showCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show PAGE",
		Short: "Print a role page as roleplan reads it",
		Long:  `Prints levels with what each asks, its own and what it takes over from elsewhere apart, and hiring processes with their steps. PAGE may be - for standard input.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.readPage(args[0])
			if err != nil {
				return err
			}
			switch format {
			case "tree":
				showTree(a.Stdout, p)
			case "json":
				out := json.NewEncoder(a.Stdout)
				out.SetEscapeHTML(false)
				out.SetIndent("", "  ")
				return out.Encode(showJSON(p))
			case "mermaid":
				if len(p.Process) == 0 {
					return failure(fmt.Errorf("show %q as a chart: the page has no hiring process", args[0]))
				}
				for _, proc := range p.Process {
					fmt.Fprint(a.Stdout, hiring.Mermaid(proc))
				}
			default:
				return usageError("--format %q is not known; expected tree, json or mermaid", format)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "tree", "tree, json or mermaid")
	return cmd
}

// readPage reads a page from a file, or from standard input for "-".
func (a *App) readPage(path string) (*hiring.Page, error) {
	if path == "-" {
		src, err := io.ReadAll(a.Stdin)
		if err != nil {
			return nil, failure(fmt.Errorf("read standard input: %w", err))
		}
		return rolepage.Parse("stdin.md", src), nil
	}
	src, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, failure(fmt.Errorf("read page: %w", err))
	}
	return rolepage.Parse(path, src), nil
}

// showTree prints a page for people.
func showTree(w io.Writer, p *hiring.Page) {
	title := p.Title
	if title == "" {
		title = "(no title)"
	}
	fmt.Fprintf(w, "%s\n  %s, profile %s\n", title, p.Path, p.Profile)
	for _, problem := range p.Problems {
		fmt.Fprintf(w, "  problem in line %d: %s\n", p.Line(problem.Span.Start), problem.Message)
	}
	showCore(w, p)
	for _, group := range []struct {
		name string
		list []*hiring.Level
	}{{"Levels", p.Levels}, {"Roles", p.Roles}, {"Specialties and segments", p.Variants}} {
		if len(group.list) > 0 {
			fmt.Fprintf(w, "\n%s\n", group.name)
		}
		for _, lv := range group.list {
			showLevel(w, p, lv)
		}
	}
	for _, proc := range p.Process {
		showProcess(w, p, proc)
	}
}

func showCore(w io.Writer, p *hiring.Page) {
	for _, part := range []struct {
		name     string
		sections []*hiring.Section
	}{
		{"responsibilities", p.Core.Responsibilities}, {"requirements", p.Core.Requirements},
		{"performance indicators", p.Core.PerformanceIndicators}, {"career ladder", p.Core.CareerLadder},
	} {
		for _, s := range part.sections {
			fmt.Fprintf(w, "  %s of the whole page: line %d\n", part.name, p.Line(s.Line.Start))
		}
	}
}

func showLevel(w io.Writer, p *hiring.Page, lv *hiring.Level) {
	fmt.Fprintf(w, "\n  %s (line %d)", lv.Name, p.Line(lv.Section.Line.Start))
	if lv.Role != nil {
		fmt.Fprintf(w, ", of %s", lv.Role.Name)
	}
	fmt.Fprintln(w)
	switch g := lv.Grade; {
	case g == nil:
		fmt.Fprintln(w, "    grade: not stated")
	case g.Min == 0:
		fmt.Fprintf(w, "    grade: %s\n", oneLine(g.Text.Text))
	default:
		fmt.Fprintf(w, "    grade: %s\n", gradeWords(g))
	}
	if lv.ReportsTo != nil {
		fmt.Fprintf(w, "    reports to: %s\n", lv.ReportsTo.Text)
	}
	showAsks(w, "responsibilities", lv.Responsibilities)
	showAsks(w, "requirements", lv.Requirements)
	showAsks(w, "performance indicators", lv.PerformanceIndicators)
}

func gradeWords(g *hiring.JobGrade) string {
	if g.Min == g.Max {
		return fmt.Sprint(g.Min)
	}
	return fmt.Sprintf("%d to %d", g.Min, g.Max)
}

func showAsks(w io.Writer, name string, a hiring.Asks) {
	if len(a.Own)+len(a.Inherited) == 0 {
		return
	}
	fmt.Fprintf(w, "    %s: %d own, %d taken over\n", name, len(a.Own), len(a.Inherited))
	for _, t := range a.Own {
		fmt.Fprintf(w, "      * %s\n", oneLine(t.Text))
	}
	from := "\x00"
	for _, in := range a.Inherited {
		if in.From != from {
			from = in.From
			of := from
			if of == "" {
				of = "the whole page"
			}
			fmt.Fprintf(w, "      from %s:\n", of)
		}
		fmt.Fprintf(w, "      * %s\n", oneLine(in.Text.Text))
	}
	for _, e := range a.Extends {
		if len(e.Resolved) == 0 {
			fmt.Fprintf(w, "      not found: what %q points to\n", oneLine(e.Text.Text))
		}
	}
}

func showProcess(w io.Writer, p *hiring.Page, proc *hiring.Process) {
	scope := ""
	if proc.Scope != "" {
		scope = " for " + proc.Scope
	}
	fmt.Fprintf(w, "\nHiring process%s (line %d)\n", scope, p.Line(proc.Section.Line.Start))
	if len(proc.Steps) == 0 {
		fmt.Fprintln(w, "  no steps")
	}
	for i, s := range proc.Steps {
		fmt.Fprintf(w, "  %d. %s\n", i+1, stepWords(s))
		fmt.Fprintf(w, "     line %d: %s\n", p.Line(s.Span.Start), shortLine(s.Text.Text, 110))
		for _, d := range s.Doubts {
			fmt.Fprintf(w, "     not sure: %s\n", d)
		}
	}
}

// stepWords says in a line how a step was read.
func stepWords(s hiring.Step) string {
	parts := []string{strings.ReplaceAll(string(s.Kind), "_", " ")}
	if s.Count != nil && *s.Count != (hiring.Bounds{Min: 1, Max: 1}) {
		parts[0] += ", " + boundsWords(s.Count) + " meetings"
	}
	if s.Duration != nil {
		parts = append(parts, boundsWords(s.Duration)+" minutes")
	}
	if len(s.With) > 0 {
		parts = append(parts, "with "+strings.Join(s.With, " and "))
	}
	if s.Optional {
		parts = append(parts, "may not take place")
	}
	return strings.Join(parts, ", ")
}

func boundsWords(b *hiring.Bounds) string {
	if b.Min == b.Max {
		return fmt.Sprint(b.Min)
	}
	return fmt.Sprintf("%d to %d", b.Min, b.Max)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shortLine cuts a text to a number of characters.
func shortLine(s string, most int) string {
	r := []rune(oneLine(s))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}
