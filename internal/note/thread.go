package note

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A Thread is a remark in a thread of its own, on the line that it speaks of.
type Thread struct {
	Mark
	Finding finding.Finding
	// Suggestion takes the place of the commented line, and of as many lines above and below it;
	// "" where no change is certain.
	Suggestion   string
	Above, Below int
	// WholeFile says that the thread stands on no line, because GitLab shows none of the diff.
	WholeFile bool
}

// A Mark says which finding a thread is about.
type Mark struct {
	ID   string // of the finding, wherever its page lies
	Page string // path of the page when the thread was begun
}

// WriteThread makes the first note of a thread. It names no line and no commit, so that it stays
// the same while its finding does.
func WriteThread(t Thread) safe.Markdown {
	var b safe.Builder
	b.Add(safe.Mark("thread", safe.Attr("finding", t.ID), safe.Attr("page", t.Page)))
	b.Para("%s: %s.", severity(t.Finding.Severity), safe.Short(t.Finding.Message, 600))
	if line := strings.TrimSpace(t.Finding.Line); t.WholeFile && line != "" {
		b.Para("It is about this line:")
		b.Fence("", line)
	}
	if t.Suggestion != "" {
		b.Suggestion(t.Above, t.Below, t.Suggestion)
	}
	b.Para("<sub>Rule %s. roleplan resolves this thread when the remark is gone, unless somebody has written in it. Resolve it yourself if you decide to keep things as they are.</sub>", safe.Code(t.Finding.Rule))
	return b.Markdown()
}

// ReadThread reads the mark of a thread's first note. Anybody can write the mark; the author
// decides whether the thread is roleplan's own.
func ReadThread(body string) (Mark, bool) {
	marks := safe.FindMarks(body, "thread")
	if len(marks) == 0 || strings.TrimSpace(body[:marks[0].Start]) != "" {
		return Mark{}, false
	}
	m := Mark{ID: marks[0].Attributes["finding"], Page: marks[0].Attributes["page"]}
	return m, m.ID != ""
}

// The answers that roleplan gives in threads in which people have written.
const (
	AnswerGone = "gone"
	AnswerBack = "back"
)

// Gone is the answer in a thread whose finding is gone, for people to resolve.
func Gone(head string) safe.Markdown {
	return safe.Concat(safe.Mark("answer", safe.Attr("finding", AnswerGone)),
		safe.Sprintf("Gone in %s. Since somebody has written here, roleplan leaves it to you to resolve this thread.", safe.Code(short(head))))
}

// Back takes the place of the answer Gone when the finding has come again.
func Back(head string) safe.Markdown {
	return safe.Concat(safe.Mark("answer", safe.Attr("finding", AnswerBack)),
		safe.Sprintf("It was gone for a while, and is there again in %s.", safe.Code(short(head))))
}

// ReadAnswer reads which answer a note is, "" for none.
func ReadAnswer(body string) string {
	marks := safe.FindMarks(body, "answer")
	if len(marks) == 0 || strings.TrimSpace(body[:marks[0].Start]) != "" {
		return ""
	}
	return marks[0].Attributes["finding"]
}
