package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestCompletion: what the shells ask roleplan for while somebody types.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"mig":                  "migrate",
		"check --fail-":        "--fail-on",
		"check --fail-on ":     "error warning info never",
		"check --format co":    "codequality",
		"rules missing-job":    "missing-job-grade",
		"migrate --to ":        "job-family job-description",
		"schema ":              "config openings",
		"open --priority h":    "high",
		"serve --log-level d":  "debug",
		"report --format h":    "html",
		"init --profile job-f": "job-family-2022 job-family",
	} {
		var r run
		words := strings.Split(line, " ")
		code := r.main(t, append([]string{cobra.ShellCompNoDescRequestCmd}, words...)...)
		var got []string
		for l := range strings.Lines(r.stdout) {
			// The shell leaves out what does not begin as the word does; the last line is for it.
			if l = strings.TrimSpace(l); !strings.HasPrefix(l, ":") && strings.HasPrefix(l, words[len(words)-1]) {
				got = append(got, l)
			}
		}
		if code != ExitOK || strings.Join(got, " ") != want {
			t.Errorf("%q: exit %d, %q, want %q", line, code, got, want)
		}
	}
}

// TestCompletedValues: a value that the shell offers is one that the help of the flag names.
func TestCompletedValues(t *testing.T) {
	t.Parallel()
	everyCommand(wholeRoot(), func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			complete, ok := c.GetFlagCompletionFunc(f.Name)
			if !ok {
				return
			}
			values, _ := complete(c, nil, "")
			for _, v := range values {
				if !strings.Contains(f.Usage, v) && !strings.Contains(c.Long, v) {
					t.Errorf("%s --%s: the help does not name %q", c.CommandPath(), f.Name, v)
				}
			}
		})
	})
}

// TestCompletionScripts: each shell has a script, and bash runs its own.
func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	var r run
	for _, shell := range []string{"zsh", "fish", "powershell", "bash"} {
		if code := r.main(t, "completion", shell); code != ExitOK || !strings.Contains(r.stdout, cobra.ShellCompRequestCmd) {
			t.Errorf("%s: exit %d\n%s", shell, code, r.stderr)
		}
	}
	reader := newReader(t, "")
	script := filepath.Join(t.TempDir(), "roleplan")
	if err := os.WriteFile(script, []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	// The package bash-completion splits the line; here it is split already.
	bash := exec.Command("bash", "-c", `
		_init_completion() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; prev=${words[cword-1]}; }
		compopt() { :; }
		source "$1"
		COMP_WORDS=(roleplan check --fail-on w) COMP_CWORD=3 COMP_LINE="roleplan check --fail-on w" COMP_POINT=26 COMP_TYPE=9
		__start_roleplan
		echo "${COMPREPLY[@]}"`, "bash", script)
	bash.Env = append(os.Environ(), reader.env...)
	out, err := bash.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "warning" {
		t.Errorf("%v, %q", err, out)
	}
}
