// Package openapicheck holds requests against the community's OpenAPI description of GitLab's REST
// API. The description is old (15.0), so it says nothing about paths that it does not know; where it
// knows a path, the names and types of the parameters have to be right.
//
// It is for tests: the stand-in GitLab is strict in its own way, and this is a second opinion that
// nobody here wrote.
package openapicheck

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

const fileName = "gitlab-rest-15.0.openapi.yml"

// ErrAbsent is the error of Load where there is no description.
var ErrAbsent = errors.New("the OpenAPI description of GitLab is not here; ROLEPLAN_REFERENCE names the folder that it is in")

// A Document is the description.
type Document struct {
	paths []path
}

// A path is a pattern of addresses with what may be done there.
type path struct {
	pattern string
	parts   []string
	item    *openapi3.PathItem
}

// Load reads the description, once in a process.
var Load = sync.OnceValues(func() (*Document, error) {
	name, err := find()
	if err != nil {
		return nil, err
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI description: %w", err)
	}
	d := &Document{}
	for pattern, item := range doc.Paths.Map() {
		d.paths = append(d.paths, path{pattern, strings.Split(strings.Trim(pattern, "/"), "/"), item})
	}
	// The description names some addresses more than once, with other names for their variables.
	slices.SortFunc(d.paths, func(a, b path) int { return strings.Compare(a.pattern, b.pattern) })
	return d, nil
})

// find looks for the description where ROLEPLAN_REFERENCE says, or beside the repository.
func find() (string, error) {
	dir := os.Getenv("ROLEPLAN_REFERENCE")
	if dir == "" {
		root, err := repository()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "..", "shared", "reference")
	}
	if _, err := fs.Stat(os.DirFS(dir), fileName); errors.Is(err, fs.ErrNotExist) {
		return "", ErrAbsent
	} else if err != nil {
		return "", err
	}
	return filepath.Join(dir, fileName), nil
}

// repository is the folder above this one that holds go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", ErrAbsent
		}
		dir = up
	}
}

// match finds the path of an address below /api/v4 at which a method is known, the one with the fewest
// variables, and the values of its variables.
func (d *Document) match(method, address string) (found *path, vars map[string]string) {
	have := strings.Split(strings.Trim(address, "/"), "/")
	for i, p := range d.paths {
		values, ok := p.match(have)
		if ok && p.item.GetOperation(method) != nil && (found == nil || len(values) < len(vars)) {
			found, vars = &d.paths[i], values
		}
	}
	return found, vars
}

func (p path) match(have []string) (map[string]string, bool) {
	if len(have) != len(p.parts) {
		return nil, false
	}
	vars := map[string]string{}
	for i, part := range p.parts {
		value, err := url.PathUnescape(have[i])
		if err != nil {
			return nil, false
		}
		if name, isVar := strings.CutPrefix(part, "{"); isVar {
			vars[strings.TrimSuffix(name, "}")] = value
		} else if value != part {
			return nil, false
		}
	}
	return vars, true
}
