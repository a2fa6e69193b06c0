// Package textdiff compares two texts line by line.
package textdiff

import (
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Unified is the difference of two texts as `patch` and `git apply` read it, with three lines
// around each change; "" when they are equal. A name that would break its line is quoted as
// git does it.
func Unified(oldName, newName, before, after string) string {
	return udiff.Unified(Name(oldName), Name(newName), before, after)
}

// Name is a file's name as it stands in the head of a difference.
func Name(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) < 0 {
		return name
	}
	return strconv.QuoteToASCII(name)
}
