package standin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// at finds the commit that the ref parameter names.
func (c *call) at(ref string) (*Commit, error) {
	commit := c.project.repo.commits[c.project.repo.resolve(ref)]
	if commit == nil {
		return nil, notFound("Commit")
	}
	return commit, nil
}

func (c *call) listTree() (int, any, error) {
	commit := c.project.repo.commits[c.project.repo.resolve(c.params.text("ref"))]
	if commit == nil {
		return 0, nil, notFound("Tree")
	}
	dir := strings.Trim(c.params.text("path"), "/")
	entries := commit.entries(dir, c.params.truth("recursive"))
	if len(entries) == 0 && dir != "" {
		return 0, nil, notFound("invalid revision or path Not Found: Tree")
	}
	return 200, each(page(c, entries), func(e entry) any {
		mode := "100644"
		if e.kind == "tree" {
			mode = "040000"
		}
		return map[string]any{"id": digest(e.path), "name": e.name(), "type": e.kind, "path": e.path, "mode": mode}
	}), nil
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:20])
}

func (c *call) showBranch(name string) any {
	sha := c.project.repo.branches[name]
	return map[string]any{"name": name, "default": name == DefaultBranch, "protected": name == DefaultBranch, "commit": showCommit(c.project.repo.commits[sha])}
}

func (c *call) listBranches() (int, any, error) {
	return 200, each(page(c, slices.Sorted(maps.Keys(c.project.repo.branches))), c.showBranch), nil
}

func (c *call) getBranch() (int, any, error) {
	if _, ok := c.project.repo.branches[c.vars["branch"]]; !ok {
		return 0, nil, notFound("Branch")
	}
	return 200, c.showBranch(c.vars["branch"]), nil
}

func (c *call) createBranch() (int, any, error) {
	if err := c.params.required("branch", "ref"); err != nil {
		return 0, nil, err
	}
	name, sha := c.params.text("branch"), c.project.repo.resolve(c.params.text("ref"))
	if _, exists := c.project.repo.branches[name]; exists {
		return 0, nil, refuse(http.StatusBadRequest, "Branch already exists")
	}
	if sha == "" {
		return 0, nil, refuse(http.StatusBadRequest, "Invalid reference name: "+c.params.text("ref"))
	}
	c.project.repo.branches[name] = sha
	return 201, c.showBranch(name), nil
}

func showCommit(c *Commit) any {
	if c == nil {
		return nil
	}
	title, _, _ := strings.Cut(c.Message, "\n")
	email, at := c.Author.Username+"@example.com", c.At.Format(time.RFC3339Nano)
	return map[string]any{
		"id": c.SHA, "short_id": c.SHA[:8], "title": title, "message": c.Message, "parent_ids": append([]string{}, c.Parents...), "created_at": at,
		"author_name": c.Author.Name, "author_email": email, "authored_date": at, "committer_name": c.Author.Name, "committer_email": email, "committed_date": at,
	}
}

func (c *call) listCommits() (int, any, error) {
	commit, err := c.at(c.params.text("ref_name"))
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, c.project.repo.ancestors(commit.SHA)), func(sha string) any { return showCommit(c.project.repo.commits[sha]) }), nil
}

func (c *call) getCommit() (int, any, error) {
	commit, err := c.at(c.vars["sha"])
	if err != nil {
		return 0, nil, err
	}
	return 200, showCommit(commit), nil
}

func (c *call) createCommit() (int, any, error) {
	if err := c.params.required("branch", "commit_message"); err != nil {
		return 0, nil, err
	}
	actions, _ := c.params["actions"].([]any)
	if len(actions) == 0 {
		return 0, nil, badRequest("actions is missing")
	}
	head := c.project.repo.commits[c.project.repo.branches[c.params.text("branch")]]
	changes := map[string]*string{}
	for _, a := range actions {
		m, _ := a.(map[string]any)
		p := params(m)
		path, content := p.text("file_path"), p.text("content")
		_, exists := map[string]string(nil)[path]
		if head != nil {
			_, exists = head.files[path]
		}
		switch p.text("action") {
		case "create":
			if exists {
				return 0, nil, refuse(http.StatusBadRequest, "A file with this name already exists")
			}
			changes[path] = &content
		case "update":
			if !exists {
				return 0, nil, refuse(http.StatusBadRequest, "A file with this name doesn't exist")
			}
			changes[path] = &content
		case "delete":
			changes[path] = nil
		default:
			return 0, nil, badRequest("actions[action] does not have a valid value")
		}
	}
	commit := c.s.push(c.project, c.params.text("branch"), c.params.text("start_branch"), c.user, c.params.text("commit_message"), changes)
	return 201, showCommit(commit), nil
}

