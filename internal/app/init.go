package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/setup"
)

// pipelineFile is where GitLab looks for the pipeline of a project.
const pipelineFile = ".gitlab-ci.yml"

type initFlags struct {
	root     string
	pages    []string
	profile  string
	openings string
	pipeline bool
	yes      bool
}

func (a *App) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set up a handbook's repository for roleplan",
		Long: `Looks where the role pages are, and writes what a repository needs: ` + repoconf.Name + `, an openings file,
and the include of the component in ` + pipelineFile + `. Files that are there stay as they are, but for the include.
On a terminal it asks before it writes; elsewhere, or with --yes, it takes flags and what it found.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var ask *asker
			if in, ok := a.Stdin.(*os.File); ok && !f.yes && isatty.IsTerminal(in.Fd()) {
				ask = &asker{in: bufio.NewScanner(in), out: a.Stderr}
			}
			return a.initRepository(f, ask)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", ".", "root of the repository")
	flags.StringSliceVar(&f.pages, "pages", nil, "glob of role pages, such as content/roles/**/*.md; several, comma-separated (default: found out)")
	flags.StringVar(&f.profile, "profile", "", "layout of the pages: auto, job-family-2022, job-family or job-description (default: found out)")
	flags.StringVar(&f.openings, "openings", "", "openings file (default "+repoconf.Default().Openings.Path+")")
	flags.BoolVar(&f.pipeline, "pipeline", true, "add the component to "+pipelineFile)
	completes(cmd, "profile", "auto", "job-family-2022", "job-family", "job-description")
	flags.BoolVar(&f.yes, "yes", false, "ask nothing")
	return cmd
}

// An asker asks on a terminal. A nil asker takes every default.
type asker struct {
	in  *bufio.Scanner
	out io.Writer
}

func (q *asker) text(question, preset string) string {
	if q == nil {
		return preset
	}
	fmt.Fprintf(q.out, "%s [%s]: ", question, preset)
	if q.in.Scan() {
		if answer := strings.TrimSpace(q.in.Text()); answer != "" {
			return answer
		}
	}
	return preset
}

func (q *asker) yes(question string) bool {
	return !strings.HasPrefix(strings.ToLower(q.text(question, "yes")), "n")
}

// initRepository writes what is missing, and says of each file what was done.
func (a *App) initRepository(f initFlags, ask *asker) error {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return failure(fmt.Errorf("open the root: %w", err))
	}
	defer func() { _ = root.Close() }() // nothing is written through it any more
	work := &initWork{App: a, root: root, ask: ask}
	conf, err := work.config(f)
	if err != nil {
		return err
	}
	if err := work.openings(conf); err != nil {
		return err
	}
	if f.pipeline {
		if err := work.pipeline(); err != nil {
			return err
		}
	}
	work.next(conf, f.root)
	return nil
}

// initWork is one run of init.
type initWork struct {
	*App
	root    *os.Root
	ask     *asker
	written int
	pending bool // something has to be done by hand
}

func (w *initWork) say(file, what string) { fmt.Fprintf(w.Stdout, "%-22s %s\n", file, what) }

// read reads a file; ok is false for one that is not there.
func (w *initWork) read(file string) (src []byte, ok bool, err error) {
	src, err = w.root.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, failure(fmt.Errorf("read what is there: %w", err))
	}
	return src, true, nil
}

func (w *initWork) write(file string, content []byte, what string) error {
	if err := replace(w.root, file, content); err != nil {
		return failure(fmt.Errorf("write %s: %w", file, err))
	}
	w.written++
	w.say(file, what)
	return nil
}

// config writes the configuration where there is none, and gives the one that holds.
func (w *initWork) config(f initFlags) (*repoconf.Config, error) {
	src, there, err := w.read(repoconf.Name)
	if err != nil {
		return nil, err
	}
	if there {
		conf, err := parseRepoConfig(repoconf.Name, src)
		if err == nil {
			w.say(repoconf.Name, "is there already")
		}
		return conf, err
	}
	layout, err := w.layout(f)
	if err != nil {
		return nil, err
	}
	preset := repoconf.Default().Openings.Path
	file := f.openings
	if file == "" {
		file = w.ask.text("Openings file", preset)
	}
	if file == preset {
		file = ""
	}
	text := setup.Config(layout, file)
	conf, err := parseRepoConfig(repoconf.Name, text)
	if err != nil {
		return nil, err
	}
	return conf, w.write(repoconf.Name, text, "is written")
}

// layout is what flags say of the repository, and for the rest what it looks like.
func (w *initWork) layout(f initFlags) (setup.Layout, error) {
	l, err := setup.Detect(w.root.FS())
	if err != nil {
		return l, failure(fmt.Errorf("look at the repository: %w", err))
	}
	if l.Found == 0 {
		fmt.Fprintln(w.Stderr, "no role pages were found; name them with --pages, or later in "+repoconf.Name)
	} else {
		fmt.Fprintf(w.Stderr, "found %s, layout %s\n", counted(l.Found, "role page"), l.Profile)
	}
	if l.Team != "" {
		fmt.Fprintf(w.Stderr, "found the team in %s\n", l.Team)
	}
	preset := repoconf.Default().Pages
	pages := f.pages
	if pages == nil {
		found := l.Pages
		if found == nil {
			found = preset
		}
		pages = strings.FieldsFunc(w.ask.text("Role pages", strings.Join(found, ", ")), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if l.Pages = pages; slices.Equal(pages, preset) {
		l.Pages = nil
	}
	if f.profile != "" {
		l.Profile = f.profile
	} else {
		l.Profile = w.ask.text("Layout", l.Profile)
	}
	return l, nil
}

// openings writes an openings file where none is.
func (w *initWork) openings(conf *repoconf.Config) error {
	if conf.Openings.Project != "" {
		w.say("openings", "are kept in the project "+conf.Openings.Project)
		return nil
	}
	for _, file := range []string{conf.Openings.Path, conf.OpeningsDir()} {
		if _, err := w.root.Stat(file); err == nil {
			w.say(file, "is there already")
			return nil
		}
	}
	return w.write(conf.Openings.Path, setup.Openings(), "is written")
}

// pipeline adds the include of the component.
func (w *initWork) pipeline() error {
	src, there, err := w.read(pipelineFile)
	if err != nil {
		return err
	}
	after, ok := setup.Include(src)
	switch {
	case !ok:
		w.pending = true
		w.say(pipelineFile, "is left as it is: it can't be changed without a doubt. Add to its list of includes:")
		fmt.Fprintf(w.Stdout, "\n%s\n", setup.Lines)
		return nil
	case there && string(after) == string(src):
		w.say(pipelineFile, "includes the component already")
		return nil
	case !w.ask.yes("Add the component to " + pipelineFile):
		w.say(pipelineFile, "is left as it is")
		return nil
	case there:
		return w.write(pipelineFile, after, "includes the component now")
	}
	return w.write(pipelineFile, after, "is written")
}

// next says what to do now.
func (w *initWork) next(conf *repoconf.Config, root string) {
	if w.written == 0 && !w.pending {
		fmt.Fprintln(w.Stdout, "\nNothing to do: the repository is set up.")
		return
	}
	at := ""
	if root != "." {
		at = " --root " + root
	}
	fmt.Fprintf(w.Stdout, `
Next:
  roleplan check%s          what to mend in the pages
  roleplan open PAGE --id ID --level LEVEL%s   a first opening, in %s
  commit the files and open a merge request; its pipeline checks the pages
  for notes in merge requests and hiring plans, run the service, and ask what it lacks:
  roleplan doctor --projects GROUP/PROJECT
`, at, at, conf.Openings.Path)
}
