package standin

import "sync"

// jobRoutes are the calls that the token of a CI job counts for.
var jobRoutes = []string{
	"GET projects/:id/merge_requests", "GET projects/:id/merge_requests/:iid", "GET projects/:id/merge_requests/:iid/notes", "GET projects/:id/merge_requests/:iid/notes/:note",
	"GET projects/:id/repository/files/:file/raw", "GET projects/:id/repository/commits/:sha", "GET projects/:id/repository/branches",
}

const hookParams = "url token signing_token push_events merge_requests_events note_events issues_events confidential_issues_events confidential_note_events enable_ssl_verification name"

// routes is the table of what the API knows.
var routes = sync.OnceValue(func() []route {
	return []route{
		{"GET", "version", 0, "", func(*call) (int, any, error) {
			return 200, map[string]any{"version": version, "revision": "standin"}, nil
		}},
		{"GET", "user", 0, "", (*call).getSelf},
		{"GET", selfPattern, 0, "", (*call).getToken},
		{"GET", "users", 0, "username search", (*call).listUsers},
		{"GET", "users/:user", 0, "", (*call).getUser},

		{"GET", "projects/:id", Guest, "statistics license", (*call).getProject},
		{"GET", "projects/:id/members", Guest, "query", (*call).listMembers},
		{"GET", "projects/:id/members/all", Guest, "query", (*call).listMembers},
		{"GET", "projects/:id/members/:user", Guest, "", (*call).getMember},
		{"GET", "projects/:id/members/all/:user", Guest, "", (*call).getMember},

		{"GET", "projects/:id/repository/tree", Reporter, "path ref recursive", (*call).listTree},
		{"GET", "projects/:id/repository/branches", Reporter, "search", (*call).listBranches},
		{"GET", "projects/:id/repository/branches/:branch", Reporter, "", (*call).getBranch},
		{"POST", "projects/:id/repository/branches", Developer, "branch ref", (*call).createBranch},
		{"GET", "projects/:id/repository/commits", Reporter, "ref_name", (*call).listCommits},
		{"GET", "projects/:id/repository/commits/:sha", Reporter, "stats", (*call).getCommit},
		{"GET", "projects/:id/repository/commits/:sha/statuses", Reporter, "ref stage name all pipeline_id", (*call).listStatuses},
		{"POST", "projects/:id/statuses/:sha", Developer, "state ref name context target_url description coverage pipeline_id", (*call).setStatus},
		{"POST", "projects/:id/repository/commits", Developer, "branch start_branch start_sha commit_message actions author_name author_email force", (*call).createCommit},
		{"GET", "projects/:id/repository/compare", Reporter, "from to straight unidiff", (*call).compareCommits},
		{"GET", "projects/:id/repository/files/:file", Reporter, "ref", (*call).getFile},
		{"GET", "projects/:id/repository/files/:file/raw", Reporter, "ref lfs", (*call).getRawFile},
		{"PUT", "projects/:id/repository/files/:file", Developer, "branch start_branch content commit_message encoding last_commit_id author_name author_email", (*call).putFile},
		{"POST", "projects/:id/repository/files/:file", Developer, "branch start_branch content commit_message encoding author_name author_email", (*call).putFile},

		{"GET", "projects/:id/merge_requests", Reporter, "state order_by sort updated_after updated_before source_branch target_branch scope iids labels author_id", (*call).listRequests},
		{"POST", "projects/:id/merge_requests", Developer, "source_branch target_branch target_project_id title description labels remove_source_branch squash", (*call).createRequest},
		{"GET", "projects/:id/merge_requests/:iid", Reporter, "", (*call).getRequest},
		{"PUT", "projects/:id/merge_requests/:iid", Developer, "title description state_event target_branch labels add_labels remove_labels discussion_locked", (*call).updateRequest},
		{"PUT", "projects/:id/merge_requests/:iid/merge", Maintainer, "merge_commit_message squash should_remove_source_branch sha", (*call).mergeRequest},
		{"GET", "projects/:id/merge_requests/:iid/diffs", Reporter, "unidiff", (*call).listDiffs},
		{"GET", "projects/:id/merge_requests/:iid/changes", Reporter, "access_raw_diffs unidiff", (*call).getChanges},
		{"GET", "projects/:id/merge_requests/:iid/approvals", Reporter, "", (*call).getApprovals},
		{"GET", "projects/:id/merge_requests/:iid/status_checks", Reporter, "", (*call).listStatusChecks},
		{"POST", "projects/:id/merge_requests/:iid/status_check_responses", Developer, "sha external_status_check_id status", (*call).answerStatusCheck},
		{"GET", "projects/:id/merge_requests/:iid/commits", Reporter, "", (*call).listRequestCommits},
		{"GET", "projects/:id/merge_requests/:iid/versions", Reporter, "", (*call).listVersions},
		{"GET", "projects/:id/merge_requests/:iid/versions/:version", Reporter, "unidiff", (*call).getVersion},

		{"GET", "projects/:id/merge_requests/:iid/notes", Reporter, "order_by sort activity_filter", (*call).listNotes},
		{"POST", "projects/:id/merge_requests/:iid/notes", Reporter, "body internal created_at", (*call).createNote},
		{"GET", "projects/:id/merge_requests/:iid/notes/:note", Reporter, "", (*call).getNote},
		{"PUT", "projects/:id/merge_requests/:iid/notes/:note", Reporter, "body", (*call).updateNote},
		{"DELETE", "projects/:id/merge_requests/:iid/notes/:note", Reporter, "", (*call).deleteNote},
		{"GET", "projects/:id/merge_requests/:iid/notes/:note/award_emoji", Reporter, "", (*call).listEmoji},
		{"POST", "projects/:id/merge_requests/:iid/notes/:note/award_emoji", Reporter, "name", (*call).createEmoji},
		{"GET", "projects/:id/merge_requests/:iid/discussions", Reporter, "", (*call).listDiscussions},
		{"POST", "projects/:id/merge_requests/:iid/discussions", Reporter, "body position commit_id created_at", (*call).createDiscussion},
		{"GET", "projects/:id/merge_requests/:iid/discussions/:discussion", Reporter, "", (*call).getDiscussion},
		{"PUT", "projects/:id/merge_requests/:iid/discussions/:discussion", Reporter, "resolved", (*call).resolveDiscussion},
		{"POST", "projects/:id/merge_requests/:iid/discussions/:discussion/notes", Reporter, "body created_at", (*call).answerDiscussion},
		{"PUT", "projects/:id/merge_requests/:iid/discussions/:discussion/notes/:note", Reporter, "body resolved", (*call).updateNote},

		{"GET", "projects/:id/merge_requests/:iid/draft_notes", Reporter, "", (*call).listDrafts},
		{"POST", "projects/:id/merge_requests/:iid/draft_notes", Reporter, "note position", (*call).createDraft},
		{"DELETE", "projects/:id/merge_requests/:iid/draft_notes/:draft", Reporter, "", (*call).deleteDraft},
		{"POST", "projects/:id/merge_requests/:iid/draft_notes/bulk_publish", Reporter, "", (*call).publishDrafts},

		{"GET", "projects/:id/issues", Guest, "labels state scope order_by sort search in updated_after iids confidential issue_type author_id", (*call).listIssues},
		{"POST", "projects/:id/issues", Guest, "title description labels assignee_ids assignee_id due_date confidential issue_type milestone_id weight", (*call).createIssue},
		{"GET", "projects/:id/issues/:iid", Guest, "", (*call).getIssue},
		{"PUT", "projects/:id/issues/:iid", Guest, "title description labels add_labels remove_labels assignee_ids assignee_id due_date confidential state_event issue_type discussion_locked", (*call).updateIssue},
		{"GET", "projects/:id/issues/:iid/notes", Guest, "order_by sort activity_filter", (*call).listNotes},
		{"POST", "projects/:id/issues/:iid/notes", Guest, "body internal created_at", (*call).createNote},
		{"GET", "projects/:id/issues/:iid/notes/:note", Guest, "", (*call).getNote},
		{"PUT", "projects/:id/issues/:iid/notes/:note", Guest, "body", (*call).updateNote},
		{"DELETE", "projects/:id/issues/:iid/notes/:note", Guest, "", (*call).deleteNote},
		{"GET", "projects/:id/issues/:iid/discussions", Guest, "", (*call).listDiscussions},
		{"GET", "projects/:id/issues/:iid/links", Guest, "", (*call).listLinks},
		{"POST", "projects/:id/issues/:iid/links", Guest, "target_project_id target_issue_iid link_type", (*call).createLink},
		{"GET", "projects/:id/issues/:iid/resource_label_events", Guest, "", (*call).listLabelEvents},
		{"GET", "projects/:id/issues/:iid/resource_state_events", Guest, "", (*call).listStateEvents},

		{"GET", "projects/:id/labels", Guest, "with_counts include_ancestor_groups search", (*call).listLabels},
		{"POST", "projects/:id/labels", Reporter, "name color description priority", (*call).createLabel},
		{"GET", "projects/:id/labels/:label", Guest, "include_ancestor_groups", (*call).getLabel},
		{"DELETE", "projects/:id/labels/:label", Reporter, "", (*call).deleteLabel},
		{"PUT", "projects/:id/labels/:label", Reporter, "new_name color description priority", (*call).updateLabel},

		{"GET", "projects/:id/boards", Guest, "", (*call).listBoards},
		{"POST", "projects/:id/boards", Reporter, "name", (*call).createBoard},
		{"GET", "projects/:id/boards/:board", Guest, "", (*call).getBoard},
		{"PUT", "projects/:id/boards/:board/lists/:list", Reporter, "position", (*call).moveBoardList},
		{"GET", "projects/:id/boards/:board/lists", Guest, "", (*call).listBoardLists},
		{"POST", "projects/:id/boards/:board/lists", Reporter, "label_id", (*call).createBoardList},

		{"GET", "projects/:id/variables", Maintainer, "", (*call).listVariables},

		{"GET", "projects/:id/hooks", Maintainer, "", (*call).listHooks},
		{"POST", "projects/:id/hooks", Maintainer, hookParams, (*call).createHook},
		{"GET", "projects/:id/hooks/:hook", Maintainer, "", (*call).getHook},
		{"PUT", "projects/:id/hooks/:hook", Maintainer, hookParams, (*call).updateHook},
		{"DELETE", "projects/:id/hooks/:hook", Maintainer, "", (*call).deleteHook},
		{"POST", "projects/:id/hooks/:hook/test/:trigger", Maintainer, "", (*call).testHook},
		{"GET", "projects/:id/hooks/:hook/events", Maintainer, "status", (*call).listHookEvents},
		{"POST", "projects/:id/hooks/:hook/events/:event/resend", Maintainer, "", (*call).resendHook},
	}
})
