package standin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The ids of the work item types. They differ between instances, and so they do here.
var workItemTypes = []object{
	{"__typename": "WorkItemType", "id": "gid://gitlab/WorkItems::Type/1", "name": "Issue", "iconName": "work-item-issue"},
	{"__typename": "WorkItemType", "id": "gid://gitlab/WorkItems::Type/7", "name": "Task", "iconName": "work-item-task"},
}

func workItemType(kind string) object {
	i := slices.IndexFunc(workItemTypes, func(o object) bool { return strings.EqualFold(fmt.Sprint(o["name"]), kind) })
	if i < 0 {
		return object{"__typename": "WorkItemType", "id": "gid://gitlab/WorkItems::Type/2", "name": kind}
	}
	return workItemTypes[i]
}

// errNoResource is how GitLab says that something is not there, or not for this user.
var errNoResource = errors.New("The resource that you are attempting to access does not exist or you don't have permission to perform this action") //nolint:staticcheck // GitLab's words

func gid(kind string, id int64) string { return fmt.Sprintf("gid://gitlab/%s/%d", kind, id) }

// idOf is the number in a global id of a kind, -1 when it is of no such kind.
func idOf(kind, text string) int64 {
	rest, ok := strings.CutPrefix(text, "gid://gitlab/"+kind+"/")
	n, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return -1
	}
	return n
}

func (c *call) queries() object {
	return object{
		"__typename":  "Query",
		"currentUser": c.userObject(c.user),
		"echo": resolver(func(args params) (any, error) {
			return fmt.Sprintf("%q says: %s", c.user.Username, args.text("text")), nil
		}),
		"project": resolver(func(args params) (any, error) {
			if p := c.s.project(args.text("fullPath")); p != nil && c.sees(p) {
				return c.projectObject(p), nil
			}
			return nil, nil
		}),
		"namespace": resolver(func(args params) (any, error) {
			if p := c.s.project(args.text("fullPath")); p != nil && c.sees(p) {
				return c.projectObject(p), nil
			}
			return nil, nil
		}),
		"users": resolver(func(args params) (any, error) {
			var list []object
			for _, u := range c.s.users {
				if !args.has("usernames") || slices.ContainsFunc(args.list("usernames"), func(name string) bool { return strings.EqualFold(name, u.Username) }) {
					list = append(list, c.userObject(u))
				}
			}
			return connection(list, args), nil
		}),
		"issue": resolver(func(args params) (any, error) {
			if i := c.issueByID(idOf("Issue", args.text("id"))); i != nil {
				return object{"__typename": "Issue", "id": gid("Issue", i.ID), "iid": itoa(i.IID), "projectId": i.Project.ID}, nil
			}
			return nil, nil
		}),
		"workItem": resolver(func(args params) (any, error) {
			if i := c.workItem(args.text("id")); i != nil {
				return c.workItemObject(i), nil
			}
			return nil, errNoResource
		}),
	}
}

// workItem finds a work item that the user may see.
func (c *call) workItem(id string) *Issue { return c.issueByID(idOf("WorkItem", id)) }

func (c *call) issueByID(n int64) *Issue {
	for _, p := range c.s.projects {
		for _, i := range p.issues {
			if i.ID == n && c.sees(p) && !p.NoIssues {
				c.project = p
				if c.seesIssue(i) {
					return i
				}
			}
		}
	}
	return nil
}

func (c *call) projectObject(p *Project) object {
	return object{
		"__typename": "Project", "id": gid("Project", p.ID), "fullPath": p.Path, "name": p.name(), "webUrl": c.s.projectURL(p),
		"workItemTypes": resolver(func(args params) (any, error) {
			var list []object
			for _, t := range workItemTypes {
				if name := args.text("name"); name == "" || strings.EqualFold(name, fmt.Sprint(t["name"])) {
					list = append(list, t)
				}
			}
			return connection(list, args), nil
		}),
		"workItems": resolver(func(args params) (any, error) {
			c.project = p
			var list []object
			for _, i := range p.issues {
				if c.seesIssue(i) && (!args.has("iids") || slices.Contains(args.list("iids"), itoa(i.IID))) {
					list = append(list, c.workItemObject(i))
				}
			}
			return connection(list, args), nil
		}),
		"repository": c.repositoryObject(p),
		"mergeRequest": resolver(func(args params) (any, error) {
			if m := p.request(int64(args.number("iid", 0))); m != nil {
				c.project = p
				return c.requestObject(m), nil
			}
			return nil, nil
		}),
	}
}

