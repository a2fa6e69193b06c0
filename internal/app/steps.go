package app

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// The shapes of `steps`: the hiring processes of a page as one JSON line.
type (
	stepsPage struct {
		Page      string         `json:"page"` // relative to --root
		Processes []stepsProcess `json:"processes"`
	}
	stepsProcess struct {
		Scope string     `json:"scope"`
		Line  int        `json:"line"`
		Steps []stepJSON `json:"steps"`
	}
	stepJSON struct {
		Line     int             `json:"line"`
		Kind     hiring.StepKind `json:"kind"`
		Optional bool            `json:"optional"`
		Duration []int           `json:"duration"` // [min, max] minutes, or null
		Count    []int           `json:"count"`    // [min, max] meetings, or null
		With     []string        `json:"with"`
	}
)

func (a *App) stepsCommand() *cobra.Command {
	type read struct {
		page stepsPage
		err  error
	}
	var root string
	cmd := &cobra.Command{
		Use:   "steps [PATH...]",
		Short: "Print the hiring processes of pages as JSON lines",
		Long: `Prints one JSON object a page, with its hiring processes and their steps: kind, minutes
of one meeting, number of meetings, and who meets the candidate. Folders are walked for role
pages; without a path the root is.`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			pages, err := check.Map(cmd.Context(), root, check.Walk(root, paths), func(f check.File) read {
				if f.Err != nil {
					return read{err: f.Err}
				}
				return read{page: stepsOf(rolepage.Parse(f.Path, f.Source))}
			})
			if err != nil {
				return failure(err)
			}
			out := json.NewEncoder(a.Stdout)
			out.SetEscapeHTML(false)
			var errs []error
			for _, p := range pages {
				if p.err != nil {
					errs = append(errs, p.err)
					continue
				}
				if err := out.Encode(p.page); err != nil {
					return failure(fmt.Errorf("write steps: %w", err))
				}
			}
			if len(errs) > 0 {
				return failure(errors.Join(errs...))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&root, "root", ".", "folder that paths in the output are relative to")
	return cmd
}

func stepsOf(p *hiring.Page) stepsPage {
	out := stepsPage{Page: p.Path, Processes: []stepsProcess{}}
	for _, proc := range p.Process {
		steps := []stepJSON{}
		for _, s := range proc.Steps {
			steps = append(steps, stepJSON{
				Line: p.Line(s.Span.Start), Kind: s.Kind, Optional: s.Optional, Duration: pair(s.Duration), Count: pair(s.Count), With: append([]string{}, s.With...),
			})
		}
		out.Processes = append(out.Processes, stepsProcess{Scope: proc.Scope, Line: p.Line(proc.Section.Line.Start), Steps: steps})
	}
	return out
}

func pair(b *hiring.Bounds) []int {
	if b == nil {
		return nil
	}
	return []int{b.Min, b.Max}
}
