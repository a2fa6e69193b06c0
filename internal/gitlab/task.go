package gitlab

import (
	"context"
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
	kind, err := c.taskType(ctx, projectPath)
	if err != nil {
		return forge.Issue{}, err
	}
	add, _, err := c.labelIDs(ctx, r, parent.ProjectID, lines(w.AddLabels), nil)
	if err != nil {
		return forge.Issue{}, err
	}
	input := widgets(w)
	input["namespacePath"] = projectPath
	input["workItemTypeId"] = kind
	input["hierarchyWidget"] = map[string]any{"parentId": workItemID(parent.ID)}
	if len(add) > 0 {
		input["labelsWidget"] = map[string]any{"labelIds": add}
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
