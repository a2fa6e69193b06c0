package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
)

// CreateTask makes a task as the last child of an issue. Its labels have to exist. On
// forge.ErrUnavailable the task may be there; an instance without work items gives
// forge.ErrUnsupported.
func (c *Client) CreateTask(ctx context.Context, projectPath string, parent forge.Issue, w forge.IssueWrite) (forge.Issue, error) {
	r := creating("create a task of issue #%d of project %s", parent.IID, projectPath).limited(ratelimit.Issues)
	if err := checkWrite(r, w, true); err != nil {
		return forge.Issue{}, err
	}
	if c.dryRun {
		fields(c.pretend(ctx, r), w).Msg(wouldWrite)
		n := c.number()
		return c.written(forge.Issue{ID: n, IID: n, ProjectID: parent.ProjectID, State: forge.Opened}, w), nil
	}
	input, err := c.newTask(ctx, r, projectPath, parent, w)
	if err != nil {
		return forge.Issue{}, err
	}
	var data struct {
		Result mutated `json:"workItemCreate"`
	}
	vars := map[string]any{"input": input}
	err = c.graphQL(ctx, r, createTask, vars, &data)
	if err != nil && unknownInput(err, "namespacePath") {
		// Servers before 16 want the older name. They refuse before they do anything.
		delete(input, "namespacePath")
		input["projectPath"] = projectPath
		err = c.graphQL(ctx, r, createTask, vars, &data)
	}
	return data.Result.issue(r, parent.ProjectID, err)
}

// newTask is the input of the mutation that makes a task.
func (c *Client) newTask(ctx context.Context, r request, projectPath string, parent forge.Issue, w forge.IssueWrite) (map[string]any, error) {
	kind, err := c.taskType(ctx, projectPath)
	if err != nil {
		return nil, err
	}
	add, _, err := c.labelIDs(ctx, r, parent.ProjectID, lines(w.AddLabels), nil)
	if err != nil {
		return nil, err
	}
	input := widgets(w)
	input["namespacePath"] = projectPath
	input["workItemTypeId"] = kind
	input["hierarchyWidget"] = map[string]any{"parentId": workItemID(parent.ID)}
	if len(add) > 0 {
		input["labelsWidget"] = map[string]any{"labelIds": add}
	}
	return input, nil
}

// maxTasks is how many tasks one request makes: GitLab breaks off what takes more than 30 seconds.
const maxTasks = 10

// CreateTasks makes tasks as the last children of an issue, in this order, in one request for ten of
// them. Of each it tells ID, IID, address and assignees, and of the issue its description as it stands
// then. When it fails, tasks that are known to be made are told all the same; the others have the ID 0. Some
// of these may be there after a forge.RateLimitError, and may still come after forge.ErrUnavailable; on
// other errors none is. Servers before GitLab 16 give forge.ErrUnsupported.
func (c *Client) CreateTasks(ctx context.Context, projectPath string, parent forge.Issue, ws []forge.IssueWrite) (made []forge.Issue, description string, err error) {
	made, description = make([]forge.Issue, len(ws)), parent.Description
	for from := 0; from < len(ws) && err == nil; from += maxTasks {
		to := min(from+maxTasks, len(ws))
		err = c.createTasks(ctx, projectPath, parent, ws[from:to], made[from:to], &description)
	}
	return made, description, err
}

func (c *Client) createTasks(ctx context.Context, projectPath string, parent forge.Issue, ws []forge.IssueWrite, made []forge.Issue, description *string) error {
	r := creating("create %d tasks of issue #%d of project %s", len(ws), parent.IID, projectPath).limited(ratelimit.Issues)
	if len(ws) > 1 {
		r.nature, r.times = createAll, len(ws)
	}
	if c.dryRun {
		for i, w := range ws {
			var err error
			if made[i], err = c.CreateTask(ctx, projectPath, parent, w); err != nil {
				return err
			}
		}
		return nil
	}
	var query, kinds strings.Builder
	vars := map[string]any{}
	for i, w := range ws {
		if err := checkWrite(r, w, true); err != nil {
			return err
		}
		input, err := c.newTask(ctx, r, projectPath, parent, w)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("t%d", i)
		vars[name] = input
		fmt.Fprintf(&kinds, "$%s: WorkItemCreateInput! ", name)
		fmt.Fprintf(&query, createdTask, i)
	}
	data := map[string]*mutated{}
	err := c.graphQL(ctx, r, "mutation CreateTasks("+kinds.String()+") {"+query.String()+"\n}", vars, &data)
	if err != nil && len(data) > 0 && !errors.Is(err, forge.ErrUnavailable) {
		// It was begun, and what was said of one mutation says nothing of the others.
		err = describe(r, forge.ErrUnavailable, lost(r, ""), err.Error())
	}
	for i := range ws {
		m := data[fmt.Sprintf("t%d", i)]
		switch {
		case (m == nil || m.WorkItem == nil && len(m.Errors) == 0) && (err == nil || !errors.Is(err, forge.ErrUnavailable) && len(data) > 0):
			err = describe(r, forge.ErrUnavailable, lost(r, "GitLab's answer does not tell of all tasks"), "")
		case m == nil:
		case m.WorkItem != nil:
			made[i] = m.WorkItem.issue(parent.ProjectID)
			made[i].Type = forge.TypeTask
			for _, widget := range m.WorkItem.Widgets {
				if widget.Parent != nil {
					*description = widget.Parent.Description
				}
			}
		case err == nil:
			err = refused(r, strings.Join(m.Errors, "; "))
		}
	}
	return err
}

