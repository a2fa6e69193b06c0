package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
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
	size := ""
	send := func(with gl.RequestOptionFunc) error {
		got, resp, err := c.api.RepositoryFiles.GetRawFile(project, file, &gl.GetRawFileOptions{Ref: &ref}, with)
		if err != nil {
			return err
		}
		content, commit, size = got, resp.Header.Get("X-Gitlab-Last-Commit-Id"), resp.Header.Get("X-Gitlab-Size")
		if size != "" && size != strconv.Itoa(len(content)) {
			return fmt.Errorf("%d bytes came of %s", len(content), size)
		}
		return nil
	}
	err = c.run(ctx, r, send)
	// Much follows from a file that is empty or not there. An answer that may be that of something
	// between GitLab and here, such as a proxy, is not believed when it comes only once.
	if err == nil && len(content) == 0 && size == "" || errors.Is(err, forge.ErrNotFound) && !namedNotFound.MatchString(err.Error()) {
		err = c.run(ctx, r, send)
	}
	if err != nil {
		return nil, "", err
	}
	return content, commit, nil
}

// namedNotFound is how GitLab says what is not there: "404 File Not Found".
var namedNotFound = regexp.MustCompile(`\(404 \w+ Not Found\)`)

const blobsQuery = `query Files($path: ID!, $ref: String!, $files: [String!]!) {
  project(fullPath: $path) { repository { blobs(ref: $ref, paths: $files) { nodes { path oid size rawTextBlob } } } }
}`

// texts are files as the query above asks for them.
type texts struct {
	Nodes []struct {
		Path string      `json:"path"`
		ID   string      `json:"oid"`
		Size json.Number `json:"size"`
		Text *string     `json:"rawTextBlob"`
	} `json:"nodes"`
}

// into puts the files under their paths. What did not come byte for byte has no content.
func (t texts) into(read map[string]forge.Blob) {
	for _, n := range t.Nodes {
		b := forge.Blob{ID: n.ID}
		// A text in another encoding comes converted, and with another length.
		if n.Text != nil && n.Size == json.Number(strconv.Itoa(len(*n.Text))) && utf8.ValidString(*n.Text) && !strings.ContainsRune(*n.Text, utf8.RuneError) {
			b.Content = []byte(*n.Text)
		}
		read[n.Path] = b
	}
}

// together is the number of files that are read with one query. GitLab gives a hundred at most.
const together = 50

// ReadBlobs reads several files at ref with a single request, or one for every few dozen. Files that are
// not there are not among the result, and those that can't be given byte for byte, since they are no text,
// have no content there. A project or ref that is not there gives forge.ErrNotFound. An instance that
// refuses such a query is not asked again, and the result is nil: then files are read one by one.
func (c *Client) ReadBlobs(ctx context.Context, project, ref string, files []string) (map[string]forge.Blob, error) {
	if c.oneByOne.Load() {
		return nil, nil
	}
	read := map[string]forge.Blob{}
	for chunk := range slices.Chunk(files, together) {
		if err := c.readBlobs(ctx, project, ref, chunk, read); err != nil {
			c.oneByOne.Store(errors.Is(err, forge.ErrInvalid) || errors.Is(err, forge.ErrUnsupported))
			return nil, err
		}
	}
	return read, nil
}

func (c *Client) readBlobs(ctx context.Context, project, ref string, files []string, read map[string]forge.Blob) error {
	r := reading("read %d files of project %q at %q", len(files), project, ref)
	var data struct {
		Project *struct {
			Repository *struct {
				Blobs *texts `json:"blobs"`
			} `json:"repository"`
		} `json:"project"`
	}
	if err := c.graphQL(ctx, r, blobsQuery, map[string]any{"path": project, "ref": ref, "files": files}, &data); err != nil {
		return err
	}
	if data.Project == nil || data.Project.Repository == nil || data.Project.Repository.Blobs == nil {
		return describe(r, forge.ErrNotFound, "the project or the ref does not exist, or the token may not see it", "")
	}
	data.Project.Repository.Blobs.into(read)
	return nil
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
			files = append(files, forge.File{Path: n.Path, Mode: n.Mode, Blob: n.ID})
		}
	}
	return files, nil
}
