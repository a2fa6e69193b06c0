// Package safe is the only way for text to reach GitLab. A note, a title or a label takes
// a Markdown or a Line, and those are made by this package alone: text that strangers
// wrote passes through its escapes, and a plain string does not compile.
//
// Fixed text is given as a constant: the parameters for it have an unexported string type,
// to which Go converts an untyped constant by itself and a variable not at all. All else is
// a Value, which knows how to write itself inertly where it stands:
//
//	safe.Sprintf("the level %s has %s findings", safe.Text(name), safe.Num(n))
//
// Inert means: it runs no quick action, mentions nobody, refers to nothing (issues, merge
// requests, labels, commits, trackers outside), loads no image, is no HTML, and stays in its
// line, cell, code block or comment. Words that could mean something to GitLab become
// code spans, since GitLab looks for nothing inside code in any version; other signs of
// Markdown are escaped.
package safe

// A Markdown is text that may be sent as the body of a note or of a description: nothing
// in it that came from outside can run a quick action, mention anybody, refer to
// anything, load an image or break out of its place.
type Markdown struct{ s string }

// String is the text as it is sent.
func (m Markdown) String() string { return m.s }

// A Line is one line of plain text that may be sent as a title or a label's name.
type Line struct{ s string }

// String is the text as it is sent.
func (l Line) String() string { return l.s }

// literal is fixed text. Being unexported, it can only be given as an untyped constant.
type literal string

// Keep takes text over that GitLab returned as part of the very object that is now written
// again: what people wrote around the managed part of a description. Nothing in it is
// changed. That is safe there and nowhere else: on an update of a description GitLab runs
// the quick actions, and notifies the mentioned, that the old text did not have.
func Keep(existing string) Markdown { return Markdown{existing} }

// Concat sets texts one below the other, a blank line between them. Empty ones are left out.
func Concat(parts ...Markdown) Markdown {
	var b Builder
	for _, p := range parts {
		b.Add(p)
	}
	return b.Markdown()
}
