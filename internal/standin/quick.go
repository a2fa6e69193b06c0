package standin

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A QuickAction is one that ran: text that did something when it was written.
type QuickAction struct {
	User    *User
	Command string // "/close"
	On      string // "issue 7"
}

// A Mention is a person, group or object that a text refers to. GitLab sends mail for some and
// writes a note on others.
type Mention struct {
	User *User
	Text string // "@ana", "#12"
	On   string
}

// QuickActionsRun lists the quick actions that ran.
func (s *Server) QuickActionsRun() []QuickAction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.quickActions)
}

// Mentions lists what texts referred to.
func (s *Server) Mentions() []Mention {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mentions)
}

var (
	commandLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^/([a-z_]+)( .*)?$`) })
	reference   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|[^\w\\/&;])([@#!~%][\w.-]*[\w])`)
	})
	codeSpan = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("`+[^`]*`+") })
)

// commands that GitLab knows. Others are text.
var commands = []string{
	"close", "reopen", "merge", "approve", "assign", "unassign", "label", "unlabel", "relabel", "confidential", "move", "clone", "duplicate", "rebase", "lock", "due",
	"milestone", "title", "draft", "ready", "promote_to", "invite_email", "todo", "done", "subscribe", "weight", "estimate", "spend",
}

// written takes a text as GitLab stores it: quick actions at the beginning of a line run and are
// cut out, mentions and references are noted. Old is the text before an edit: what stood there
// already does not run again.
func (s *Server) written(p *Project, by *User, iid int64, kind, text, old string) string {
	text = strings.ReplaceAll(text, "\r", "")
	on := kind + " " + itoa(iid)
	var kept []string
	fence := ""
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if mark := fenceMark(trimmed); mark != "" && len(line)-len(trimmed) < 4 {
			switch {
			case fence == "":
				fence = mark
			case strings.HasPrefix(mark, fence) && strings.TrimSpace(trimmed) == mark:
				fence = ""
			}
			kept = append(kept, line)
			continue
		}
		if fence == "" {
			if m := commandLine().FindStringSubmatch(line); m != nil && slices.Contains(commands, strings.ToLower(m[1])) && !strings.Contains(old, line) {
				s.quickActions = append(s.quickActions, QuickAction{by, "/" + strings.ToLower(m[1]), on})
				s.runCommand(p, by, iid, kind, strings.ToLower(m[1]), strings.TrimSpace(m[2]))
				continue
			}
			plain := codeSpan().ReplaceAllString(line, " ")
			if !strings.HasPrefix(strings.TrimSpace(plain), "<!--") {
				for _, m := range reference().FindAllStringSubmatch(plain, -1) {
					if s.refers(m[2]) {
						s.mentions = append(s.mentions, Mention{by, m[2], on})
					}
				}
			}
		}
		kept = append(kept, line)
	}
	return strings.TrimRight(strings.Join(kept, "\n"), "\n")
}

// refers reports whether a word that looks like a reference is one: users that exist, numbers.
func (s *Server) refers(word string) bool {
	switch word[0] {
	case '@':
		return word == "@all" || s.user(word[1:]) != nil
	case '#', '!':
		return strings.Trim(word[1:], "0123456789") == ""
	}
	return true
}

// fenceMark is the row of backticks or tildes that a code block begins with, "" when none does.
func fenceMark(line string) string {
	for _, c := range []string{"`", "~"} {
		n := len(line) - len(strings.TrimLeft(line, c))
		if n >= 3 {
			return line[:n]
		}
	}
	return ""
}

// runCommand does what the commands do that matter to roleplan's objects.
func (s *Server) runCommand(p *Project, by *User, iid int64, kind, name, args string) {
	if kind == "merge request" {
		m := p.request(iid)
		switch {
		case m == nil:
		case name == "close":
			s.setState(m, by, "closed", "close")
		case name == "reopen":
			s.setState(m, by, "opened", "reopen")
		case name == "merge":
			_ = s.merge(m, by) // GitLab answers in the note
		}
		return
	}
	i := p.issue(iid)
	if i == nil {
		return
	}
	switch name {
	case "close":
		s.setIssueState(i, by, "closed")
	case "reopen":
		s.setIssueState(i, by, "opened")
	case "title":
		i.Title = args
	case "label":
		for name := range strings.FieldsSeq(args) {
			s.addLabel(i, by, strings.Trim(name, `~"`))
		}
	case "confidential":
		i.Confidential = true
	}
}
