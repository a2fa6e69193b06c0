package standin

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

const createMutation = `mutation($input: WorkItemCreateInput!) { workItemCreate(input: $input) { errors workItem { id iid title state
	widgets { type ... on WorkItemWidgetLabels { labels { nodes { title } } } ... on WorkItemWidgetStartAndDueDate { dueDate } } } } }`

func (w *world) graphQL(as, query string, vars map[string]any) answer {
	w.t.Helper()
	return w.must(200, as, "POST", "graphql", map[string]any{"query": query, "variables": vars})
}

func taskInput(parent *Issue, more map[string]any) map[string]any {
	in := map[string]any{
		"namespacePath": "acme/handbook", "workItemTypeId": fmt.Sprint(workItemType("task")["id"]), "title": "step",
		"hierarchyWidget": map[string]any{"parentId": gid("WorkItem", parent.ID)},
	}
	maps.Copy(in, more)
	return map[string]any{"input": in}
}

func TestGraphQLErrors(t *testing.T) {
	for _, test := range []struct {
		name, query string
		options     Options
		vars        map[string]any
		want        string
	}{
		{name: "unknown field", query: `{ project(fullPath: "acme/handbook") { issueCount } }`, want: "Field 'issueCount' doesn't exist on type 'Project'"},
		{name: "unknown field of a widget", query: `{ workItem(id: "gid://gitlab/WorkItem/1") { widgets { ... on WorkItemWidgetLabels { titles } } } }`, want: "Field 'titles' doesn't exist on type 'WorkItemWidgetLabels'"},
		{name: "unknown argument", query: `{ project(path: "acme/handbook") { id } }`, want: `Unknown argument "path"`},
		{name: "argument that is missing", query: `{ project { id } }`, want: "fullPath"},
		{name: "fields that are missing", query: `{ project(fullPath: "x") }`, want: "must have a selection of subfields"},
		{name: "unused variable", query: `query($x: ID!) { currentUser { id } }`, vars: map[string]any{"x": "1"}, want: "never used"},
		{name: "no query", query: `{ project(`, want: "Expected"},
		{name: "unknown input", query: createMutation, vars: map[string]any{"input": map[string]any{"workItemTypeId": "1", "title": "x", "namespace": "x"}}, want: "Field is not defined on WorkItemCreateInput"},
		{name: "input without a title", query: createMutation, vars: map[string]any{"input": map[string]any{"workItemTypeId": "1"}}, want: "must be defined"},
		{name: "input that an old server lacks", options: Options{OldWorkItems: true}, query: createMutation, vars: map[string]any{"input": map[string]any{"workItemTypeId": "1", "title": "x", "namespacePath": "x"}}, want: "namespacePath (Field is not defined on WorkItemCreateInput)"},
		{name: "no work items", options: Options{NoWorkItems: true}, query: `{ project(fullPath: "acme/handbook") { workItemTypes { nodes { id } } } }`, want: "Field 'workItemTypes' doesn't exist on type 'Project'"},
		{name: "no work items to make", options: Options{NoWorkItems: true}, query: createMutation, vars: map[string]any{"input": map[string]any{}}, want: "WorkItemCreateInput isn't a defined input type"},
		{name: "too long", query: "{ currentUser { id } }" + strings.Repeat(" ", 10_000), want: "Query too large"},
		{name: "not there", query: `{ workItem(id: "gid://gitlab/WorkItem/999999") { id } }`, want: "does not exist or you don't have permission"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.options)
			a := w.graphQL("reporter", test.query, test.vars)
			if got := fmt.Sprint(a.at("errors")); !strings.Contains(got, test.want) {
				t.Errorf("errors are %s, want %q: %s", got, test.want, a.text)
			}
		})
	}
}

