package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// answers replies by the first entry whose key stands in the request.
func answers(t *testing.T, list ...[2]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, a := range list {
			if strings.Contains(string(body)+r.URL.Path, a[0]) {
				reply(w, 200, a[1])
				return
			}
		}
		t.Errorf("unexpected %s %s", r.URL, body)
	}
}

const (
	typesAnswer = `{"data":{"project":{"workItemTypes":{"nodes":[{"id":"gid://gitlab/WorkItems::Type/1","name":"Issue"},{"id":"gid://gitlab/WorkItems::Type/5","name":"Task"}]}}}}`
	taskAnswer  = `{"data":{"workItemCreate":{"errors":[],"workItem":{"id":"gid://gitlab/WorkItem/77","iid":"8","title":"T","state":"OPEN","confidential":true,"webUrl":"https://x/8",
"workItemType":{"id":"x","name":"Task"},"author":{"id":"gid://gitlab/User/3","username":"bot"},"widgets":[{},{"assignees":{"nodes":[{"id":"gid://gitlab/User/4","username":"ana"}]}},{"labels":{"nodes":[{"title":"a"}]}},{"dueDate":"2027-02-01"}]}}}}`
)

func TestCreateTask(t *testing.T) {
	var sent []map[string]any
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/labels") {
			reply(w, 200, `[{"id":5,"name":"a"}]`)
			return
		}
		var q struct {
			Query     string         `json:"query"`
			Variables map[string]any `json:"variables"`
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		if strings.Contains(q.Query, "workItemTypes") {
			reply(w, 200, typesAnswer)
			return
		}
		input := q.Variables["input"].(map[string]any)
		sent = append(sent, input)
		if input["namespacePath"] != nil {
			reply(w, 200, `{"errors":[{"message":"Variable $input of type WorkItemCreateInput! was provided invalid value for namespacePath (Field is not defined on WorkItemCreateInput)"}]}`)
			return
		}
		reply(w, 200, taskAnswer)
	})
	title, text := safe.Title("T"), safe.Sprintf("D")
	w := forge.IssueWrite{Title: &title, Description: &text, Confidential: new(true), AssigneeIDs: &[]int64{4}, DueDate: new("2027-02-01"), AddLabels: []safe.Line{safe.Label("a")}}
	got, err := b.CreateTask(context.Background(), "acme/handbook", parent, w)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != 77 || got.IID != 8 || got.ProjectID != 1 || got.Type != forge.TypeTask || got.State != forge.Opened || !got.Confidential || got.Author.ID != 3 ||
		got.Assignees[0].Username != "ana" || got.Labels[0] != "a" || got.DueDate != "2027-02-01" {
		t.Errorf("task %+v", got)
	}
	if len(sent) != 2 {
		t.Fatalf("%d mutations, want one for new servers and one for old", len(sent))
	}
	want := `{"assigneesWidget":{"assigneeIds":["gid://gitlab/User/4"]},"confidential":true,"descriptionWidget":{"description":"D"},"hierarchyWidget":{"parentId":"gid://gitlab/WorkItem/900"},` +
		`"labelsWidget":{"labelIds":["gid://gitlab/Label/5"]},"projectPath":"acme/handbook","startAndDueDateWidget":{"dueDate":"2027-02-01"},"title":"T","workItemTypeId":"gid://gitlab/WorkItems::Type/5"}`
	if text, _ := json.Marshal(sent[1]); string(text) != want {
		t.Errorf("sent\n%s\nwant\n%s", text, want)
	}
}

