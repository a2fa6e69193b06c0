package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/nearest"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A command is something that people can ask for.
type command struct {
	name string
	args string // as help shows them
	doc  string
	run  func(j *job, ctx context.Context, l line) (answer, error)
}

// commands is the table that reading, help and hints are made of, in the order of help.
var commands []command

// Help looks up the table that it is in.
func init() {
	commands = []command{
		{"check", "", "checks the pages again", (*job).check},
		{"plan", "", "works out again what merging would do", (*job).plan},
		{"explain", "RULE", "says why a rule is there, with a bad and a good example", (*job).explain},
		{"ignore", "RULE reason", "commits a comment that silences the first new finding of a rule", (*job).ignore},
		{"open", `ID page="..." level="..."`, "commits a new opening to the openings file", (*job).open},
		{"help", "", "lists the commands", (*job).help},
	}
}

func names() []string {
	list := make([]string, len(commands))
	for i, c := range commands {
		list[i] = c.name
	}
	return list
}

// line runs a line.
func (j *job) line(ctx context.Context, l line) (answer, error) {
	for _, c := range commands {
		if strings.EqualFold(c.name, l.word) {
			return c.run(j, ctx, l)
		}
	}
	if near := nearest.To(shortened(l.word), names()); near != "" {
		return refuse(safe.Sprintf("%s is no command; perhaps %s was meant. %s lists all.", safe.Code(shortened(l.word)), j.usage(near), j.usage("help")))
	}
	return refuse(safe.Sprintf("%s is no command; %s lists them.", safe.Code(shortened(l.word)), j.usage("help")))
}

// usage is a command as people write it.
func (j *job) usage(command string) safe.Value {
	return safe.Code(j.Config.Commands.Name + ": " + command)
}

func (j *job) check(context.Context, line) (answer, error) {
	return j.again(safe.Word("checked"), safe.Word("what was found"))
}

func (j *job) plan(context.Context, line) (answer, error) {
	return j.again(safe.Word("planned"), safe.Word("what merging would do"))
}

// again asks for another run of everything.
func (j *job) again(done, what safe.Value) (answer, error) {
	switch {
	case j.MergeRequest.State != forge.Opened:
		return refuse(safe.Sprintf("The merge request is %s, and is not looked at any more.", safe.Text(j.MergeRequest.State)))
	case j.Config.Comment.Mode == repoconf.CommentOff:
		return refuse(safe.Sprintf("Notes are switched off here: %s of %s says so.", safe.Code("comment.mode"), safe.Code(repoconf.Name)))
	}
	j.result.Rerun = true
	return answer{text: safe.Sprintf("It is %s again; the summary note tells %s.", done, what)}, nil
}

// named finds the rule that a command names.
func (j *job) named(l line) (found *rule.Rule, rest string, refusal safe.Markdown) {
	name, rest, _ := strings.Cut(l.args, " ")
	name = strings.Trim(name, "`\"'“”‘’")
	if name == "" {
		return nil, "", safe.Sprintf("Which rule? Write its name after the command, like %s.", j.usage(strings.ToLower(l.word)+" spelling"))
	}
	if r := rule.Find(strings.ToLower(name)); r != nil {
		return r, rest, safe.Markdown{}
	}
	if near := nearest.To(shortened(name), rule.Names()); near != "" {
		return nil, "", safe.Sprintf("%s is no rule; perhaps %s was meant.", safe.Code(shortened(name)), safe.Code(near))
	}
	return nil, "", safe.Sprintf("%s is no rule; the findings in the summary note name theirs.", safe.Code(shortened(name)))
}

func (j *job) explain(_ context.Context, l line) (answer, error) {
	r, _, refusal := j.named(l)
	if r == nil {
		return refuse(refusal)
	}
	var b safe.Builder
	b.Para("**%s** (%s, %s): %s. %s", safe.Text(r.Name), safe.Text(r.Group), safe.Text(r.Severity.String()), safe.Text(r.Doc), safe.Text(r.Why))
	b.Para("A page that it finds fault with:")
	b.Fence("markdown", r.Bad)
	for _, f := range rule.Run(r, rolepage.Parse(r.ExamplePath(), []byte(r.Bad)), r.Severity) {
		b.Item("line %s: %s", safe.Num(f.Range.Start.Line), safe.Text(f.Message))
	}
	b.Para("And one that is good:")
	b.Fence("markdown", r.Good)
	return answer{text: b.Markdown()}, nil
}

