package app

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

func (a *App) rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rules [RULE]",
		Short: "List the rules, or explain one with a bad and a good example",
		Args:  cobra.MaximumNArgs(1),
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
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	group := ""
	for _, r := range rule.All {
		if r.Group != group {
			if group != "" {
				fmt.Fprintln(w, "\t\t")
			}
			group = r.Group
			fmt.Fprintf(w, "%s\t\t\n", strings.ToUpper(group))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", r.Name, r.Severity, r.Doc)
	}
	return w.Flush()
}

func (a *App) explain(r *rule.Rule) {
	fmt.Fprintf(a.Stdout, "%s (%s, %s)\n\n%s.\n\n%s\n", r.Name, r.Group, r.Severity, strings.ToUpper(r.Doc[:1])+r.Doc[1:], r.Why)
	fmt.Fprintf(a.Stdout, "\nBad:\n\n%s\nGood:\n\n%s", indent(r.Bad), indent(r.Good))
	fmt.Fprintf(a.Stdout, "\nTo change it, write in .roleplan.yml:\n\n    rules:\n      %s: off    # or info, warning, error\n", r.Name)
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
