package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/textdiff"
)

type fixFlags struct {
	root   string
	config string
	diff   bool
}

func (a *App) fixCommand() *cobra.Command {
	var f fixFlags
	cmd := &cobra.Command{
		Use:   "fix [PATH...]",
		Short: "Mend what findings say how to mend without a doubt",
		Long: `Mends pages where a finding has a fix that is certain: a misspelt word, a link without
encryption, a heading set too deep. Which pages is the same as for check; rules that are off and
findings that are silenced change nothing, and what no fix names stays as it is, byte for byte.
Doing it twice changes nothing more.

--diff writes nothing and prints what would be written, in the form that git apply reads; the list
of what is mended goes to standard error then.`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			conf, err := a.repoConfig(f.root, f.config)
			if err != nil {
				return err
			}
			return a.fix(cmd.Context(), f, conf, paths)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", ".", "root of the repository; pages outside of it are left alone")
	flags.StringVar(&f.config, "config", "", "configuration (default "+repoconf.Name+" at the root, if there is one)")
	flags.BoolVar(&f.diff, "diff", false, "write nothing, show what would be written")
	return cmd
}

// fix mends the pages that the command line names, one after the other: a page that can't be
// mended leaves the others to be.
func (a *App) fix(ctx context.Context, f fixFlags, conf *repoconf.Config, paths []string) error {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return failure(fmt.Errorf("open the root: %w", err))
	}
	defer root.Close()
	options := check.Options{For: conf.RulesFor, Layout: conf.Layout, Today: time.Now()}
	if options.Site, err = check.OpenSite(f.root); err != nil {
		return failure(err)
	}
	files, err := check.List(checkFlags{root: f.root}.findPages(conf, paths, func(string) bool { return true }))
	var errs []error
	if err != nil {
		errs = append(errs, err)
	}
	report := a.Stdout
	if f.diff {
		report = a.Stderr
	}
	findings, pages := 0, 0
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return failure(err)
		}
		mended, err := a.fixPage(root, f, file, options)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			continue
		}
		for _, m := range mended {
			fmt.Fprintf(report, "%s:%d:%d: %s [%s]\n", m.Path, m.Range.Start.Line, m.Range.Start.Column, m.Message, m.Rule)
		}
		findings += len(mended)
		pages += min(len(mended), 1)
	}
	fmt.Fprintf(report, "%s mended in %s\n", counted(findings, "finding"), counted(pages, "page"))
	switch {
	case len(errs) == 0:
		return nil
	case pages > 0:
		return &exitError{ExitPartly, errors.Join(errs...)}
	}
	return failure(errors.Join(errs...))
}

// fixPage mends a page, or shows how it would, and returns the findings that are gone by it.
func (a *App) fixPage(root *os.Root, f fixFlags, file string, options check.Options) ([]finding.Finding, error) {
	name, err := belowRoot(f.root, file)
	if err != nil {
		return nil, err
	}
	src, err := readPage(root, name)
	if err != nil {
		return nil, err
	}
	fixed, mended := check.Fix(name, src, options)
	if len(mended) == 0 {
		return nil, nil
	}
	if f.diff {
		fmt.Fprint(a.Stdout, textdiff.Unified("a/"+name, "b/"+name, string(src), string(fixed)))
		return mended, nil
	}
	info, err := root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return mended, overwrite(root, name, fixed, info.Mode().Perm())
}