func (c *call) compareCommits() (int, any, error) {
	from, err := c.at(c.params.text("from"))
	if err != nil {
		return 0, nil, err
	}
	to, err := c.at(c.params.text("to"))
	if err != nil {
		return 0, nil, err
	}
	base := from.SHA
	if !c.params.truth("straight") {
		base = c.project.repo.base(from.SHA, to.SHA)
	}
	return 200, map[string]any{"commit": showCommit(to), "diffs": each(c.project.repo.diff(base, to.SHA), showDiff), "compare_same_ref": base == to.SHA}, nil
}

// file finds a file at the ref parameter.
func (c *call) file() (content string, commit *Commit, err error) {
	if commit, err = c.at(c.params.text("ref")); err != nil {
		return "", nil, err
	}
	content, ok := commit.files[c.vars["file"]]
	if !ok {
		return "", nil, notFound("File")
	}
	return content, commit, nil
}

func (c *call) getFile() (int, any, error) {
	if err := c.params.required("ref"); err != nil {
		return 0, nil, err
	}
	content, commit, err := c.file()
	if err != nil {
		return 0, nil, err
	}
	path := c.vars["file"]
	return 200, map[string]any{
		"file_name": path[strings.LastIndexByte(path, '/')+1:], "file_path": path, "size": len(content), "encoding": "base64", "content": base64.StdEncoding.EncodeToString([]byte(content)),
		"ref": c.params.text("ref"), "blob_id": digest(content), "commit_id": commit.SHA, "last_commit_id": c.lastCommit(path, commit), "execute_filemode": false,
	}, nil
}

// lastCommit is the commit that last changed a file.
func (c *call) lastCommit(path string, commit *Commit) string {
	last := commit.SHA
	for _, sha := range c.project.repo.ancestors(commit.SHA) {
		if c.project.repo.commits[sha].files[path] != commit.files[path] {
			break
		}
		last = sha
	}
	return last
}

func (c *call) getRawFile() (int, any, error) {
	content, commit, err := c.file()
	if err != nil {
		return 0, nil, err
	}
	c.w.Header().Set("X-Gitlab-Size", strconv.Itoa(len(content)))
	c.w.Header().Set("X-Gitlab-Commit-Id", commit.SHA)
	c.w.Header().Set("X-Gitlab-Last-Commit-Id", c.lastCommit(c.vars["file"], commit))
	return 200, raw(content), nil
}

func (c *call) putFile() (int, any, error) {
	if err := c.params.required("branch", "commit_message"); err != nil {
		return 0, nil, err
	}
	branch, path, content := c.params.text("branch"), c.vars["file"], c.params.text("content")
	if c.params.text("encoding") == "base64" {
		plain, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			return 0, nil, badRequest("content is invalid")
		}
		content = string(plain)
	}
	head := c.project.repo.commits[c.project.repo.branches[branch]]
	if head == nil && c.params.text("start_branch") == "" {
		return 0, nil, refuse(http.StatusBadRequest, "You can only create or edit files when you are on a branch")
	}
	exists := false
	if head != nil {
		_, exists = head.files[path]
	}
	switch {
	case c.r.Method == http.MethodPost && exists:
		return 0, nil, refuse(http.StatusBadRequest, "A file with this name already exists")
	case c.r.Method == http.MethodPut && !exists:
		return 0, nil, refuse(http.StatusBadRequest, "A file with this name doesn't exist")
	case c.params.has("last_commit_id") && head != nil && c.params.text("last_commit_id") != c.lastCommit(path, head):
		return 0, nil, refuse(http.StatusBadRequest, "You are attempting to update a file that has changed since you started editing it.")
	}
	c.s.push(c.project, branch, c.params.text("start_branch"), c.user, c.params.text("commit_message"), map[string]*string{path: &content})
	status := 200
	if c.r.Method == http.MethodPost {
		status = 201
	}
	return status, map[string]any{"file_path": path, "branch": branch}, nil
}
