// Package opening keeps the hiring plans: for each position of each opening an issue, with a
// task a step of the hiring process, and labels.
//
// A run reads what is wished (openings file, configuration, role pages) and what is there
// (issues, tasks, labels), and makes works of the difference: each says what it would do, and
// can do it. Plan returns what the works say, Reconcile does them.
//
//	read.go      the wished state: files of the repository
//	wish.go      what a position's issue and tasks should be
//	describe.go  their texts
//	there.go     the actual state, found by marks; what is made once, looked up when answers are lost
//	memory.go    what the marks remember
//	match.go     which task belongs to which step
//	order.go     the order of tasks among the children of their issue
//	diff.go      the difference, as works
//
// GitLab is the memory. Everything made here bears a hidden mark, and counts only with
// roleplan as its author. Marks hold what was wished last, so that what people have changed
// since is told from what has to follow. Of the works of a plan the issue itself comes last, and
// its mark then says that all the others are done; a run that breaks off is taken up again.
//
// All plans of a project are found by two listings, however many there are; issues that people have
// moved to other projects by two more for each of these. Before an issue or a task is written it is read
// once more: GitLab lets the last write win, and what people have changed since must not get lost.
package opening
