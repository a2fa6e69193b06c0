package standin

import (
	"maps"
	"slices"
	"strings"
)

// An entry is a file or folder of a repository.
type entry struct{ path, kind string }

// name is the last part of the path.
func (e entry) name() string { return e.path[strings.LastIndexByte(e.path, '/')+1:] }

// entries are what a folder of a commit holds: "blob" and "tree".
func (c *Commit) entries(dir string, recursive bool) []entry {
	dir = strings.Trim(dir, "/")
	prefix := ""
	if dir != "" {
		prefix = dir + "/"
	}
	seen := map[string]bool{}
	var list []entry
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		rest, ok := strings.CutPrefix(path, prefix)
		if !ok {
			continue
		}
		parts := strings.Split(rest, "/")
		for i := 1; i < len(parts); i++ {
			folder := prefix + strings.Join(parts[:i], "/")
			if !seen[folder] && (i == 1 || recursive) {
				seen[folder] = true
				list = append(list, entry{folder, "tree"})
			}
		}
		if len(parts) == 1 || recursive {
			list = append(list, entry{path, "blob"})
		}
	}
	return list
}

// treeObject is a folder for GraphQL. One that is not there is empty, and no error.
func treeObject(c *Commit, args params) object {
	if c == nil {
		return nil
	}
	of := func(kind string) resolver {
		return func(page params) (any, error) {
			var list []object
			for _, e := range c.entries(args.text("path"), args.truth("recursive")) {
				if e.kind == kind {
					list = append(list, object{"id": gid("Gitlab::Graphql::Representation::TreeEntry", 0), "name": e.name(), "path": e.path})
				}
			}
			return connection(list, page), nil
		}
	}
	return object{"__typename": "Tree", "blobs": of("blob"), "trees": of("tree")}
}
