package app

import (
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

func (a *App) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema config|openings",
		Short: "Print the JSON Schema of " + repoconf.Name + " or of the openings file, for editors",
		Long: `An editor that knows the schema completes keys and marks mistakes while a file is written. The
schemas lie in the folder schema of roleplan's repository, too.`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"config", "openings"},
		RunE: func(_ *cobra.Command, args []string) error {
			schema := openings.Schema
			if args[0] == "config" {
				schema = func() ([]byte, error) { return repoconf.Schema(rule.Names()) }
			}
			out, err := schema()
			if err != nil {
				return failure(fmt.Errorf("make the schema: %w", err))
			}
			if _, err := fmt.Fprintf(a.Stdout, "%s\n", out); err != nil {
				return failure(fmt.Errorf("write the schema: %w", err))
			}
			return nil
		},
	}
}