// UpdateTask changes the fields of a task that are set in w, no others. A place that GitLab does not
// give it fails the whole.
func (c *Client) UpdateTask(ctx context.Context, projectPath string, task forge.Issue, w forge.IssueWrite) (forge.Issue, error) {
	r := setting("update task #%d of project %s", task.IID, projectPath)
	if err := checkWrite(r, w, false); err != nil {
		return forge.Issue{}, err
	}
	if c.dryRun {
		fields(c.pretend(ctx, r), w).Msg(wouldWrite)
		return c.written(task, w), nil
	}
	add, remove, err := c.labelIDs(ctx, r, task.ProjectID, lines(w.AddLabels), w.RemoveLabels)
	if err != nil {
		return forge.Issue{}, err
	}
	input := widgets(w)
	input["id"] = workItemID(task.ID)
	if place := hierarchy(w); len(place) > 0 {
		input["hierarchyWidget"] = place
	}
	if w.State != nil {
		input["stateEvent"] = strings.ToUpper(stateEvent(*w.State))
	}
	if len(add)+len(remove) > 0 {
		change := map[string]any{}
		if len(add) > 0 {
			change["addLabelIds"] = add
		}
		if len(remove) > 0 {
			change["removeLabelIds"] = remove
		}
		input["labelsWidget"] = change
	}
	var data struct {
		Result mutated `json:"workItemUpdate"`
	}
	err = c.graphQL(ctx, r, updateTask, map[string]any{"input": input}, &data)
	return data.Result.issue(r, task.ProjectID, err)
}

// hierarchy says whose child a task is to be, and beside which other one.
func hierarchy(w forge.IssueWrite) map[string]any {
	place := map[string]any{}
	if w.Parent != 0 {
		place["parentId"] = workItemID(w.Parent)
	}
	if w.Beside != nil {
		place["adjacentWorkItemId"], place["relativePosition"] = workItemID(w.Beside.ID), "AFTER"
		if w.Beside.Before {
			place["relativePosition"] = "BEFORE"
		}
	}
	return place
}

// widgets is the part of a write that making and changing have in common.
func widgets(w forge.IssueWrite) map[string]any {
	input := map[string]any{}
	if w.Title != nil {
		input["title"] = w.Title.String()
	}
	if w.Confidential != nil {
		input["confidential"] = *w.Confidential
	}
	if w.Description != nil {
		input["descriptionWidget"] = map[string]any{"description": w.Description.String()}
	}
	if w.AssigneeIDs != nil {
		ids := make([]string, len(*w.AssigneeIDs))
		for i, id := range *w.AssigneeIDs {
			ids[i] = gid("User", id)
		}
		input["assigneesWidget"] = map[string]any{"assigneeIds": ids}
	}
	if w.DueDate != nil {
		var due any // null takes the date away
		if *w.DueDate != "" {
			due = *w.DueDate
		}
		input["startAndDueDateWidget"] = map[string]any{"dueDate": due}
	}
	return input
}

// taskType is the id of the work item type Task. It differs between instances.
func (c *Client) taskType(ctx context.Context, projectPath string) (string, error) {
	c.types.mu.Lock()
	id := c.types.ids[projectPath]
	c.types.mu.Unlock()
	if id != "" {
		return id, nil
	}
	r := reading("find the work item type Task of project %s", projectPath)
	var data struct {
		Project *struct {
			Types struct {
				Nodes []typeName `json:"nodes"`
			} `json:"workItemTypes"`
		} `json:"project"`
	}
	if err := c.graphQL(ctx, r, typesQuery, map[string]any{"path": projectPath}, &data); err != nil {
		return "", err
	}
	if data.Project == nil {
		return "", describe(r, forge.ErrNotFound, "the project does not exist, or the token may not see it", "")
	}
	i := slices.IndexFunc(data.Project.Types.Nodes, func(t typeName) bool { return strings.EqualFold(t.Name, "task") })
	if i < 0 {
		return "", describe(r, forge.ErrUnsupported, "it has no such type", "")
	}
	id = data.Project.Types.Nodes[i].ID
	c.types.mu.Lock()
	c.types.ids[projectPath] = id
	c.types.mu.Unlock()
	return id, nil
}

// labelIDs finds the global ids of labels by their names. A name to be removed that no label
// has any more needs no removing; one to be added must exist.
func (c *Client) labelIDs(ctx context.Context, r request, project int64, add, remove []string) (addIDs, removeIDs []string, err error) {
	if len(add)+len(remove) == 0 {
		return nil, nil, nil
	}
	labels, err := c.Labels(ctx, project)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", r.what, err)
	}
	ids := make(map[string]string, len(labels))
	for _, l := range labels {
		ids[l.Name] = gid("Label", l.ID)
	}
	for _, name := range add {
		id, ok := ids[name]
		if !ok {
			return nil, nil, describe(r, forge.ErrInvalid, fmt.Sprintf("project %d has no label %q; create it first", project, name), "")
		}
		addIDs = append(addIDs, id)
	}
	for _, name := range remove {
		if id, ok := ids[name]; ok {
			removeIDs = append(removeIDs, id)
		}
	}
	return addIDs, removeIDs, nil
}
