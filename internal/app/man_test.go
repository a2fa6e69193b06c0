package app

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitlab.com/roleplan/roleplan/internal/config"
)

const manFile = "../../docs/roleplan.1"

// TestManPage: the manual page is what the code says. With -update it is written. Where groff is, it reads the page
// without a warning.
func TestManPage(t *testing.T) {
	t.Parallel()
	want := manPage(t)
	if *update {
		if err := os.WriteFile(manFile, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(manFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s is not what the code says; run `make golden` and read the difference", manFile)
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("NO GROFF: the manual page is not rendered; install groff-base")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(groff, "-man", "-ww", "-rLL=100n", "-Tutf8", manFile)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || errs.Len() > 0 {
		t.Errorf("groff: %v\n%s", err, &errs)
	}
	// Backspaces and colours make letters bold.
	shown := regexp.MustCompile(`.\x08|\x1b\[\d*m`).ReplaceAllString(out.String(), "")
	everyCommand(wholeRoot(), func(c *cobra.Command) {
		if !strings.Contains(shown, c.CommandPath()) {
			t.Errorf("the page shows nothing of %s", c.CommandPath())
		}
	})
	if !strings.Contains(shown, "--fail-on") || !strings.Contains(shown, "ROLEPLAN_GITLAB_URL") {
		t.Errorf("flags or variables are missing:\n%.3000s", shown)
	}
}

// manPage is the manual page of all commands.
func manPage(t *testing.T) string {
	var b strings.Builder
	root := wholeRoot()
	b.WriteString(".\\\" Made from code; `make golden` writes it.\n.TH ROLEPLAN 1\n.SH NAME\n" + roff("roleplan - "+root.Short) +
		".SH SYNOPSIS\n.B roleplan\n.I command\n[flags]\n.SH COMMANDS\n")
	everyCommand(root, func(c *cobra.Command) {
		fmt.Fprintf(&b, ".SS \"%s\"\n%s%s", escapeRoff(strings.TrimSuffix(c.UseLine(), " [flags]")), roff(c.Short+"."), roff(c.Long))
		everyFlag(c, func(f *pflag.Flag, value string) {
			said := f.Usage
			if value != "" && value != "false" {
				said += " (default " + value + ")"
			}
			fmt.Fprintf(&b, ".TP\n.B \\-\\-%s\n%s", escapeRoff(f.Name), lines(said))
		})
	})
	b.WriteString(".SH ENVIRONMENT\n")
	for _, s := range config.All {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s", s.Env(), lines(s.Help))
	}
	b.WriteString(".SH \"EXIT STATUS\"\n")
	commands, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile(`(?m)^\| (\d) \| (.*) \|$`).FindAllStringSubmatch(string(commands), -1) {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s", row[1], lines(strings.ReplaceAll(row[2], "`", "")))
	}
	return b.String()
}

// roff is a text as paragraphs; those that are set in stand as they are.
func roff(text string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "  ") || strings.HasPrefix(part, "\t"):
			b.WriteString(".PP\n.nf\n" + lines(part) + ".fi\n")
		default:
			b.WriteString(".PP\n" + lines(part))
		}
	}
	return b.String()
}

// lines are lines of text, none of which is a request to roff.
func lines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(cmp.Or(text, "\\&")) {
		line = escapeRoff(strings.TrimSuffix(line, "\n"))
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func escapeRoff(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "\t", "    ").Replace(s)
}