// TestCreateTasks: what is known to be made is told, whatever becomes of the others.
func TestCreateTasks(t *testing.T) {
	titles := []safe.Line{safe.Title("a"), safe.Title("b")}
	item := func(id int) string {
		return fmt.Sprintf(`{"errors":[],"workItem":{"id":"gid://gitlab/WorkItem/%d","iid":"%d","webUrl":"https://x/%d","widgets":[{},{"assignees":{"nodes":[{"id":"gid://gitlab/User/4"}]}},{"parent":{"description":"D%d"}}]}}`, 70+id, id, id, id)
	}
	const refusal = `{"errors":["Title is too long"],"workItem":null}`
	var limit *forge.RateLimitError
	for name, tc := range map[string]struct {
		status int
		answer string
		made   []int64
		kind   error // nil for none; forge.ErrConflict for a limit
	}{
		"all":                  {200, `{"data":{"t0":` + item(1) + `,"t1":` + item(2) + `}}`, []int64{1, 2}, nil},
		"one is refused":       {200, `{"data":{"t0":` + refusal + `,"t1":` + item(2) + `}}`, []int64{0, 2}, forge.ErrInvalid},
		"one is lost":          {200, `{"data":{"t0":` + refusal + `,"t1":null}}`, []int64{0, 0}, forge.ErrUnavailable},
		"one is empty":         {200, `{"data":{"t0":` + refusal + `,"t1":{"errors":[],"workItem":null}}}`, []int64{0, 0}, forge.ErrUnavailable},
		"broken off":           {200, `{"errors":[{"message":"you don't have permission"}],"data":{"t0":` + item(1) + `,"t1":null}}`, []int64{1, 0}, forge.ErrUnavailable},
		"not begun":            {200, `{"errors":[{"message":"Query has complexity of 300"}]}`, []int64{0, 0}, forge.ErrInvalid},
		"an old server":        {200, `{"errors":[{"message":"namespacePath (Field is not defined on WorkItemCreateInput)"}]}`, []int64{0, 0}, forge.ErrUnsupported},
		"limit in the middle":  {429, `{"errors":[{"message":"This endpoint has been requested too many times."}]}`, []int64{0, 0}, forge.ErrConflict},
		"nobody knows":         {502, `<html>`, []int64{0, 0}, forge.ErrUnavailable},
		"broken in the middle": {500, `{"errors":[{"message":"Internal server error"}]}`, []int64{0, 0}, forge.ErrUnavailable},
	} {
		sent := 0
		b := setup(t, func(w http.ResponseWriter, r *http.Request) {
			if taskTypes(w, r) {
				return
			}
			sent++
			reply(w, tc.status, tc.answer)
		})
		made, description, err := b.CreateTasks(context.Background(), "acme/handbook", parent, []forge.IssueWrite{{Title: &titles[0]}, {Title: &titles[1]}})
		if is := errors.As(err, &limit); is != errors.Is(tc.kind, forge.ErrConflict) || !is && !errors.Is(err, tc.kind) || sent != 1 {
			t.Errorf("%s: error %v, want %v; sent %d times", name, err, tc.kind, sent)
		}
		for i, want := range tc.made {
			if made[i].IID != want || want > 0 && (made[i].ID != 70+want || made[i].Type != forge.TypeTask || made[i].ProjectID != 1 || len(made[i].Assignees) != 1) {
				t.Errorf("%s: made %+v, want #%d", name, made[i], want)
			}
		}
		if err == nil && description != "D2" {
			t.Errorf("%s: description %q", name, description)
		}
	}
}