// repositoryObject is nothing for users who may not see the code.
func (c *call) repositoryObject(p *Project) object {
	if p.Visibility != "public" && p.Members[c.user.ID] < Reporter {
		return nil
	}
	return object{
		"__typename": "Repository", "rootRef": DefaultBranch,
		"tree": resolver(func(args params) (any, error) {
			return treeObject(p.repo.commits[p.repo.resolve(args.text("ref"))], args), nil
		}),
		"blobs": resolver(func(args params) (any, error) {
			commit := p.repo.commits[p.repo.resolve(args.text("ref"))]
			if commit == nil {
				return nil, nil
			}
			var list []object
			for _, path := range args.list("paths") {
				content, ok := commit.files[path]
				if !ok {
					continue
				}
				list = append(list, object{
					"__typename": "RepositoryBlob", "id": gid("Gitlab::Graphql::Representation::Blob", 0), "oid": digest(content), "path": path,
					"name": path[strings.LastIndexByte(path, '/')+1:], "size": len(content), "rawBlob": content, "rawTextBlob": content,
				})
			}
			return connection(list, args), nil
		}),
	}
}

func (c *call) userObject(u *User) object {
	if u == nil {
		return nil
	}
	return object{"__typename": "UserCore", "id": gid("User", u.ID), "username": u.Username, "name": u.Name, "bot": u.Bot, "state": cmp.Or(u.State, "active"), "webUrl": c.s.url + "/" + u.Username}
}

func (c *call) workItemObject(i *Issue) object {
	state := "OPEN"
	var closed any
	if i.State == "closed" {
		state = "CLOSED"
	}
	if i.ClosedAt != nil {
		closed = i.ClosedAt.Format(stamp)
	}
	return object{
		"__typename": "WorkItem", "id": gid("WorkItem", i.ID), "iid": itoa(i.IID), "title": i.Title, "description": nullable(i.Description), "state": state, "confidential": i.Confidential,
		"webUrl": c.s.issueURL(i), "createdAt": i.CreatedAt.Format(stamp), "updatedAt": i.UpdatedAt.Format(stamp), "closedAt": closed, "author": c.userObject(i.Author), "workItemType": workItemType(i.Type),
		"widgets": c.widgets(i),
	}
}

func (c *call) widgets(i *Issue) []object {
	var people, labels []object
	for _, u := range i.Assignees {
		people = append(people, c.userObject(u))
	}
	for _, name := range i.Labels {
		if l := i.Project.label(name); l != nil {
			labels = append(labels, object{"__typename": "Label", "id": gid("ProjectLabel", l.ID), "title": l.Name, "color": l.Color, "description": nullable(l.Description)})
		}
	}
	list := func(all []object) resolver {
		return func(args params) (any, error) { return connection(all, args), nil }
	}
	return []object{
		{"__typename": "WorkItemWidgetAssignees", "type": "ASSIGNEES", "assignees": list(people)},
		{"__typename": "WorkItemWidgetDescription", "type": "DESCRIPTION", "description": nullable(i.Description)},
		{"__typename": "WorkItemWidgetLabels", "type": "LABELS", "labels": list(labels)},
		{"__typename": "WorkItemWidgetStartAndDueDate", "type": "START_AND_DUE_DATE", "startDate": nil, "dueDate": nullable(i.DueDate)},
		{
			"__typename": "WorkItemWidgetHierarchy", "type": "HIERARCHY", "hasChildren": len(i.children()) > 0,
			"parent": resolver(func(params) (any, error) {
				if i.Parent == nil {
					return nil, nil
				}
				return c.workItemObject(i.Parent), nil
			}),
			"children": resolver(func(args params) (any, error) {
				var tasks []object
				for _, t := range i.children() {
					if c.seesIssue(t) {
						tasks = append(tasks, c.workItemObject(t))
					}
				}
				return connection(tasks, args), nil
			}),
		},
	}
}