func TestTasks(t *testing.T) {
	w := newWorld(t, Options{})
	parent := w.s.AddIssue(w.p, w.users["guest"], "opening", "")
	w.s.AddLabel(w.p, "hiring", "#112233", "")
	label := w.s.Labels(w.p)[0]
	for i := range 3 {
		a := w.graphQL("reporter", createMutation, taskInput(parent, map[string]any{
			"title": fmt.Sprint("step ", i), "labelsWidget": map[string]any{"labelIds": []string{gid("ProjectLabel", label.ID)}}, "startAndDueDateWidget": map[string]any{"dueDate": "2027-02-01"},
		}))
		item := a.at("data", "workItemCreate", "workItem")
		if item == nil || !strings.Contains(a.text, `"title":"hiring"`) || !strings.Contains(a.text, `"dueDate":"2027-02-01"`) {
			t.Fatal(a.text)
		}
	}
	const children = `query($id: WorkItemID!, $after: String) { workItem(id: $id) { widgets { ... on WorkItemWidgetHierarchy { hasChildren
		children(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { title: title kind: workItemType { name } } } } } } }`
	var after any
	var titles []string
	for range 2 {
		a := w.graphQL("guest", children, map[string]any{"id": gid("WorkItem", parent.ID), "after": after})
		list, _ := a.at("data", "workItem", "widgets", 4, "children").(map[string]any)
		nodes, _ := list["nodes"].([]any)
		for _, n := range nodes {
			n, _ := n.(map[string]any)
			titles = append(titles, fmt.Sprint(n["title"], n["kind"]))
		}
		info, _ := list["pageInfo"].(map[string]any)
		after = info["endCursor"]
	}
	if want := "[step 0map[name:Task] step 1map[name:Task] step 2map[name:Task]]"; fmt.Sprint(titles) != want {
		t.Errorf("children are %v, want %v", titles, want)
	}

	task := w.s.Tasks(w.p, parent.IID)[0]
	const update = `mutation($input: WorkItemUpdateInput!) { workItemUpdate(input: $input) { errors workItem { state description } } }`
	a := w.graphQL("reporter", update, map[string]any{"input": map[string]any{
		"id": gid("WorkItem", task.ID), "stateEvent": "CLOSE", "descriptionWidget": map[string]any{"description": "text"},
		"labelsWidget": map[string]any{"removeLabelIds": []string{gid("Label", label.ID)}}, "hierarchyWidget": map[string]any{"parentId": nil},
	}})
	if a.at("data", "workItemUpdate", "workItem", "state") != "CLOSED" || a.at("data", "workItemUpdate", "workItem", "description") != "text" {
		t.Error(a.text)
	}
	if got := w.s.Issue(w.p, task.IID); got.Parent != nil || len(got.Labels) != 0 || len(got.LabelEvents) != 2 {
		t.Errorf("the task is %+v", got)
	}
	if calls := w.s.Calls(); calls["POST graphql mutation"] != 4 || calls["POST graphql query"] != 2 || w.s.Writes() != 4 {
		t.Errorf("calls are %v", calls)
	}
}

// TestOrderOfTasks: a task is put before or after another one of the same parent.
func TestOrderOfTasks(t *testing.T) {
	const update = `mutation($input: WorkItemUpdateInput!) { workItemUpdate(input: $input) { errors workItem { id } } }`
	w := newWorld(t, Options{})
	parent, other := w.s.AddIssue(w.p, w.users["maintainer"], "opening", ""), w.s.AddIssue(w.p, w.users["maintainer"], "another", "")
	tasks := map[string]*Issue{"z": w.s.AddTask(other, w.users["maintainer"], "z", "")}
	for _, name := range []string{"a", "b", "c"} {
		tasks[name] = w.s.AddTask(parent, w.users["maintainer"], name, "")
	}
	for _, test := range []struct{ task, other, position, want, refused string }{
		{"c", "a", "BEFORE", "cab", ""},
		{"c", "a", "AFTER", "acb", ""},
		{"a", "b", "AFTER", "cba", ""},
		{"a", "a", "AFTER", "cba", "Relative position is not valid"},
		{"a", "z", "AFTER", "cba", "must match the current parent"},
		{"a", "", "AFTER", "cba", "Relative position is not valid"},
	} {
		place := map[string]any{"relativePosition": test.position}
		if test.other != "" {
			place["adjacentWorkItemId"] = gid("WorkItem", tasks[test.other].ID)
		}
		a := w.graphQL("reporter", update, map[string]any{"input": map[string]any{"id": gid("WorkItem", tasks[test.task].ID), "hierarchyWidget": place}})
		if !strings.Contains(a.text, test.refused) || (test.refused == "") != strings.Contains(a.text, `"errors":[]`) {
			t.Errorf("%+v: %s", test, a.text)
		}
		got := ""
		for _, i := range w.s.Tasks(w.p, parent.IID) {
			got += i.Title
		}
		if got != test.want {
			t.Errorf("%+v: the order is %s", test, got)
		}
	}
}

