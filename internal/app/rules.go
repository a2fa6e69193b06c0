package app

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

func (a *App) rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules [RULE]",
		Short: "List the rules, or explain one with a bad and a good example",
		Args:  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return rule.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listRules()
			}
			r := rule.Find(args[0])
			if r == nil {
				if near := strictyaml.Nearest(args[0], rule.Names()); near != "" {
					return usageError("rule %q does not exist; perhaps %q was meant", args[0], near)
				}
				return usageError("rule %q does not exist; `roleplan rules` lists them all", args[0])
			}
			a.explain(r)
			return nil
		},
	}
}

func (a *App) listRules() error {
	width := 0
	for _, name := range rule.Names() {
		width = max(width, len(name))
	}
	var b strings.Builder
	group := ""
	for _, r := range rule.All {
		if r.Group != group {
			if group != "" {
				b.WriteByte('\n')
			}
			group = r.Group
			fmt.Fprintln(&b, strings.ToUpper(group))
		}
		fmt.Fprintf(&b, "  %-*s  %-7s  %s\n", width, r.Name, r.Severity, r.Doc)
	}
	if _, err := io.WriteString(a.Stdout, b.String()); err != nil {
		return failure(fmt.Errorf("write rules: %w", err))
	}
	return nil
}

// explain prints a rule with its examples, and what it says of the bad one.
func (a *App) explain(r *rule.Rule) {
	fmt.Fprintf(a.Stdout, "%s (%s, %s)\n\n%s\n\n%s\n", r.Name, r.Group, r.Severity, wrap(strings.ToUpper(r.Doc[:1])+r.Doc[1:]+"."), wrap(r.Why))
	fmt.Fprintf(a.Stdout, "\nBad:\n\n%s\n", indent(r.Bad))
	for _, f := range rule.Run(r, rolepage.Parse(r.ExamplePath(), []byte(r.Bad)), r.Severity) {
		fmt.Fprintf(a.Stdout, "%s\n\n", wrap(fmt.Sprintf("Line %d: %s.", f.Range.Start.Line, f.Message)))
	}
	fmt.Fprintf(a.Stdout, "Good:\n\n%s", indent(r.Good))
	fmt.Fprintf(a.Stdout, "\nTo change it, write in .roleplan.yml:\n\n    rules:\n      %s: off    # or info, warning, error\n", r.Name)
}

// wrap breaks a text into lines of at most 80 characters.
func wrap(s string) string {
	const most = 80
	var b strings.Builder
	n := 0
	for word := range strings.FieldsSeq(s) {
		switch {
		case n == 0:
		case n+1+len(word) > most:
			b.WriteByte('\n')
			n = 0
		default:
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += len(word)
	}
	return b.String()
}

// indent sets a text four blanks in.
func indent(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
