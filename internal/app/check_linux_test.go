package app

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal opens a pseudo terminal: the file to write to, and a function that ends it and
// returns what it shows.
func openTerminal(t *testing.T) (screen *os.File, shown func() string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with an error when the other side is closed
		text <- string(all)
	}()
	return screen, func() string {
		screen.Close()
		return <-text
	}
}

func TestCheckColour(t *testing.T) {
	dir := handbook(t)
	for name, test := range map[string]struct {
		args   []string
		env    map[string]string
		colour bool
	}{
		"a terminal":    {nil, nil, true},
		"--no-color":    {[]string{"--no-color"}, nil, false},
		"NO_COLOR":      {nil, map[string]string{"NO_COLOR": "1"}, false},
		"dumb terminal": {nil, map[string]string{"TERM": "dumb"}, false},
		"json":          {[]string{"--format", "json"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			screen, shown := openTerminal(t)
			a := &App{Stdout: screen, Stderr: new(bytes.Buffer), Getenv: func(name string) string { return test.env[name] }}
			if code := a.Main(t.Context(), append([]string{"check"}, test.args...)); code != ExitFindings {
				t.Errorf("exit code %d", code)
			}
			got := shown()
			if !strings.Contains(got, "missing-job-grade") {
				t.Fatalf("the terminal shows %q", got)
			}
			if strings.Contains(got, "\x1b[") != test.colour {
				t.Errorf("colours %t, want %t:\n%q", !test.colour, test.colour, got)
			}
		})
	}
}

// TestCheckColourNotInFiles: a report in a file has no colours, even when the program is called
// on a terminal.
func TestCheckColourNotInFiles(t *testing.T) {
	dir := handbook(t)
	t.Chdir(dir)
	screen, shown := openTerminal(t)
	a := &App{Stdout: screen, Stderr: new(bytes.Buffer), Getenv: func(string) string { return "" }}
	a.Main(t.Context(), []string{"check", "--output", "report.txt"})
	if got, err := os.ReadFile("report.txt"); err != nil || bytes.Contains(got, []byte("\x1b[")) || len(got) == 0 {
		t.Errorf("%v, %q", err, got)
	}
	if got := shown(); got != "" {
		t.Errorf("the terminal shows %q", got)
	}
}