// TestGraphQLRefusals: GraphQL refuses with status 200.
func TestGraphQLRefusals(t *testing.T) {
	title := safe.Title("T")
	errs := func(message string) string {
		text, _ := json.Marshal(message)
		return `{"errors":[{"message":` + string(text) + `}],"data":null}`
	}
	for _, tc := range []struct {
		types, create string
		kind          error
		parts         []string
	}{
		{errs("Field 'workItemTypes' doesn't exist on type 'Project'"), "", forge.ErrUnsupported, []string{"work items are missing or too old"}},
		{`{"data":{"project":null}}`, "", forge.ErrNotFound, []string{"find the work item type Task of project acme/handbook", "may not see it"}},
		{`{"data":{"project":{"workItemTypes":{"nodes":[]}}}}`, "", forge.ErrUnsupported, []string{"no such type"}},
		{typesAnswer, errs("WorkItemCreateInput isn't a defined input type (on $input)"), forge.ErrUnsupported, []string{"create a task of issue #9"}},
		{typesAnswer, errs("The resource that you are attempting to access does not exist or you don't have permission to perform this action"), forge.ErrNotFound, []string{"the token may not do this"}},
		{typesAnswer, errs("Timeout on validation of query"), forge.ErrUnavailable, []string{"look before trying again"}},
		{typesAnswer, errs("Internal server error"), forge.ErrUnavailable, []string{"look before trying again"}},
		{typesAnswer, errs("bad " + canary), forge.ErrInvalid, []string{"***"}},
		{typesAnswer, `{"data":{"workItemCreate":{"errors":["Title is too long","#9 cannot be added: too many children"],"workItem":null}}}`, forge.ErrInvalid, []string{"Title is too long; #9 cannot be added"}},
		{typesAnswer, `{"data":{"workItemCreate":null}}`, forge.ErrUnavailable, []string{"no work item"}},
		{typesAnswer, `{}`, forge.ErrUnavailable, []string{"no work item"}},
	} {
		b := setup(t, answers(t, [2]string{"workItemTypes", tc.types}, [2]string{"workItemCreate", tc.create}))
		_, err := b.CreateTask(context.Background(), "acme/handbook", parent, forge.IssueWrite{Title: &title})
		b.fails(err, tc.kind, tc.parts...)
	}
}

// TestNoGraphQL: an instance without the address has no work items.
func TestNoGraphQL(t *testing.T) {
	title := safe.Title("T")
	b := setup(t, status(404, `{"error":"404 Not Found"}`))
	_, err := b.CreateTask(context.Background(), "acme/handbook", parent, forge.IssueWrite{Title: &title})
	b.fails(err, forge.ErrUnsupported, "it has no GraphQL API")
}

func TestTaskTypeIsAskedForOnce(t *testing.T) {
	b := setup(t, answers(t, [2]string{"workItemTypes", typesAnswer}, [2]string{"workItemCreate", taskAnswer}))
	title := safe.Title("T")
	for range 3 {
		if _, err := b.CreateTask(context.Background(), "acme/handbook", parent, forge.IssueWrite{Title: &title}); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.requests) != 4 {
		t.Errorf("%d requests for three tasks, want 4", len(b.requests))
	}
}

func TestTaskLabels(t *testing.T) {
	b := setup(t, answers(t, [2]string{"/labels", `[{"id":5,"name":"a"}]`}, [2]string{"workItemTypes", typesAnswer}, [2]string{`"removeLabelIds":["gid://gitlab/Label/5"]`, `{"data":{"workItemUpdate":{"errors":[],"workItem":{"id":"gid://gitlab/WorkItem/77","state":"CLOSED"}}}}`}))
	title := safe.Title("T")
	_, err := b.CreateTask(context.Background(), "acme/handbook", parent, forge.IssueWrite{Title: &title, AddLabels: []safe.Line{safe.Label("b")}})
	b.fails(err, forge.ErrInvalid, `no label "b"`, "create it first")
	got, err := b.UpdateTask(context.Background(), "acme/handbook", forge.Issue{ID: 77, IID: 8, ProjectID: 1}, forge.IssueWrite{RemoveLabels: []string{"a", "gone"}, State: new(forge.Closed)})
	if err != nil || got.State != forge.Closed {
		t.Errorf("task %+v, error %v", got, err)
	}
}

