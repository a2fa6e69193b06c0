// Package chromium lets tests look at pages in a real browser.
package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A Browser is a Chromium on this machine.
type Browser struct{ path string }

// Find finds it. Where there is none the test is skipped.
func Find(tb testing.TB) Browser {
	tb.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return Browser{path}
		}
	}
	tb.Skip("NO BROWSER: the pages are not looked at in a real one; install chromium")
	return Browser{}
}

var sights = regexp.MustCompile(`(?s)<pre id="seen">(.+?)</pre>`)

// See opens a page that looks at others and writes down what it sees, as JSON in its element "seen". It
// returns what the console said.
func (b Browser) See(tb testing.TB, address string, seen any, flags ...string) (console []string) {
	tb.Helper()
	dom, errs := b.run(tb, append(flags, "--enable-logging=stderr", "--v=0", "--window-size=1400,1300", "--virtual-time-budget=600000", "--dump-dom", address)...)
	m := sights.FindStringSubmatch(dom)
	if m == nil {
		tb.Fatalf("the browser did not come to the end:\n%s\n%s", dom, errs)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), seen); err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(errs) {
		if strings.Contains(line, "CONSOLE") {
			console = append(console, strings.TrimSpace(line))
		}
	}
	return console
}

// Draw writes a picture of a page into a PNG file.
func (b Browser) Draw(tb testing.TB, address, file string, width, height int) {
	tb.Helper()
	b.run(tb, "--hide-scrollbars", fmt.Sprintf("--window-size=%d,%d", width, height), "--virtual-time-budget=20000", "--screenshot="+file, address)
}

func (b Browser) run(tb testing.TB, flags ...string) (out, errs string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.path, append([]string{ //nolint:gosec // a browser, with the flags of a test
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-extensions", "--user-data-dir=" + tb.TempDir(),
	}, flags...)...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		tb.Fatalf("%v\n%s", err, stderr.String())
	}
	return stdout.String(), stderr.String()
}
