package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

func (a *App) openCommand() *cobra.Command {
	var rootDir, config string
	var o hiring.Opening
	cmd := &cobra.Command{
		Use:   "open PAGE --id ID --level LEVEL",
		Short: "Add an opening to the openings file",
		Long: `Declares an opening of a role page: in the openings file, below the others, whose order and comments
stay as they are; or in a file of its own, where there is a folder of such files. The page has to
have the level. Nothing is written when something is wrong.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			conf, err := a.repoConfig(rootDir, config)
			if err != nil {
				return err
			}
			if conf.Openings.Project != "" {
				return usageError("the openings are kept in another project, %q (openings.project of the configuration); add it there", conf.Openings.Project)
			}
			o.Page = path.Clean(filepath.ToSlash(args[0]))
			file, err := a.addOpening(rootDir, conf, o)
			if err == nil {
				fmt.Fprintf(a.Stdout, "%s is declared in %s\n", o.ID, file)
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&rootDir, "root", ".", "root of the repository; PAGE is below it")
	flags.StringVar(&config, "config", "", "configuration (default "+repoconf.Name+" at the root, if there is one)")
	flags.StringVar(&o.ID, "id", "", "id of the opening, such as GHP-1042 (required)")
	flags.StringVar(&o.Level, "level", "", "level, as the page heads it; not needed where it has one alone")
	flags.StringVar(&o.Specialty, "specialty", "", "specialty, as the page heads it")
	flags.StringVar(&o.Type, "type", "", "new_hire or backfill")
	flags.IntVar(&o.Count, "count", 1, "positions")
	flags.StringVar(&o.Location, "location", "", "place")
	flags.StringVar(&o.HiringManager, "hiring-manager", "", "user name on GitLab")
	flags.StringVar(&o.Recruiter, "recruiter", "", "user name on GitLab")
	flags.StringVar(&o.TargetStart, "target-start", "", "day, such as 2027-02-01")
	flags.StringVar(&o.Priority, "priority", "", "high, medium or low")
	completes(cmd, "type", "new_hire", "backfill")
	completes(cmd, "priority", "high", "medium", "low")
	_ = cmd.MarkFlagRequired("id") // the flag is there
	return cmd
}

// addOpening writes an opening into its file and tells which one it is.
func (a *App) addOpening(rootDir string, conf *repoconf.Config, o hiring.Opening) (string, error) {
	if err := openings.Check(o); err != nil {
		return "", usageError("the opening has mistakes:\n%w", err)
	}
	root, err := os.OpenRoot(rootDir)
	if err != nil {
		return "", failure(fmt.Errorf("open the root: %w", err))
	}
	defer func() { _ = root.Close() }() // nothing is written through it any more
	if !conf.IsPage(o.Page) {
		return "", usageError("page: %q is no role page by the configuration; give the path of one, below the root", o.Page)
	}
	var page *hiring.Page
	src, err := root.ReadFile(o.Page)
	switch {
	case err == nil:
		page = rolepage.Parse(o.Page, src)
	case !errors.Is(err, fs.ErrNotExist):
		return "", failure(fmt.Errorf("read the page: %w", err))
	}
	level, problem := opening.Check(page, o)
	if page == nil {
		problem = opening.NoPage(o.Page, pagesOf(root, conf))
	}
	if problem != "" {
		return "", usageError("%s", problem)
	}
	o.Level = level
	file, content, err := openings.Add(conf.Openings.Path, conf.OpeningsDir(), filesOf(root, conf), o)
	var pathErr *fs.PathError
	switch {
	case errors.As(err, &pathErr):
		return "", failure(fmt.Errorf("look at the openings: %w", err))
	case err != nil:
		return "", usageError("the opening can't be added: %w", err)
	}
	if err := replace(root, file, content); err != nil {
		return "", failure(fmt.Errorf("write the openings: %w", err))
	}
	return file, nil
}

// pagesOf are the role pages of a folder on disk, as far as they can be listed.
func pagesOf(root *os.Root, conf *repoconf.Config) []string {
	var pages []string
	for _, dir := range conf.PageDirs() {
		_ = fs.WalkDir(root.FS(), dir, func(name string, d fs.DirEntry, err error) error { // they are a hint alone
			if err == nil && d.Type().IsRegular() && conf.IsPage(name) {
				pages = append(pages, name)
			}
			return nil
		})
	}
	return pages
}

// filesOf are the openings files of a folder on disk.
func filesOf(root *os.Root, conf *repoconf.Config) openings.Files {
	return openings.Files{
		Read: func(path string) ([]byte, bool, error) {
			src, err := root.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, false, nil
			}
			return src, err == nil, err
		},
		List: func() ([]string, error) {
			entries, err := fs.ReadDir(root.FS(), conf.OpeningsDir())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			var paths []string
			for _, e := range entries {
				if p := path.Join(conf.OpeningsDir(), e.Name()); e.Type().IsRegular() && conf.IsOpenings(p) {
					paths = append(paths, p)
				}
			}
			return paths, nil
		},
	}
}

// replace writes a file in whole: beside it first, so that a full disk leaves the old one.
func replace(root *os.Root, file string, content []byte) error {
	if err := root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := root.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	beside := file + ".new"
	if err := root.WriteFile(beside, content, mode); err != nil {
		_ = root.Remove(beside) // the first error says what matters
		return err
	}
	return root.Rename(beside, file)
}