// children are the tasks of an issue, in their order.
func (i *Issue) children() []*Issue {
	var list []*Issue
	for _, t := range i.Project.issues {
		if t.Parent == i {
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b *Issue) int { return a.rank - b.rank })
	return list
}

// lastRank is the rank of a child that comes after all others of its parent.
func (i *Issue) lastRank() int {
	last := 0
	if i.Parent != nil {
		for _, t := range i.Parent.children() {
			if t != i {
				last = max(last, t.rank)
			}
		}
	}
	return last + 1
}

// putBeside puts a child before or after another one.
func (i *Issue) putBeside(other *Issue, position string) {
	list := slices.DeleteFunc(i.Parent.children(), func(t *Issue) bool { return t == i })
	at := slices.Index(list, other)
	if position == "AFTER" {
		at++
	}
	for n, t := range slices.Insert(list, at, i) {
		t.rank = n + 1
	}
}

func (c *call) mutations() object {
	return object{
		"__typename": "Mutation",
		"echoCreate": resolver(func(args params) (any, error) {
			in := args.object("input")
			return object{"__typename": "EchoCreatePayload", "clientMutationId": in["clientMutationId"], "echoes": in.list("messages"), "errors": []string{}}, nil
		}),
		"workItemCreate": resolver(func(args params) (any, error) {
			return c.createWorkItem(args.object("input"))
		}),
		"workItemUpdate": resolver(func(args params) (any, error) {
			return c.updateWorkItem(args.object("input"))
		}),
	}
}

// mutated is the answer to a mutation: refusals come in it, with status 200.
func (c *call) mutated(in params, kind string, i *Issue, refused []string) object {
	out := object{"__typename": kind, "errors": append([]string{}, refused...), "workItem": object(nil), "clientMutationId": in["clientMutationId"]}
	if i != nil && len(refused) == 0 {
		out["workItem"] = c.workItemObject(i)
	}
	return out
}

func (c *call) createWorkItem(in params) (any, error) {
	path := in.text("namespacePath")
	if path == "" {
		path = in.text("projectPath")
	}
	p := c.s.project(path)
	if p == nil || !c.sees(p) || p.NoIssues || p.Archived {
		return nil, errNoResource
	}
	c.project = p
	if c.role() < Guest && p.Visibility != "public" {
		return nil, errNoResource
	}
	kind := ""
	for _, t := range workItemTypes {
		if t["id"] == in.text("workItemTypeId") {
			kind = strings.ToLower(fmt.Sprint(t["name"]))
		}
	}
	const payload = "WorkItemCreatePayload"
	if kind == "" {
		return nil, errNoResource
	}
	var parent *Issue
	if id := in.object("hierarchyWidget").text("parentId"); id != "" {
		if parent = c.workItem(id); parent == nil || c.role() < Reporter && parent.Author != c.user {
			return c.mutated(in, payload, nil, []string{"No matching work item found. Make sure that you are adding a valid work item ID."}), nil
		}
		c.project = p
		if refused := mayBeChild(kind, parent); refused != "" {
			return c.mutated(in, payload, nil, []string{refused}), nil
		}
	}
	if refused := checkWorkItem(in); refused != "" {
		return c.mutated(in, payload, nil, []string{refused}), nil
	}
	if err := c.limitIssues(); err != nil {
		return nil, err
	}
	i := c.s.newIssue(p, c.user, kind, in.text("title"), in.object("descriptionWidget").text("description"), func(i *Issue) {
		i.Parent, i.Confidential = parent, in.truth("confidential")
		c.setWidgets(i, in)
	})
	return c.mutated(in, payload, i, nil), nil
}

// adjacent finds the child that a work item is to be put beside, nil for none, or says why it can't
// be.
func (c *call) adjacent(in params, child, parent *Issue) (other *Issue, refused string) {
	switch {
	case !in.has("adjacentWorkItemId") && !in.has("relativePosition"):
		return nil, ""
	case !in.has("adjacentWorkItemId") || !in.has("relativePosition"):
		return nil, "Relative position is not valid."
	}
	if other = c.workItem(in.text("adjacentWorkItemId")); other == child {
		return nil, "Relative position is not valid."
	}
	if other == nil || parent == nil || other.Parent != parent {
		return nil, "The adjacent work item's parent must match the current parent work item."
	}
	return other, ""
}

