package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// ReadFile reads a file of a repository as it is at ref, best a commit. A file that is not
// there gives forge.ErrNotFound, and so does an unknown ref.
func (c *Client) ReadFile(ctx context.Context, project int64, file, ref string) ([]byte, error) {
	content, _, err := c.ReadFileCommit(ctx, project, file, ref)
	return content, err
}

// ReadFileCommit is ReadFile that also tells the last commit that changed the file, as of ref;
// "" on servers that don't say.
func (c *Client) ReadFileCommit(ctx context.Context, project int64, file, ref string) (content []byte, commit string, err error) {
	r := reading("read file %q of project %d at %q", file, project, ref)
	if ref == "" || file == "" {
		return nil, "", fmt.Errorf("%s: %w: a path and a ref are needed", r.what, forge.ErrInvalid)
	}
	err = c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		got, resp, err := c.api.RepositoryFiles.GetRawFile(project, file, &gl.GetRawFileOptions{Ref: &ref}, with)
		if err == nil {
			content, commit = got, resp.Header.Get("X-Gitlab-Last-Commit-Id")
		}
		return err
	})
	return content, commit, err
}

const blobsQuery = `query Files($path: ID!, $ref: String!, $files: [String!]!) {
  project(fullPath: $path) { repository { blobs(ref: $ref, paths: $files) { nodes { path size rawTextBlob } } } }
}`

// texts are files as the query above asks for them.
type texts struct {
	Nodes []struct {
		Path string      `json:"path"`
		Size json.Number `json:"size"`
		Text *string     `json:"rawTextBlob"`
	} `json:"nodes"`
}

// contents are the files that came byte for byte.
func (t texts) contents() map[string][]byte {
	read := map[string][]byte{}
	for _, n := range t.Nodes {
		// A text in another encoding comes converted, and with another length.
		if n.Text != nil && n.Size == json.Number(strconv.Itoa(len(*n.Text))) && utf8.ValidString(*n.Text) && !strings.ContainsRune(*n.Text, utf8.RuneError) {
			read[n.Path] = []byte(*n.Text)
		}
	}
	return read
}

// ReadFiles reads several files at ref with a single request. What it can't give byte for byte is
// not among the result: files that are no text, or not there at all. An instance that refuses such a
// query is not asked again, and the result is empty: then files are read one by one.
func (c *Client) ReadFiles(ctx context.Context, project, ref string, files []string) (map[string][]byte, error) {
	r := reading("read %d files of project %q at %q", len(files), project, ref)
	if c.oneByOne.Load() {
		return nil, nil
	}
	var data struct {
		Project struct {
			Repository struct {
				Blobs texts `json:"blobs"`
			} `json:"repository"`
		} `json:"project"`
	}
	err := c.graphQL(ctx, r, blobsQuery, map[string]any{"path": project, "ref": ref, "files": files}, &data)
	if err != nil {
		c.oneByOne.Store(errors.Is(err, forge.ErrInvalid) || errors.Is(err, forge.ErrUnsupported))
		return nil, err
	}
	return data.Project.Repository.Blobs.contents(), nil
}

// ListFiles lists all files below a folder ("" for the whole repository) as of ref. A
// folder that is not there gives forge.ErrNotFound, or nothing at all on older servers.
func (c *Client) ListFiles(ctx context.Context, project int64, dir, ref string) ([]forge.File, error) {
	r := reading("list the files below %q of project %d at %q", dir, project, ref)
	if ref == "" {
		return nil, fmt.Errorf("%s: %w: a ref is needed", r.what, forge.ErrInvalid)
	}
	o := &gl.ListTreeOptions{
		// Long trees are to be read by keyset; servers that don't know it page by number.
		ListOptions: gl.ListOptions{PerPage: perPage, Pagination: "keyset"},
		Ref:         &ref,
		Recursive:   new(true),
	}
	if dir = path.Clean("/" + dir)[1:]; dir != "" {
		o.Path = &dir
	}
	nodes, err := pages(ctx, c, r, func(with ...gl.RequestOptionFunc) ([]*gl.TreeNode, *gl.Response, error) {
		return c.api.Repositories.ListTree(project, o, with...)
	})
	if err != nil {
		return nil, err
	}
	var files []forge.File
	for _, n := range nodes {
		if n != nil && n.Type == "blob" {
			files = append(files, forge.File{Path: n.Path, Mode: n.Mode})
		}
	}
	return files, nil
}
