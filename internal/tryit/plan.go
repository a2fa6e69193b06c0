package tryit

import (
	"context"
	"fmt"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A sketch is a GitLab that holds one page and one opening of it, and nothing else. Plans are made of
// it as of any other; it takes no writes, and none come while a plan is made.
type sketch struct {
	opening.GitLab

	files map[string][]byte
}

var project = forge.Project{ID: 1, Path: "your/handbook", DefaultBranch: "main", Visibility: "private", IssuesEnabled: true}

// planFor is the plan that an opening of a page would get.
func planFor(ctx context.Context, page *hiring.Page, level string) (plan.Plan, error) {
	o := hiring.Opening{ID: "EXAMPLE-1", Page: page.Path, Level: level}
	g := sketch{files: map[string][]byte{page.Path: page.Source, repoconf.Default().Openings.Path: openings.File(o)}}
	return opening.New(g).Plan(ctx, project, project.DefaultBranch)
}

func (g sketch) CurrentUser(context.Context) (forge.User, error) {
	return forge.User{ID: 1, Username: "roleplan", Bot: true}, nil
}

func (g sketch) UsersByName(context.Context, []string) (map[string]forge.User, error) {
	return map[string]forge.User{}, nil
}

func (g sketch) Project(context.Context, string) (forge.Project, error) { return project, nil }

func (g sketch) ReadFile(_ context.Context, _ int64, path, _ string) ([]byte, error) {
	src, ok := g.files[path]
	if !ok {
		return nil, fmt.Errorf("read %q: %w", path, forge.ErrNotFound)
	}
	return src, nil
}

func (g sketch) ReadFileCommit(ctx context.Context, id int64, path, ref string) ([]byte, string, error) {
	src, err := g.ReadFile(ctx, id, path, ref)
	return src, "", err
}

func (g sketch) ReadBlobs(_ context.Context, _, _ string, paths []string) (map[string]forge.Blob, error) {
	found := map[string]forge.Blob{}
	for _, p := range paths {
		if src, ok := g.files[p]; ok {
			found[p] = forge.Blob{ID: p, Content: src}
		}
	}
	return found, nil
}

func (g sketch) ListFiles(_ context.Context, _ int64, dir, _ string) ([]forge.File, error) {
	var list []forge.File
	for p := range g.files {
		if strings.HasPrefix(p, dir+"/") {
			list = append(list, forge.File{Path: p, Mode: "100644"})
		}
	}
	return list, nil
}

func (g sketch) Issues(context.Context, int64, forge.IssueFilter) ([]forge.Issue, error) {
	return nil, nil
}

func (g sketch) Labels(context.Context, int64) ([]forge.Label, error) { return nil, nil }

func (g sketch) Boards(context.Context, int64) ([]forge.Board, error) { return nil, nil }