func (j *job) help(context.Context, line) (answer, error) {
	t := safe.NewTable("command", "does")
	for _, c := range commands {
		t.Row(j.usage(strings.TrimSpace(c.name+" "+c.args)), safe.Text(c.doc))
	}
	var b safe.Builder
	b.Table(t)
	b.Para("One a line, by people with at least the role %s; the mention %s does instead of %s. Commands in quotes, lists and code are not run.",
		safe.Text(j.Config.Commands.Role), safe.Code("@"+j.me.Username), safe.Code(j.Config.Commands.Name+":"))
	return answer{text: b.Markdown()}, nil
}

// place finds the branch that a commit goes to. Where none can go the refusal says why.
func (j *job) place(ctx context.Context) (refusal safe.Markdown, err error) {
	m := j.MergeRequest
	switch {
	case m.State != forge.Opened:
		return safe.Sprintf("Nothing was committed: the merge request is %s.", safe.Text(m.State)), nil
	case m.SourceProjectID != m.ProjectID:
		return safe.Sprintf("Nothing was committed: the branch lies in a fork, where roleplan does not write. Make the change there by hand."), nil
	case m.SourceBranch == j.Project.DefaultBranch:
		return safe.Sprintf("Nothing was committed: the branch of this merge request is the default branch."), nil
	case j.branch != nil:
		return safe.Markdown{}, nil
	}
	b, err := j.gitlab.Branch(ctx, m.ProjectID, m.SourceBranch)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		return safe.Sprintf("Nothing was committed: the branch %s is gone.", safe.Code(m.SourceBranch)), nil
	case err != nil:
		return safe.Markdown{}, err
	case b.Protected:
		// The bot may be allowed to push there, and the person that asks may not.
		return safe.Sprintf("Nothing was committed: the branch %s is protected.", safe.Code(m.SourceBranch)), nil
	}
	j.branch = &b
	return safe.Markdown{}, nil
}

// committed reports whether a line has its commit already, whose answer was lost.
func (j *job) committed(ctx context.Context, l line) (bool, error) {
	list, err := j.gitlab.RecentCommits(ctx, j.MergeRequest.ProjectID, j.MergeRequest.SourceBranch)
	if err != nil {
		return false, err
	}
	mark := j.mark(l).String()
	for _, c := range list {
		if strings.Contains(c.Message, mark) {
			return true, nil
		}
	}
	return false, nil
}

// mark is what the commit of a line bears.
func (j *job) mark(l line) safe.Markdown {
	return safe.Mark(markCommit, safe.Attr("note", fmt.Sprint(j.note.ID)), safe.Attr("line", l.hash))
}

// commit writes a file on the merge request's branch. The title of the commit is fixed text: GitLab
// reads closing words, references and mentions out of messages.
func (j *job) commit(ctx context.Context, l line, title safe.Markdown, path string, content []byte, last string) (refusal safe.Markdown, err error) {
	err = j.gitlab.WriteFile(ctx, j.MergeRequest.ProjectID, forge.FileWrite{
		Branch: j.MergeRequest.SourceBranch, Path: path, Content: content, LastCommit: last, Message: safe.Concat(title, j.mark(l)),
	})
	if errors.Is(err, forge.ErrForbidden) {
		return safe.Sprintf("Nothing was committed: roleplan may not push to the branch %s. It needs the role Developer in this project.", safe.Code(j.MergeRequest.SourceBranch)), nil
	}
	if err != nil {
		return safe.Markdown{}, err
	}
	j.branch = nil // its head has moved
	j.result.Pushed = true
	j.result.Writes++
	return safe.Markdown{}, nil
}