// mayBeChild says why a work item can't be the child of another, "" when it can.
func mayBeChild(kind string, parent *Issue) string {
	if parent.Type != "issue" || kind != "task" {
		return "it's not allowed to add this type of parent item"
	}
	return ""
}

func checkWorkItem(in params) string {
	switch title := in.text("title"); {
	case in.has("title") && strings.TrimSpace(title) == "":
		return "Title can't be blank"
	case tooLong(title):
		return "Title is too long (maximum is 255 characters)"
	}
	return ""
}

// setWidgets sets what the input has of labels, people and dates, for users who may.
func (c *call) setWidgets(i *Issue, in params) {
	if c.role() < Reporter {
		return
	}
	labels := in.object("labelsWidget")
	for _, name := range c.labelNames(i.Project, append(labels.list("labelIds"), labels.list("addLabelIds")...)) {
		c.s.addLabel(i, name)
	}
	for _, name := range c.labelNames(i.Project, labels.list("removeLabelIds")) {
		i.removeLabel(name)
	}
	if people := in.object("assigneesWidget"); people != nil {
		i.Assignees = nil
		for _, id := range people.list("assigneeIds") {
			u := c.s.userByID(idOf("User", id))
			if u != nil && (c.s.opts.Premium || len(i.Assignees) == 0) {
				i.Assignees = append(i.Assignees, u)
			}
		}
	}
	if dates := in.object("startAndDueDateWidget"); dates.has("dueDate") {
		i.DueDate = dates.text("dueDate")
	}
}

func (c *call) labelNames(p *Project, ids []string) []string {
	var names []string
	for _, id := range ids {
		for _, l := range p.labels {
			if n := max(idOf("Label", id), idOf("ProjectLabel", id)); n == l.ID {
				names = append(names, l.Name)
			}
		}
	}
	return names
}

func (c *call) updateWorkItem(in params) (any, error) {
	i := c.workItem(in.text("id"))
	if i == nil || i.Project.Archived || c.role() < Reporter && i.Author != c.user {
		return nil, errNoResource
	}
	const payload = "WorkItemUpdatePayload"
	if refused := checkWorkItem(in); refused != "" {
		return c.mutated(in, payload, nil, []string{refused}), nil
	}
	parent := i.Parent
	if move := in.object("hierarchyWidget"); move.has("parentId") {
		parent = nil
		if id := move.text("parentId"); id != "" {
			if parent = c.workItem(id); parent == nil {
				return c.mutated(in, payload, nil, []string{"No matching work item found. Make sure that you are adding a valid work item ID."}), nil
			}
			if refused := mayBeChild(i.Type, parent); refused != "" {
				return c.mutated(in, payload, nil, []string{refused}), nil
			}
		}
	}
	adjacent, refused := c.adjacent(in.object("hierarchyWidget"), i, parent)
	if refused != "" {
		return c.mutated(in, payload, nil, []string{refused}), nil
	}
	description := i.Description
	if w := in.object("descriptionWidget"); w != nil {
		description, _ = c.s.written(subject{issue: i}, c.user, w.text("description"), i.Description)
	}
	c.s.edit(i, c.user, func(i *Issue) {
		if in.has("title") {
			i.Title = in.text("title")
		}
		if in.has("confidential") {
			i.Confidential = in.truth("confidential")
		}
		switch in.text("stateEvent") {
		case "CLOSE":
			i.State = "closed"
		case "REOPEN":
			i.State = "opened"
		}
		if i.Parent != parent {
			i.Parent = parent
			i.rank = i.lastRank()
		}
		if adjacent != nil {
			i.putBeside(adjacent, in.object("hierarchyWidget").text("relativePosition"))
		}
		i.Description = description
		c.setWidgets(i, in)
	})
	return c.mutated(in, payload, i, nil), nil
}