// TestMoveAndDelete: an issue that was moved is told by its number and points to the new one; the
// tasks of one that was deleted stay.
func TestMoveAndDelete(t *testing.T) {
	w := newWorld(t, Options{})
	to := w.s.AddProject("acme/hiring", "private")
	w.s.AddMember(to, w.users["reporter"], Reporter)
	i := w.s.AddIssue(w.p, w.users["reporter"], "opening", "text")
	w.s.AddTask(i, w.users["reporter"], "step", "")
	moved := w.s.MoveIssue(i, w.users["maintainer"], to, true)
	if old := w.s.Issue(w.p, i.IID); old.State != "closed" || old.MovedTo != moved || moved.Author != i.Author || moved.Description != "text" || len(w.s.Tasks(to, moved.IID)) != 1 {
		t.Errorf("old %+v, new %+v", old, moved)
	}
	const find = `query($id: IssueID!) { issue(id: $id) { iid projectId } }`
	for user, want := range map[string]string{"reporter": fmt.Sprintf(`{"iid":"%d","projectId":%d}`, moved.IID, to.ID), "maintainer": "null"} {
		if a := w.graphQL(user, find, map[string]any{"id": gid("Issue", moved.ID)}); strings.TrimSpace(a.text) != `{"data":{"issue":`+want+`}}` {
			t.Errorf("%s: %s", user, a.text)
		}
	}
	w.s.DeleteIssue(moved)
	if left := w.s.Issue(to, moved.IID+1); w.s.Issue(to, moved.IID) != nil || left == nil || left.Parent != nil {
		t.Errorf("left is %+v", left)
	}
}

func TestTaskRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	parent := w.s.AddIssue(w.p, w.users["maintainer"], "opening", "")
	task := w.s.AddTask(parent, w.users["maintainer"], "step", "")
	hidden := w.s.AddProject("acme/hidden", "private")
	foreign := w.s.AddIssue(hidden, w.users["maintainer"], "title", "")
	for _, test := range []struct {
		name, as string
		vars     map[string]any
		want     string
	}{
		{"child of a task", "reporter", taskInput(task, nil), "not allowed"},
		{"issue as a child", "reporter", taskInput(parent, map[string]any{"workItemTypeId": workItemType("issue")["id"]}), "not allowed"},
		{"parent that can't be seen", "reporter", taskInput(foreign, nil), "No matching work item found"},
		{"long title", "reporter", taskInput(parent, map[string]any{"title": strings.Repeat("x", 256)}), "too long"},
		{"parent of another as a guest", "guest", taskInput(parent, nil), "No matching work item found"},
		{"stranger", "stranger", taskInput(parent, nil), "don't have permission"},
		{"unknown type", "reporter", taskInput(parent, map[string]any{"workItemTypeId": "gid://gitlab/WorkItems::Type/99"}), "don't have permission"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if a := w.graphQL(test.as, createMutation, test.vars); !strings.Contains(a.text, test.want) {
				t.Errorf("the answer is %s, want %q", a.text, test.want)
			}
		})
	}
	if n := len(w.s.Tasks(w.p, parent.IID)); n != 1 {
		t.Errorf("%d tasks, want 1", n)
	}
}

func TestBlobs(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.s.Commit(w.p, "main", w.users["maintainer"], "x", map[string]*string{"a.md": new("a\n"), "b/c.md": new("c\n")})
	a := w.graphQL("reporter", `query($paths: [String!]!, $ref: String) { project(fullPath: "acme/handbook") { repository { blobs(paths: $paths, ref: $ref) { nodes { path size rawTextBlob } } } } }`,
		map[string]any{"paths": []string{"b/c.md", "none.md", "a.md"}, "ref": c.SHA})
	if want := `{"data":{"project":{"repository":{"blobs":{"nodes":[{"path":"b/c.md","rawTextBlob":"c\n","size":2},{"path":"a.md","rawTextBlob":"a\n","size":2}]}}}}}`; strings.TrimSpace(a.text) != want {
		t.Errorf("got %s, want %s", a.text, want)
	}
	if a := w.graphQL("guest", `{ project(fullPath: "acme/handbook") { repository { blobs(paths: ["a.md"]) { nodes { path } } } } }`, nil); a.at("data", "project", "repository") != nil {
		t.Errorf("a guest reads code: %s", a.text)
	}
}
