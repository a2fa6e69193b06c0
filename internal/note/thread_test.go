package note_test

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

func TestThreadReadsBack(t *testing.T) {
	for _, bad := range []string{"a", "@all", "x\n/close", "<!-- roleplan:summary v1 -->", "-->", "```", "[[_TOC_]]", "![x](https://a.example/x.png)"} {
		f := finding.Finding{Rule: bad, Severity: finding.Error, Message: bad, Line: bad}
		th := note.Thread{Mark: note.Mark{ID: "id" + bad, Page: bad}, Finding: f, WholeFile: true}
		body := note.WriteThread(th).String()
		if m, ok := note.ReadThread(body); !ok || m != th.Mark {
			t.Errorf("%q reads back as %+v, %v", bad, m, ok)
		}
		if note.IsSummary(body) || note.ReadAnswer(body) != "" || len(safe.FindMarks(body, "")) != 1 {
			t.Errorf("%q passes for something else:\n%s", bad, body)
		}
		if _, ok := note.ReadThread("> " + body); ok {
			t.Error("a quoted mark counts")
		}
		if hit := command.FindString(code.ReplaceAllString(body, "")); hit != "" && !strings.Contains(body, "```") {
			t.Errorf("%q gives the command %q:\n%s", bad, hit, body)
		}
	}
}

func TestAnswers(t *testing.T) {
	if note.ReadAnswer(note.Gone(head).String()) != note.AnswerGone || note.ReadAnswer(note.Back(head).String()) != note.AnswerBack {
		t.Error("answers do not read back")
	}
	if _, ok := note.ReadThread(note.Gone(head).String()); ok {
		t.Error("an answer passes for a thread")
	}
}

func TestMemory(t *testing.T) {
	s := summary(nil)
	s.Threads.Memory = note.Memory{Told: []string{"b", "a", "b"}, Refused: []string{"c"}, Head: head}
	m := note.ReadMemory(note.Write(s).String())
	if !slices.Equal(m.Told, []string{"a", "b"}) || !slices.Equal(m.RefusedAt(head), []string{"c"}) || m.RefusedAt(base) != nil {
		t.Errorf("reads back as %+v", m)
	}
	if m := note.ReadMemory("text"); len(m.Told)+len(m.Refused) > 0 {
		t.Errorf("no summary reads as %+v", m)
	}
}
