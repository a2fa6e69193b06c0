// Package safe is the only way for text to reach GitLab. A note, a title or a label takes
// a Markdown or a Line, and those are made by this package alone: text that strangers
// wrote passes through its escapes, and a plain string does not compile.
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
