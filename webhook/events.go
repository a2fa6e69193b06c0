package webhook

import (
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// openingLabel is the default label of the issues of openings. An issue under another name
// is known by its mark.
const openingLabel = "opening"

// A handler names what an event may have changed. No key and a reason say that there is
// nothing to look at; no key and no reason that the payload lacks what is needed.
type handler func(p *payload, bot int64) (keys []reconcile.Key, reason string)

// statusCheck is our name for what an external status check is told, which is a merge request's event
// without a name.
const statusCheck = "External Status Check"

// events is the table of what is understood, by X-Gitlab-Event.
var events = map[string]handler{
	"Merge Request Hook":      mergeRequest,
	"Note Hook":               comment,
	"Confidential Note Hook":  comment,
	"Push Hook":               push,
	"Issue Hook":              issue,
	"Confidential Issue Hook": issue,
	"Work Item Hook":          issue,
	"System Hook":             system,
	statusCheck:               mergeRequest,
}

// kinds is the same for system hooks, which tell the event in the body.
var kinds = map[string]handler{
	"merge_request": mergeRequest,
	"note":          comment,
	"push":          push,
	"issue":         issue,
	"work_item":     issue,
}

func system(p *payload, bot int64) ([]reconcile.Key, string) {
	kind := p.Kind
	if kind == "" {
		kind = p.EventName
	}
	if handle, ok := kinds[kind]; ok {
		return handle(p, bot)
	}
	return nil, "not an event that is looked at"
}

// mergeRequest lets through what changes the diff, the draft state or the state. Labels,
// titles and approvals change nothing that roleplan says.
func mergeRequest(p *payload, _ int64) ([]reconcile.Key, string) {
	if p.Project.ID == 0 || p.Object.IID == 0 {
		return nil, ""
	}
	key := reconcile.Key{Kind: reconcile.MergeRequest, Project: p.Project.ID, IID: p.Object.IID}
	switch p.Object.Action {
	case "open", "reopen", "close", "":
		return []reconcile.Key{key}, ""
	case "merge":
		if p.onDefaultBranch(p.Object.TargetBranch) {
			return []reconcile.Key{key, openings(p)}, ""
		}
		return []reconcile.Key{key}, ""
	case "update":
		if p.Object.OldRev != "" || p.changed("target_branch", "draft", "work_in_progress") {
			return []reconcile.Key{key}, ""
		}
		return nil, "neither code nor target nor draft state changed"
	default:
		return nil, "an approval or another action that changes no page"
	}
}

// tokenUser is what GitLab calls the users of access tokens. Payloads do not say who is a bot; one
// under another name is found out when its note is read.
var tokenUser = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(project|group)_\d+_bot(_\w+)?$`) })

// comment lets through what people write on a merge request. Without the tests of the author the
// bot would answer itself, and two bots each other.
func comment(p *payload, bot int64) ([]reconcile.Key, string) {
	switch {
	case p.Object.NoteableType != "MergeRequest":
		return nil, "not on a merge request"
	case p.Object.System:
		return nil, "a note by GitLab"
	case isBot(bot, p.Object.AuthorID, p.User.ID):
		return nil, "a note by roleplan"
	case tokenUser().MatchString(p.User.Username):
		return nil, "a note by a bot"
	case p.Project.ID == 0 || p.MR.IID == 0:
		return nil, ""
	}
	return []reconcile.Key{{Kind: reconcile.MergeRequest, Project: p.Project.ID, IID: p.MR.IID}}, ""
}

// push lets through what changes the default branch, also without a merge request.
func push(p *payload, _ int64) ([]reconcile.Key, string) {
	branch, ok := strings.CutPrefix(p.Ref, "refs/heads/")
	switch {
	case p.Project.ID == 0 || p.Ref == "":
		return nil, ""
	case !ok || !p.onDefaultBranch(branch):
		return nil, "not the default branch"
	case strings.Trim(p.After, "0") == "" && p.After != "":
		return nil, "the branch is gone"
	}
	return []reconcile.Key{openings(p)}, ""
}

// issue lets through what moves a plan on: an issue or task of one that is closed, reopened
// or has other labels.
func issue(p *payload, bot int64) ([]reconcile.Key, string) {
	switch {
	case p.Project.ID == 0:
		return nil, ""
	case !p.Object.isMarked() && !p.hasLabel(openingLabel):
		return nil, "not of a hiring plan"
	case isBot(bot, p.User.ID):
		return nil, "changed by roleplan"
	case p.Object.Action == "update" && !p.changed("labels", "state_id", "closed_at"):
		return nil, "neither labels nor state changed"
	case p.Object.Action == "open":
		return nil, "new, and nothing done in it yet"
	}
	return []reconcile.Key{openings(p)}, ""
}

func openings(p *payload) reconcile.Key {
	return reconcile.Key{Kind: reconcile.Openings, Project: p.Project.ID}
}

// isBot reports whether one of the ids is the bot's. Before its id is known nobody is.
func isBot(bot int64, ids ...int64) bool {
	for _, id := range ids {
		if bot != 0 && id == bot {
			return true
		}
	}
	return false
}
