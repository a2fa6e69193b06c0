package strictyaml

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// An Error is one mistake in a file. Line and Column are from 1; Column counts characters.
type Error struct {
	File         string
	Line, Column int
	Key          string // "plan.steps", "[2].id"; "" where no key is meant
	Message      string // lower case, no full stop
}

func (e *Error) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", e.File, e.Line, e.Column, e.Key, e.Message)
}

// Position is where the mistake is.
func (e *Error) Position() (file string, line int) { return e.File, e.Line }

// Errors are all mistakes of a file, in its order.
type Errors []*Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Position is where the first mistake is.
func (es Errors) Position() (file string, line int) {
	if len(es) == 0 {
		return "", 0
	}
	return es[0].Position()
}

// Unwrap lets errors.As find the single mistakes.
func (es Errors) Unwrap() []error {
	list := make([]error, len(es))
	for i, e := range es {
		list[i] = e
	}
	return list
}

// syntaxError puts an error of the library in our words.
func syntaxError(file string, err error) *Error {
	e := &Error{File: file, Line: 1, Column: 1, Message: "is no YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	if at, ok := errors.AsType[*yaml.LoadError](err); ok {
		e.Line, e.Column = max(at.Mark.Line, 1), max(at.Mark.Column, 1)
		e.Message = "is no YAML: " + at.Message
		if at.ContextMsg != "" {
			e.Message += " (" + at.ContextMsg + ")"
		}
		if strings.Contains(at.Message, "mapping values are not allowed") {
			e.Message += "; put the value in quotes if it has a colon in it"
		}
	}
	return e
}
