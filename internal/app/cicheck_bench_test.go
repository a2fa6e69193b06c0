package app

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkCICheck is roleplan's share of a job: the whole process in a fresh clone of depth 1, of a
// handbook with 501 role pages (the demo's three, many times). The merge request changes ten, and git
// fetches the commit that it began at, from this machine.
func BenchmarkCICheck(b *testing.B) {
	origin := b.TempDir()
	gitRun(b, origin, "init", "--quiet", "--initial-branch", "main")
	pages := map[string]string{}
	err := fs.WalkDir(demoHandbook, "demodata/handbook/content", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		src, err := demoHandbook.ReadFile(path)
		for n := range 167 {
			pages[fmt.Sprintf("%s%03d/%s", families, n, filepath.Base(path))] = string(src)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	writeFiles(b, origin, pages)
	base := commit(b, origin, "handbook")
	for n := range 10 {
		name := fmt.Sprintf("%s%03d/%s", families, n, filepath.Base(demoPage))
		writeFiles(b, origin, map[string]string{name: strings.Replace(pages[name], lastStep, panelStep+"\n"+lastStep, 1)})
	}
	commit(b, origin, "change")

	request := map[string]string{"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
	for _, test := range []struct {
		name string
		env  map[string]string
	}{{"merge request", request}, {"all pages", nil}} {
		b.Run(test.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dir := filepath.Join(b.TempDir(), "clone")
				gitRun(b, origin, "clone", "--quiet", "--depth", "1", "file://"+origin, dir)
				cmd := exec.Command(os.Args[0], "ci", "check")
				cmd.Env = append(os.Environ(), commandChild+"=1", "CI_PROJECT_DIR="+dir, "ROLEPLAN_FAIL_ON=never")
				for name, value := range test.env {
					cmd.Env = append(cmd.Env, name+"="+value)
				}
				b.StartTimer()
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}
