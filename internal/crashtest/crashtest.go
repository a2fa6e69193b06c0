// Package crashtest is for tests that kill processes. Its world is a folder, and so outlives them:
// numbered versions of what is wished and of what is there.
package crashtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// A World is a folder with a file for each version.
type World string

// Version reads a version, such as that "wanted" of subject 7; 0 when there is none.
func (w World) Version(what string, subject int64) (int, error) {
	text, err := os.ReadFile(w.file(what, subject))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}

// SetVersion replaces a version at once, so that a kill leaves the old or the new one.
func (w World) SetVersion(what string, subject int64, n int) error {
	name := w.file(what, subject)
	if err := os.WriteFile(name+".new", []byte(strconv.Itoa(n)), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// Bring makes the version that is there the one that is wanted.
func (w World) Bring(subject int64) error {
	n, err := w.Version("want", subject)
	if err != nil {
		return err
	}
	return w.SetVersion("have", subject, n)
}

func (w World) file(what string, subject int64) string {
	return filepath.Join(string(w), fmt.Sprintf("%s-%d", what, subject))
}
