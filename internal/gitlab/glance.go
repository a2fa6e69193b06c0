package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Glance looks at many paths of a repository at ref with a single request, and at the discussions of a
// merge request where they are asked for. Folders that hold nothing are not there, as for git. An instance
// that refuses the discussions is not asked for them again.
func (c *Client) Glance(ctx context.Context, project, ref string, g forge.Glance) (forge.Seen, error) {
	if c.noTalk.Load() {
		g.Discussions = 0
	}
	seen, err := c.glance(ctx, project, ref, g)
	if g.Discussions != 0 && (errors.Is(err, forge.ErrInvalid) || errors.Is(err, forge.ErrUnsupported)) {
		g.Discussions = 0
		if seen, err = c.glance(ctx, project, ref, g); err == nil {
			c.noTalk.Store(true)
		}
	}
	return seen, err
}

func (c *Client) glance(ctx context.Context, project, ref string, g forge.Glance) (forge.Seen, error) {
	r := reading("look for %d paths of project %q at %q", len(g.Files)+len(g.Folders)+len(g.Texts), project, ref)
	if len(g.Files) > forge.GlanceFiles || len(g.Texts) > forge.GlanceFiles || g.Cost() > forge.GlanceCost {
		return forge.Seen{}, fmt.Errorf("%s: %w: too many at once", r.what, forge.ErrInvalid)
	}
	query, vars := glanceQuery(g)
	vars["path"], vars["ref"] = project, ref
	var data struct {
		Project *struct {
			Repository   map[string]json.RawMessage `json:"repository"`
			MergeRequest *talk                      `json:"mergeRequest"`
		} `json:"project"`
	}
	if err := c.graphQL(ctx, r, query, vars, &data); err != nil {
		return forge.Seen{}, err
	}
	if data.Project == nil || data.Project.Repository == nil {
		return forge.Seen{}, describe(r, forge.ErrNotFound, "the project does not exist, or the token may not see its files", "")
	}
	seen := forge.Seen{Files: map[string]bool{}, Folders: map[string]forge.Folder{}, Texts: map[string][]byte{}, Discussions: data.Project.MergeRequest.list()}
	var files, contents texts
	if err := parts(data.Project.Repository, map[string]any{"files": &files, "texts": &contents}); err != nil {
		return forge.Seen{}, describe(r, forge.ErrUnavailable, "its answer could not be read", err.Error())
	}
	for _, n := range files.Nodes {
		seen.Files[n.Path] = true
	}
	read := map[string]forge.Blob{}
	contents.into(read)
	for path, b := range read {
		seen.Files[path] = true
		if b.Content != nil {
			seen.Texts[path] = b.Content
		}
	}
	for i, path := range g.Folders {
		var f struct {
			Trees names `json:"trees"`
			Blobs names `json:"blobs"`
		}
		if err := parts(data.Project.Repository, map[string]any{fmt.Sprint("f", i): &f}); err != nil {
			return forge.Seen{}, describe(r, forge.ErrUnavailable, "its answer could not be read", err.Error())
		}
		if len(f.Trees.Nodes)+len(f.Blobs.Nodes) > 0 {
			seen.Folders[path] = forge.Folder{Files: f.Blobs.list(), Folders: f.Trees.list(), Cut: max(len(f.Trees.Nodes), len(f.Blobs.Nodes)) >= perPage}
		}
	}
	return seen, nil
}

// names are entries of a folder as the query asks for them.
type names struct {
	Nodes []struct {
		Name string `json:"name"`
	} `json:"nodes"`
}

func (n names) list() []string {
	list := make([]string, len(n.Nodes))
	for i, e := range n.Nodes {
		list[i] = e.Name
	}
	return list
}

// glanceQuery writes the query for a glance. Paths go as variables.
func glanceQuery(g forge.Glance) (query string, vars map[string]any) {
	vars = map[string]any{}
	var head, body strings.Builder
	discussions := ""
	if g.Discussions != 0 {
		head.WriteString(", $mr: String!")
		discussions = talkQuery
		vars["mr"] = strconv.FormatInt(g.Discussions, 10)
	}
	if len(g.Files) > 0 {
		head.WriteString(", $files: [String!]!")
		body.WriteString("files: blobs(ref: $ref, paths: $files) { nodes { path } }\n")
		vars["files"] = g.Files
	}
	if len(g.Texts) > 0 {
		head.WriteString(", $texts: [String!]!")
		body.WriteString("texts: blobs(ref: $ref, paths: $texts) { nodes { path size rawTextBlob } }\n")
		vars["texts"] = g.Texts
	}
	for i, path := range g.Folders {
		fmt.Fprintf(&head, ", $f%d: String!", i)
		fmt.Fprintf(&body, "f%d: tree(ref: $ref, path: $f%d) { trees(first: 100) { nodes { name } } blobs(first: 100) { nodes { name } } }\n", i, i)
		vars[fmt.Sprint("f", i)] = path
	}
	return fmt.Sprintf("query Glance($path: ID!, $ref: String!%s) {\n  project(fullPath: $path) { repository {\n%s} %s }\n}", &head, &body, discussions), vars
}

// parts reads fields of an answer. One that is missing or null stays as it is.
func parts(from map[string]json.RawMessage, into map[string]any) error {
	for name, to := range into {
		if raw, ok := from[name]; ok {
			if err := json.Unmarshal(raw, to); err != nil {
				return err
			}
		}
	}
	return nil
}