// TestPlaceOfTask: a task is put beside another one, and what GitLab says against it comes back.
func TestPlaceOfTask(t *testing.T) {
	task := forge.Issue{ID: 77, IID: 8, ProjectID: 1}
	for position, before := range map[string]bool{"BEFORE": true, "AFTER": false} {
		b := setup(t, answers(t, [2]string{
			`"hierarchyWidget":{"adjacentWorkItemId":"gid://gitlab/WorkItem/78","relativePosition":"` + position + `"}`,
			`{"data":{"workItemUpdate":{"errors":[],"workItem":{"id":"gid://gitlab/WorkItem/77"}}}}`,
		}))
		if _, err := b.UpdateTask(context.Background(), "acme/handbook", task, forge.IssueWrite{Beside: &forge.Beside{ID: 78, Before: before}}); err != nil {
			t.Error(err)
		}
	}
	for answer, kind := range map[string]error{
		`{"data":{"workItemUpdate":{"errors":["The adjacent work item's parent must match the current parent work item."],"workItem":null}}}`:                                                                    forge.ErrInvalid,
		`{"errors":[{"message":"Variable $input of type WorkItemUpdateInput! was provided invalid value for hierarchyWidget.adjacentWorkItemId (Field is not defined on WorkItemWidgetHierarchyUpdateInput)"}]}`: forge.ErrUnsupported,
	} {
		b := setup(t, answers(t, [2]string{"workItemUpdate", answer}))
		_, err := b.UpdateTask(context.Background(), "acme/handbook", task, forge.IssueWrite{Beside: &forge.Beside{ID: 78}})
		b.fails(err, kind, "update task #8")
	}
}

// TestLinkTwice: a link that is there already is no error, and every other conflict is one.
func TestLinkTwice(t *testing.T) {
	for target, kind := range map[int64]error{3: nil, 4: forge.ErrConflict} {
		b := setup(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				reply(w, 409, `{"message":"Issue(s) already assigned"}`)
				return
			}
			reply(w, 200, `[{"id":903,"iid":3,"project_id":1}]`)
		})
		if err := b.LinkIssue(context.Background(), 1, 2, 1, target); !errors.Is(err, kind) {
			t.Errorf("link with #%d: %v", target, err)
		}
	}
}

// TestIssueByID follows a number to the project that the issue is in.
func TestIssueByID(t *testing.T) {
	b := setup(t, answers(t,
		[2]string{`"gid://gitlab/Issue/900"`, `{"data":{"issue":{"iid":"9","projectId":4}}}`},
		[2]string{`"gid://gitlab/Issue/901"`, `{"data":{"issue":null}}`},
		[2]string{"/projects/4/issues/9", `{"id":900,"iid":9,"project_id":4,"title":"T"}`}))
	if i, err := b.IssueByID(context.Background(), 900); err != nil || i.IID != 9 || i.ProjectID != 4 {
		t.Errorf("issue %+v, error %v", i, err)
	}
	b.fails(second(b.IssueByID(context.Background(), 901)), forge.ErrNotFound, "find the issue with the id 901", "may not see it")
}

func TestUsersAreRemembered(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/user"):
			reply(w, 200, `{"id":3,"username":"bot"}`)
		case r.URL.Query().Get("username") == "Ana":
			reply(w, 200, `[{"id":4,"username":"ana","state":"active"}]`)
		default:
			reply(w, 200, `[]`)
		}
	})
	ctx := context.Background()
	for range 3 {
		if u, err := b.CurrentUser(ctx); err != nil || u.ID != 3 {
			t.Fatalf("user %+v, error %v", u, err)
		}
		if u, err := b.UserByName(ctx, "Ana"); err != nil || u.ID != 4 {
			t.Fatalf("user %+v, error %v", u, err)
		}
		b.fails(second(b.UserByName(ctx, "nobody")), forge.ErrNotFound, `find user "nobody"`)
	}
	if len(b.requests) != 3 {
		t.Errorf("%d requests, want 3", len(b.requests))
	}
}

// TestStoredNothing: GitLab answers 202 and stores nothing when a note is commands alone.
func TestStoredNothing(t *testing.T) {
	b := setup(t, status(202, `{"commands_changes":{},"summary":["Closed"]}`))
	b.fails(second(b.CreateIssueNote(context.Background(), 1, 2, safe.Sprintf("B"))), forge.ErrInvalid, "took the text for commands")
}
