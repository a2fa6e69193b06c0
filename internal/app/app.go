// Package app holds the commands of roleplan, a file each, and wires the other packages
// together. It is the only package beside config that knows the environment.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
)

// The exit codes.
const (
	ExitOK       = 0
	ExitFindings = 1 // findings at or over --fail-on
	ExitUsage    = 2 // wrong usage or configuration
	ExitFailure  = 3 // GitLab, network or file failure
	ExitPartly   = 4 // done in part
)

// App is one run of the program. Tests fill it by hand.
type App struct {
	Stdin  io.Reader
	Stdout io.Writer // results
	Stderr io.Writer // logs and progress
	Getenv func(string) string

	connectTo func(gitlab.Options) (*gitlab.Client, error) // makes clients; gitlab.New when nil
}

// An exitError carries the exit code that an error asks for. An exitError without err
// has been explained to the user already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &exitError{ExitUsage, fmt.Errorf(format, args...)}
}

func failure(err error) error { return &exitError{ExitFailure, err} }

// completes lets the shell complete the values of a flag.
func completes(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
}

// Main runs the command line and returns the exit code.
func (a *App) Main(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	// What is not marked comes from cobra: an unknown command, flag or argument.
	code := ExitUsage
	if e, ok := errors.AsType[*exitError](err); ok {
		code = e.code
		err = e.err
	}
	if err != nil {
		fmt.Fprintf(a.Stderr, "roleplan: %v\n", err)
	}
	return code
}

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "roleplan",
		Short:         "Keeps a company's role pages and its hiring work in step, inside GitLab",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		a.checkCommand(),
		a.fixCommand(),
		a.showCommand(),
		a.stepsCommand(),
		a.rulesCommand(),
		a.planCommand(),
		a.applyCommand(),
		a.openCommand(),
		a.schemaCommand(),
		a.reportCommand(),
		a.serveCommand(),
		a.replayCommand(),
		a.demoCommand(),
		a.migrateCommand(),
		a.ciCommand(),
		a.initCommand(),
		a.doctorCommand(),
		a.versionCommand(),
	)
	return root
}
