// Package queue keeps the promise that roleplan gives with an answer of 202: what was
// accepted is worked, whatever happens to the process meanwhile.
//
// It stores in one SQLite file and lets River run the jobs. A subject is a thing to be
// brought in line, named by a reconcile.Key, and has a row of its own with two revisions.
// Accept raises wanted in the transaction that stores the delivery, and inserts a job if
// none lives; a run that ends compares wanted with the revision that it saw when it began,
// in the transaction that completes its job, and inserts the next job if wanted has moved.
// Hence:
//
//   - Equal keys collapse: however many events arrive, one job waits.
//   - No event is lost. One that arrives during a run makes the subject run again. (River's
//     unique jobs alone would drop it, because a running job counts as present.)
//   - One key never runs twice at once: there is one live job a subject, and one process a
//     file, which a lock beside the file sees to.
//   - A killed process loses nothing: its jobs are put back when the next one opens the file.
//
// Only the job's row in River is finished, never retried by River: a retry is a new job,
// inserted in the same transaction, so that what the subject's row says and what River will
// do can't differ. A subject that keeps failing ends with a reason in its row, which Status
// lists; the next event for it tries again.
//
// The loss of the file breaks nothing: GitLab holds the truth and the sweep finds it.
package queue
