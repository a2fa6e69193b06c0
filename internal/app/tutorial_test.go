package app

import (
	"fmt"
	"html"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTutorial does what the tutorial says, from a clone of this repository on: it takes the commands from the
// page itself, and looks for what the page promises. The first comment costs six commands at most.
func TestTutorial(t *testing.T) {
	t.Parallel()
	page := guides(t)[tutorial]
	blocks, _ := fences(page)
	var shape []string
	for _, f := range blocks {
		shape = append(shape, f.language)
	}
	if got := strings.Join(shape, " "); got != "sh sh text sh text text sh" {
		t.Fatalf("the tutorial has other blocks than this test does: %s", got)
	}
	commands := 0
	for _, f := range blocks[:4] {
		if f.language == "sh" {
			commands += strings.Count(f.text, "\n") - strings.Count(f.text, "\\\n")
		}
	}
	if commands > 6 {
		t.Errorf("%d commands to the first comment, want 6 at most", commands)
	}

	l := newLearner(t)
	install, gitlab, serve, more := blocks[0].text, blocks[1].text, blocks[3].text, blocks[6].text
	if out, err := l.command(install).CombinedOutput(); err != nil {
		t.Fatalf("%s%v\n%s", install, err, out)
	}
	// What changes where one is stays for the blocks that follow.
	cd := regexp.MustCompile(`(?m)^cd .*$`).FindString(install)
	export := regexp.MustCompile(`(?m)^export (.*\\\n)*.*$`).FindString(serve)
	l.start(t, cd, gitlab, blocks[2].text)
	l.start(t, cd, serve, blocks[4].text)

	address := regexp.MustCompile(`http\S+/merge_requests/1`).FindString(l.mine(blocks[2].text))
	var line string
	for began := time.Now(); time.Since(began) < stageTimeout; time.Sleep(50 * time.Millisecond) {
		_, seen := get(t, address)
		seen = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(seen, ""))
		if line = fits(blocks[5].text, seen); line == "" {
			break
		}
	}
	if line != "" {
		t.Errorf("the merge request does not say %q", line)
	}
	out, err := l.command(cd + "\n" + export + "\nset -e\n" + more).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "made the webhook") || !strings.Contains(string(out), "GHP-1007") {
		t.Errorf("%s%v\n%s", more, err, out)
	}
}

// A learner follows the tutorial in an empty folder.
type learner struct {
	dir   string
	env   []string
	ports *strings.Replacer
}

func newLearner(t *testing.T) *learner {
	t.Helper()
	top := t.TempDir()
	l := &learner{dir: filepath.Join(top, "empty")}
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// The repository as it is here, with what is not committed yet.
	here, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	origin := filepath.Join(top, "origin.git")
	gitRun(t, top, "init", "--quiet", "--bare", "--initial-branch=main", origin)
	gitRun(t, top, "--git-dir="+origin, "--work-tree="+here, "add", "--all", here)
	gitRun(t, top, "--git-dir="+origin, "--work-tree="+here, "commit", "--quiet", "--message=roleplan")
	l.env = append(os.Environ(),
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+origin+".insteadOf", "GIT_CONFIG_VALUE_0=https://gitlab.com/roleplan/roleplan.git",
		"ROLEPLAN_ADMIN_LISTEN=127.0.0.1:0")
	l.ports = strings.NewReplacer("127.0.0.1:8090", freeAddress(t), "127.0.0.1:8080", freeAddress(t))
	return l
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// mine is a text of the page with the ports of this test, since those of the page may be taken.
func (l *learner) mine(text string) string { return l.ports.Replace(text) }

func (l *learner) command(script string) *exec.Cmd {
	sh := exec.Command("/bin/sh", "-c", l.mine(script))
	sh.Dir, sh.Env = l.dir, l.env
	return sh
}

// start runs a block whose last command stays up until the test ends, and waits for what it promises to say.
func (l *learner) start(t *testing.T, cd, block, promised string) {
	t.Helper()
	block = strings.TrimSpace(block)
	at := strings.LastIndex(block, "\n") + 1
	sh := l.command(fmt.Sprintf("%s\n%sexec %s", cd, block[:at], block[at:]))
	var said syncBuffer
	sh.Stdout, sh.Stderr = &said, &said
	if err := sh.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sh.Process.Signal(os.Interrupt)
		if err := sh.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", block, err, said.String())
		}
	})
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		line := fits(l.mine(promised), said.String())
		if line == "" {
			return
		}
		if time.Since(began) > stageTimeout {
			t.Fatalf("%s does not say %q, but\n%s", block, line, said.String())
		}
	}
}
