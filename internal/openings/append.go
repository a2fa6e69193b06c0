package openings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// A RefusedError says why an opening can't be added by a program.
type RefusedError string

func (e RefusedError) Error() string { return string(e) }

func refused(format string, args ...any) error { return RefusedError(fmt.Sprintf(format, args...)) }

// Fields are the keys of an opening that Set takes.
func Fields() []string { return slices.Sorted(maps.Keys(fields)) }

var fields = map[string]func(*hiring.Opening) *string{
	"page":           func(o *hiring.Opening) *string { return &o.Page },
	"level":          func(o *hiring.Opening) *string { return &o.Level },
	"specialty":      func(o *hiring.Opening) *string { return &o.Specialty },
	"type":           func(o *hiring.Opening) *string { return &o.Type },
	"location":       func(o *hiring.Opening) *string { return &o.Location },
	"hiring_manager": func(o *hiring.Opening) *string { return &o.HiringManager },
	"recruiter":      func(o *hiring.Opening) *string { return &o.Recruiter },
	"target_start":   func(o *hiring.Opening) *string { return &o.TargetStart },
	"priority":       func(o *hiring.Opening) *string { return &o.Priority },
	"status":         func(o *hiring.Opening) *string { return &o.Status },
	"count":          nil, // the only number
}

// Set sets a field of an opening by its key in the file. What a value must look like is Check's
// business.
func Set(o *hiring.Opening, key, value string) error {
	field, known := fields[key]
	switch {
	case !known:
		if near := strictyaml.Nearest(key, Fields()); near != "" {
			return fmt.Errorf("%q is no key of an opening; perhaps %q was meant", key, near)
		}
		return fmt.Errorf("%q is no key of an opening; expected one of %s", key, strings.Join(Fields(), ", "))
	case key == "count":
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("count: %q is no number", value)
		}
		o.Count = n
	default:
		if key == "hiring_manager" || key == "recruiter" {
			value = strings.TrimPrefix(value, "@")
		}
		*field(o) = strings.Join(strings.Fields(value), " ")
	}
	return nil
}

// Check reports what is wrong with an opening by itself, as Parse would of a file that has it.
func Check(o hiring.Opening) error {
	_, err := Parse("", File(o))
	return err
}

// File is a file of its own for an opening.
func File(o hiring.Opening) []byte { return []byte(write(o, "", "", "\n")) }

// Append adds an opening below the others of a file. Nothing that stands there changes: comments,
// order and line ends stay. A file without openings, or none at all, becomes a list of one. The
// error is strictyaml.Errors when the file or the opening has mistakes, or a RefusedError.
func Append(file string, src []byte, o hiring.Opening) ([]byte, error) {
	before, err := Parse(file, src)
	if err != nil {
		return nil, err
	}
	if len(before) > 0 && !strictyaml.IsList(src) {
		return nil, refused("%s holds one opening alone; put another one into a file of its own", file)
	}
	end := "\n"
	if bytes.Contains(src, []byte("\r\n")) {
		end = "\r\n"
	}
	at := indent(src)
	text := slices.Clone(src)
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, end...)
	}
	text = append(text, write(o, at+"- ", at+"  ", end)...)
	after, err := Parse(file, text)
	if err != nil {
		return nil, err
	}
	// A file that ends in an unusual way, or writes its list in brackets.
	if len(after) != len(before)+1 || len(before) > 0 && !reflect.DeepEqual(after[:len(before)], before) {
		return nil, refused("%s: nothing can be added to the list as it is written; add the opening by hand", file)
	}
	return text, nil
}

// Files are what Add may look at.
type Files struct {
	List func() ([]string, error)                           // the files of a folder with one an opening; nil where there is none
	Read func(path string) (src []byte, ok bool, err error) // ok is false for a file that is not there
}

// mostFiles is how many files of openings are looked at for one that has an id already.
const mostFiles = 300

// Add finds the file that an opening goes to, and what the file holds then: the list of all openings,
// or a file of the opening's own in dir where openings lie there. Nothing is written.
func Add(list, dir string, files Files, o hiring.Opening) (file string, content []byte, err error) {
	src, ok, err := files.Read(list)
	if err != nil {
		return "", nil, err
	}
	var others []string
	if !ok {
		if others, err = files.List(); err != nil {
			return "", nil, err
		}
	}
	if len(others) == 0 {
		content, err = Append(list, src, o)
		return list, content, err
	}
	if len(others) > mostFiles {
		return "", nil, refused("%s has more than %d files; add the opening by hand", dir, mostFiles)
	}
	file = path.Join(dir, o.ID+".yml")
	for _, other := range others {
		src, _, err := files.Read(other)
		if err != nil {
			return "", nil, err
		}
		declared, _ := Parse(other, src) // mistakes of other openings are theirs
		if slices.ContainsFunc(declared, func(d hiring.Opening) bool { return d.ID == o.ID }) {
			return "", nil, refused("id: %q stands in %s already; ids are unique", o.ID, other)
		}
		if other == file {
			return "", nil, refused("the file %s is there already", file)
		}
	}
	return file, File(o), nil
}

// indent is what stands before the items of the list.
func indent(src []byte) string {
	for line := range bytes.Lines(src) {
		if rest := bytes.TrimLeft(line, " "); bytes.HasPrefix(rest, []byte("-")) && !bytes.HasPrefix(rest, []byte("---")) {
			return string(line[:len(line)-len(rest)])
		}
	}
	return ""
}

// write writes an opening, its first line after one sign and the others after another. What is as
// it would be anyway is left out.
func write(o hiring.Opening, first, next, end string) string {
	var b strings.Builder
	put := func(key, value string) {
		if value == "" {
			return
		}
		b.WriteString(first + key + ": " + value + end)
		first = next
	}
	put("id", scalar(o.ID))
	put("page", scalar(o.Page))
	put("level", scalar(o.Level))
	put("specialty", scalar(o.Specialty))
	put("type", unless(o.Type, "new_hire"))
	if o.Count != 0 && o.Count != 1 {
		put("count", strconv.Itoa(o.Count))
	}
	put("location", scalar(o.Location))
	put("hiring_manager", scalar(o.HiringManager))
	put("recruiter", scalar(o.Recruiter))
	put("target_start", scalar(o.TargetStart))
	put("priority", unless(o.Priority, "medium"))
	put("status", unless(o.Status, hiring.OpeningOpen))
	if len(o.Interviewers) > 0 {
		b.WriteString(next + "interviewers:" + end)
		for _, step := range slices.Sorted(maps.Keys(o.Interviewers)) {
			names := make([]string, len(o.Interviewers[step]))
			for i, name := range o.Interviewers[step] {
				names[i] = scalar(name)
			}
			b.WriteString(next + "  " + quote(step) + ": [" + strings.Join(names, ", ") + "]" + end)
		}
	}
	return b.String()
}

func unless(value, usual string) string {
	if value == usual {
		return ""
	}
	return scalar(value)
}

var plain = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\pL\pN][\pL\pN_./()&+-]*( [\pL\pN_./()&+,-]+|,)*$`)
})

// scalar writes a text as a value of YAML, without quotes where it can't be anything else.
func scalar(s string) string {
	switch strings.ToLower(s) {
	case "":
		return ""
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return quote(s)
	}
	if plain().MatchString(s) {
		return s
	}
	return quote(s)
}

// quote writes a text in double quotes. YAML knows all escapes of JSON.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be written
	return strings.TrimSuffix(b.String(), "\n")
}
