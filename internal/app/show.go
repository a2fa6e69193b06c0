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
				fmt.Fprint(a.Stdout, hiring.MermaidAll(p.Process))
			default:
				return usageError("--format %q is not known; expected tree, json or mermaid", format)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "tree", "tree, json or mermaid")
	completes(cmd, "format", "tree", "json", "mermaid")
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
	showWhole(w, p)
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
	showOthers(w, p)
}

// showWhole prints what the page says of all its levels.
func showWhole(w io.Writer, p *hiring.Page) {
	var b strings.Builder
	showGrade(&b, "  ", p.Grade)
	if p.ReportsTo != nil {
		fmt.Fprintf(&b, "  reports to: %s\n", p.ReportsTo.Text)
	}
	for _, part := range []struct {
		name     string
		sections []*hiring.Section
		entries  []hiring.Entry
	}{
		{"responsibilities", p.Core.Responsibilities, p.Responsibilities},
		{"requirements", p.Core.Requirements, p.Requirements},
		{"performance indicators", p.Core.PerformanceIndicators, p.PerformanceIndicators},
	} {
		if len(part.sections) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %s (%s)\n", part.name, linesOf(p, part.sections))
		for _, e := range part.entries {
			showEntry(&b, "    ", "*", e)
		}
	}
	for _, s := range p.Core.CareerLadder {
		fmt.Fprintf(&b, "  career ladder (line %d)\n", p.Line(s.Line.Start))
	}
	if b.Len() > 0 {
		fmt.Fprintf(w, "\nThe whole page\n%s", b.String())
	}
}

// linesOf are the lines of headings: "line 75", "lines 12 and 80".
func linesOf(p *hiring.Page, sections []*hiring.Section) string {
	var lines []string
	for _, s := range sections {
		lines = append(lines, fmt.Sprint(p.Line(s.Line.Start)))
	}
	if len(lines) == 1 {
		return "line " + lines[0]
	}
	last := len(lines) - 1
	return "lines " + strings.Join(lines[:last], ", ") + " and " + lines[last]
}

// showOthers prints the headings that describe neither the role nor its hiring, with what
// stands below them.
func showOthers(w io.Writer, p *hiring.Page) {
	described := map[*hiring.Section]bool{}
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles, p.Variants} {
		for _, lv := range list {
			described[lv.Section] = true
			for _, s := range lv.Again {
				described[s] = true
			}
		}
	}
	head := "\nOther sections\n"
	var walk func(*hiring.Section)
	walk = func(s *hiring.Section) {
		if described[s] {
			return
		}
		if s.Rank > 0 && s.Kind == hiring.SectionOther {
			fmt.Fprintf(w, "%s%s%s (line %d)%s\n", head, strings.Repeat("  ", max(1, s.Rank-1)), s.Heading.Text, p.Line(s.Line.Start), contents(s))
			head = ""
		}
		if s.Kind == hiring.SectionOther || s.Kind == hiring.SectionLevels {
			for _, c := range s.Children {
				walk(c)
			}
		}
	}
	walk(p.Root)
}

// contents says what the body of a section holds: ": 2 paragraphs, 5 list items, a table of 6
// rows and 3 columns".
func contents(s *hiring.Section) string {
	var parts []string
	paragraphs, items := 0, len(s.Items())
	for _, b := range s.Blocks {
		if b.Kind == hiring.BlockParagraph {
			paragraphs++
		}
	}
	parts = appendCount(parts, paragraphs, "paragraph")
	parts = appendCount(parts, items, "list item")
	for _, b := range s.Blocks {
		if len(b.Rows) > 0 {
			parts = append(parts, fmt.Sprintf("a table of %s and %s (%s)", counted(len(b.Rows), "row"), counted(len(b.Rows[0]), "column"), shortLine(strings.Join(b.Rows[0], ", "), 60)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func appendCount(parts []string, n int, what string) []string {
	switch n {
	case 0:
		return parts
	case 1:
		return append(parts, "1 "+what)
	}
	return append(parts, fmt.Sprintf("%d %ss", n, what))
}

func showLevel(w io.Writer, p *hiring.Page, lv *hiring.Level) {
	fmt.Fprintf(w, "\n  %s (line %d)", lv.Name, p.Line(lv.Section.Line.Start))
	if lv.Role != nil {
		fmt.Fprintf(w, ", of %s", lv.Role.Name)
	}
	fmt.Fprintln(w)
	if lv.Grade == nil && (lv.Kind == hiring.KindLevel || lv.Kind == hiring.KindRole) {
		fmt.Fprintln(w, "    grade: not stated")
	}
	showGrade(w, "    ", lv.Grade)
	if lv.ReportsTo != nil {
		fmt.Fprintf(w, "    reports to: %s\n", lv.ReportsTo.Text)
	}
	showAsks(w, "responsibilities", lv.Responsibilities)
	showAsks(w, "requirements", lv.Requirements)
	showAsks(w, "performance indicators", lv.PerformanceIndicators)
}

func showGrade(w io.Writer, indent string, g *hiring.JobGrade) {
	switch {
	case g == nil:
	case g.Min == 0:
		fmt.Fprintf(w, "%sgrade: %s\n", indent, oneLine(g.Text.Text))
	default:
		fmt.Fprintf(w, "%sgrade: %s\n", indent, gradeWords(g))
	}
}

func gradeWords(g *hiring.JobGrade) string {
	if g.Min == g.Max {
		return fmt.Sprint(g.Min)
	}
	return fmt.Sprintf("%d to %d", g.Min, g.Max)
}

// showEntry prints an entry, further in where it stands below another.
func showEntry(w io.Writer, indent, mark string, e hiring.Entry) {
	const deepest = 8
	text := oneLine(e.Text.Text)
	if e.Wish && !strings.Contains(strings.ToLower(text), "nice to have") {
		text += " (nice to have)"
	}
	fmt.Fprintf(w, "%s%s%s %s\n", indent, strings.Repeat("  ", min(e.Depth, deepest)), mark, text)
}

// showAsks prints a list of what a level asks: its own entries, then those that it takes over,
// with where they stand.
func showAsks(w io.Writer, name string, a hiring.Asks) {
	inherited := a.Inherited()
	if len(a.Own)+len(inherited) == 0 {
		return
	}
	fmt.Fprintf(w, "    %s: %d own, %d taken over\n", name, len(a.Own), len(inherited))
	for _, e := range a.Own {
		showEntry(w, "      ", "*", e)
	}
	from := "\x00"
	for _, in := range inherited {
		if in.From != from {
			from = in.From
			of := from
			if of == "" {
				of = "the whole page"
			}
			fmt.Fprintf(w, "      from %s:\n", of)
		}
		showEntry(w, "      ", "+", in.Entry)
	}
	for _, e := range a.Extends {
		if !e.Found() {
			fmt.Fprintf(w, "      not found on this page: %q\n", oneLine(e.Text.Text))
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
