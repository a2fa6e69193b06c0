// Package queue keeps the promise that roleplan gives with an answer of 202: what was
// accepted is worked, whatever happens to the process meanwhile.
//
// It stores in one SQLite file or in PostgreSQL. A subject is a thing to be brought in line,
// named by a reconcile.Key, and has a row of its own with two revisions. Accept raises wanted
// in the transaction that stores the delivery, and makes the subject due. The dispatcher
// reserves due subjects and has River carry their names to free workers. A run that begins
// makes its process the owner of the subject, under a lease that it renews; a run that ends
// compares wanted with the revision that it saw when it began, and the subject is due again
// if wanted has moved. Hence:
//
//   - Equal keys collapse: however many events arrive, one run is due.
//   - No event is lost. One that arrives during a run makes the subject run again. (River's
//     unique jobs alone would drop it, because a running job counts as present.)
//   - One key never runs twice at once, in any process: whoever has lost the lease ends his
//     run, and his outcome is not stored.
//   - A killed process loses nothing: another takes over what it worked when the lease ends,
//     or the next one that opens the file.
//   - A project with much to do does not hold up another: the dispatcher takes them in turn.
//
// For River a job is always done. What it forgets or doubles does no harm, because a job
// counts only with the number of the reservation in the subject's row. A subject that keeps
// failing ends with a reason in its row, which Status lists; the next event for it tries
// again, and so does Retry.
//
// The loss of the database breaks nothing: GitLab holds the truth and the sweep finds it.
package queue
