package standin

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A QuickAction is a command that a text held: it did something, or tried to.
type QuickAction struct {
	User    *User
	Command string // "/close"
	Args    string
	On      string // "issue 7"
	Done    bool   // false when the user may not, or there was nothing to do
}

// QuickActionsRun lists the quick actions that were found in texts and run.
func (s *Server) QuickActionsRun() []QuickAction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.quickActions)
}

var commandLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^/([a-z_]+)(?:[ \t]+(.*))?$`) })

// commands that GitLab knows. Others are text.
var commands = strings.Fields(`approve assign assign_reviewer award blocked_by blocks clear_health_status clear_weight clone close confidential copy_metadata create_merge_request done
	draft due duplicate epic estimate health_status invite_email iteration label link lock merge milestone move parent promote promote_to promote_to_incident publish reaction ready
	reassign reassign_reviewer rebase relabel relate remove_child remove_due_date remove_email remove_epic remove_estimate remove_iteration remove_milestone remove_parent
	remove_time_spent remove_zoom reopen request_changes request_review set_parent severity shrug spend spend_time spent status submit_review subscribe tableflip tag target_branch
	timeline title todo type unapprove unassign unassign_reviewer unlabel unlink unlock unrelate unsubscribe weight zoom add_child add_contacts add_email assignee child page
	checkin_reminder convert_to_ticket remove_contacts react link_vulnerability iteration_cadence ship`)

// written takes a text as GitLab stores it: quick actions at the beginning of a line run and are cut
// out, mentions and references are noted. Old is the text before an edit: what stood there already
// does not run again.
func (s *Server) written(on subject, by *User, text, old string) (kept string, ran []QuickAction) {
	text = strings.ReplaceAll(text, "\r", "")
	doc := readText(text)
	before := readText(strings.ReplaceAll(old, "\r", ""))
	known := map[string]int{}
	for _, n := range before.paragraphs {
		known[before.lines[n]]++
	}
	cut := map[int]bool{}
	for _, n := range doc.paragraphs {
		m := commandLine().FindStringSubmatch(doc.lines[n])
		if m == nil || !slices.Contains(commands, strings.ToLower(m[1])) {
			continue
		}
		if known[doc.lines[n]] > 0 {
			known[doc.lines[n]]--
			continue
		}
		cut[n] = true
		ran = append(ran, QuickAction{User: by, Command: "/" + strings.ToLower(m[1]), Args: strings.TrimSpace(m[2]), On: on.String()})
	}
	if len(cut) > 0 {
		var rest []string
		for n, line := range doc.lines {
			if !cut[n] {
				rest = append(rest, line)
			}
		}
		doc = readText(strings.TrimSpace(strings.Join(rest, "\n")))
	}
	s.mention(on, by, doc, before)
	for i := range ran {
		ran[i].Done = s.runCommand(on, by, strings.TrimPrefix(ran[i].Command, "/"), ran[i].Args)
	}
	s.quickActions = append(s.quickActions, ran...)
	return doc.text, ran
}

// runCommand does what the commands do that change what this server keeps. It reports whether
// there was something to do that the user may do.
func (s *Server) runCommand(on subject, by *User, name, args string) bool {
	role := on.project().Members[by.ID]
	if on.request != nil {
		return s.runOnRequest(on.request, by, role, name, args)
	}
	i := on.issue
	if role < Reporter && i.Author != by {
		return false
	}
	switch name {
	case "close", "reopen":
		state := map[string]string{"close": "closed", "reopen": "opened"}[name]
		if i.State == state {
			return false
		}
		s.setIssueState(i, by, state)
	case "title":
		s.edit(i, by, func(i *Issue) { i.Title = args })
	case "label", "unlabel", "relabel":
		s.edit(i, by, func(i *Issue) { s.labelCommand(i, name, args) })
	case "confidential":
		s.edit(i, by, func(i *Issue) { i.Confidential = true })
	case "due":
		s.edit(i, by, func(i *Issue) { i.DueDate = args })
	case "remove_due_date":
		s.edit(i, by, func(i *Issue) { i.DueDate = "" })
	case "assign", "unassign":
		s.edit(i, by, func(i *Issue) {
			i.Assignees = nil
			if u := s.user(strings.TrimPrefix(args, "@")); u != nil && name == "assign" {
				i.Assignees = []*User{u}
			}
		})
	default:
		return false
	}
	return true
}

func (s *Server) runOnRequest(m *MergeRequest, by *User, role int, name, args string) bool {
	may := role >= Developer || m.Author == by
	switch name {
	case "close":
		if !may || m.State != "opened" {
			return false
		}
		s.setState(m, by, "closed", "close")
	case "reopen":
		if !may || m.State != "closed" {
			return false
		}
		s.setState(m, by, "opened", "reopen")
	case "merge":
		return role >= Maintainer && s.merge(m, by) == nil
	case "title":
		if !may {
			return false
		}
		was := m.Title
		m.Title, m.UpdatedAt = args, s.now()
		s.requestEvent(m, by, "update", "", map[string]any{"title": change(was, args)})
	default:
		return false
	}
	return true
}

var labelName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`~?"([^"]+)"|~?([^\s~"]+)`) })

// labelCommand does /label, /unlabel and /relabel. They know only labels that exist.
func (s *Server) labelCommand(i *Issue, name, args string) {
	var names []string
	for _, m := range labelName().FindAllStringSubmatch(args, -1) {
		names = append(names, m[1]+m[2])
	}
	names = s.ensureLabels(i.Project, names, false)
	if name == "relabel" || name == "unlabel" && len(names) == 0 {
		s.setLabels(i, names)
		return
	}
	for _, label := range names {
		if name == "unlabel" {
			i.removeLabel(label)
		} else {
			s.addLabel(i, label)
		}
	}
}
