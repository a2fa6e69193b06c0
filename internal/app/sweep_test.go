package app

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// movedProject is a GitLab whose project has another path than it is named by.
type movedProject struct{ fakeWatcher }

func (*movedProject) Project(context.Context, string) (forge.Project, error) {
	return forge.Project{ID: 42, Path: "acme/people"}, nil
}

// TestSweepOfMovedProject: GitLab leads from the old path to the project, so that the sweep finds it;
// its webhooks name the new one.
func TestSweepOfMovedProject(t *testing.T) {
	t.Parallel()
	for name, warned := range map[string]bool{"acme/handbook": true, "ACME/People": false, "42": false} {
		var log bytes.Buffer
		s := &service{opts: serviceOptions{GitLab: &movedProject{}}, log: zerolog.New(&log)}
		if p, err := s.servedProject(t.Context(), name); err != nil || p.ID != 42 {
			t.Errorf("%s: project %d, %v", name, p.ID, err)
		}
		if strings.Contains(log.String(), "project has moved") != warned {
			t.Errorf("%s: the log says %q", name, &log)
		}
	}
}
