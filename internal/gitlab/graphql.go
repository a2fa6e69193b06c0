package gitlab

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// The queries ask for widgets one by one, which every server with work items knows;
// client-go's own queries want the fields of the newest servers.
const (
	workItemFields = `
    id
    iid
    title
    description
    state
    confidential
    webUrl
    updatedAt
    author { id username name }
    workItemType { id name }
    widgets {
      ... on WorkItemWidgetAssignees { assignees { nodes { id username name } } }
      ... on WorkItemWidgetLabels { labels { nodes { title } } }
      ... on WorkItemWidgetStartAndDueDate { dueDate }
    }`

	typesQuery = `query TaskType($path: ID!) {
  project(fullPath: $path) { workItemTypes(name: TASK) { nodes { id name } } }
}`

	createTask = `mutation CreateTask($input: WorkItemCreateInput!) {
  workItemCreate(input: $input) {
    errors
    workItem {` + workItemFields + `
    }
  }
}`

	// createdTask is one of several mutations in a request. What it asks for is kept short, since GitLab
	// takes no query of more than 250 fields.
	createdTask = `
  t%[1]d: workItemCreate(input: $t%[1]d) {
    errors
    workItem {
      id
      iid
      webUrl
      widgets {
        ... on WorkItemWidgetAssignees { assignees { nodes { id username name } } }
        ... on WorkItemWidgetHierarchy { parent { description } }
      }
    }
  }`

	updateTask = `mutation UpdateTask($input: WorkItemUpdateInput!) {
  workItemUpdate(input: $input) {
    errors
    workItem {` + workItemFields + `
    }
  }
}`
)

type typeName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type account struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
}

func (a *account) user() forge.User {
	if a == nil {
		return forge.User{}
	}
	return forge.User{ID: number(a.ID), Username: a.Username, Name: a.Name}
}

// workItem is a work item as the queries above ask for it.
type workItem struct {
	ID           string    `json:"id"`
	IID          string    `json:"iid"`
	Title        string    `json:"title"`
	Description  string    `json:"description"`
	State        string    `json:"state"` // "OPEN" or "CLOSED"
	Confidential bool      `json:"confidential"`
	WebURL       string    `json:"webUrl"`
	UpdatedAt    time.Time `json:"updatedAt"`
	Type         typeName  `json:"workItemType"`
	Author       *account  `json:"author"`
	Widgets      []struct {
		Assignees *struct {
			Nodes []account `json:"nodes"`
		} `json:"assignees"`
		Labels *struct {
			Nodes []struct {
				Title string `json:"title"`
			} `json:"nodes"`
		} `json:"labels"`
		DueDate string `json:"dueDate"`
		Parent  *struct {
			Description string `json:"description"`
		} `json:"parent"`
	} `json:"widgets"`
}

func (w *workItem) issue(project int64) forge.Issue {
	iid, _ := strconv.ParseInt(w.IID, 10, 64) // GitLab's own number
	i := forge.Issue{
		ID:           number(w.ID),
		IID:          iid,
		ProjectID:    project,
		Type:         strings.ToLower(w.Type.Name),
		Title:        w.Title,
		Description:  w.Description,
		State:        forge.Opened,
		Confidential: w.Confidential,
		WebURL:       w.WebURL,
		UpdatedAt:    w.UpdatedAt,
		Author:       w.Author.user(),
	}
	if w.State == "CLOSED" {
		i.State = forge.Closed
	}
	for _, widget := range w.Widgets {
		if widget.Assignees != nil {
			for _, a := range widget.Assignees.Nodes {
				i.Assignees = append(i.Assignees, a.user())
			}
		}
		if widget.Labels != nil {
			for _, l := range widget.Labels.Nodes {
				i.Labels = append(i.Labels, l.Title)
			}
		}
		if widget.DueDate != "" {
			i.DueDate = widget.DueDate
		}
	}
	return i
}

// mutated is the answer to workItemCreate and workItemUpdate.
type mutated struct {
	Errors   []string  `json:"errors"`
	WorkItem *workItem `json:"workItem"`
}

func (m mutated) issue(r request, project int64, err error) (forge.Issue, error) {
	switch {
	case err != nil:
		return forge.Issue{}, err
	case len(m.Errors) > 0:
		return forge.Issue{}, refused(r, strings.Join(m.Errors, "; "))
	case m.WorkItem == nil:
		return forge.Issue{}, describe(r, forge.ErrUnavailable, lost(r, "GitLab's answer holds no work item"), "")
	}
	return m.WorkItem.issue(project), nil
}

// graphQL sends a query and reads its data. GraphQL reports errors with status 200.
func (c *Client) graphQL(ctx context.Context, r request, query string, vars map[string]any, data any) error {
	var envelope struct {
		Data   any `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	send := func(with gl.RequestOptionFunc) error {
		envelope.Data, envelope.Errors = data, nil
		_, err := c.api.GraphQL.Do(gl.GraphQLQuery{Query: query, Variables: vars}, &envelope, with)
		return err
	}
	err := c.run(ctx, r, send)
	if errors.Is(err, forge.ErrNotFound) && r.nature == read {
		// Much follows from an instance without GraphQL, so one odd answer is not believed.
		err = c.run(ctx, r, send)
	}
	if err != nil {
		if errors.Is(err, forge.ErrNotFound) {
			// The address itself is not there. Before a write a query has found it there.
			if r.nature != read {
				return describe(r, forge.ErrUnavailable, "the GraphQL API is not there any more", "404")
			}
			return describe(r, forge.ErrUnsupported, "it has no GraphQL API", "404")
		}
		return err
	}
	if len(envelope.Errors) == 0 {
		return nil
	}
	var messages []string
	for _, e := range envelope.Errors {
		messages = append(messages, e.Message)
	}
	return refused(r, c.clean(strings.Join(messages, "; ")))
}

// refused gives the error for what GraphQL says.
func refused(r request, said string) error {
	low := strings.ToLower(said)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(low, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("you don't have permission", "does not exist or you"):
		return describe(r, forge.ErrNotFound, "it does not exist, or the token may not do this", said)
	case has("doesn't exist on type", "is not defined on", "isn't a defined input type", "no such type",
		"doesn't accept argument", "doesn't have a field", "feature flag"):
		return describe(r, forge.ErrUnsupported, "its work items are missing or too old", said)
	case has("timeout", "timed out", "internal server error"):
		return describe(r, forge.ErrUnavailable, lost(r, ""), said)
	}
	return describe(r, forge.ErrInvalid, "", said)
}

// unknownInput tells whether a server did not know a field of the input. Then it did nothing.
func unknownInput(err error, field string) bool {
	return errors.Is(err, forge.ErrUnsupported) && strings.Contains(err.Error(), field)
}

func gid(kind string, id int64) string { return fmt.Sprintf("gid://gitlab/%s/%d", kind, id) }

func workItemID(issue int64) string { return gid("WorkItem", issue) }

// number is the number at the end of a global id, 0 when it has none.
func number(gid string) int64 {
	n, err := strconv.ParseInt(gid[strings.LastIndexByte(gid, '/')+1:], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
