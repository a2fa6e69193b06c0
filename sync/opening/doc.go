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
//	there.go     the actual state: issues and tasks by their marks
//	match.go     which task belongs to which step
//	diff.go      the difference, as works
//	steps.go     tasks, or linked issues where there are none
//
// GitLab is the memory. Everything made here bears a hidden mark, and counts only with
// roleplan as its author. Marks hold what was wished last, so that what people have changed
// since is told from what has to follow.
package opening
