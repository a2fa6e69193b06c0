package strictyaml

import (
	"bytes"
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Decode reads a YAML document into the struct, slice or map that into points to. Fields
// are named by their yaml tag and checked by their validate tag (validator/v10, with the
// tags of Rules besides). Fields with the tag "-" stay as they are, but for one named Pos
// of type hiring.Pos, which is told where its mapping begins. An empty document leaves into
// as it is. The error is Errors, or nil.
//
// What could be read is read, also when there are errors.
func Decode(file string, src []byte, into any, rules ...Rule) error {
	return decode(&decoder{file: file, places: map[string]place{}}, src, into, rules)
}

// DecodeKnown is Decode for files that belong to others: keys that into does not know are left
// out, with all that stands below them.
func DecodeKnown(file string, src []byte, into any, rules ...Rule) error {
	return decode(&decoder{file: file, places: map[string]place{}, lenient: true}, src, into, rules)
}

// IsList reports whether a document is a list, as far as its first line that says something tells. An
// empty one is.
func IsList(src []byte) bool {
	for line := range bytes.Lines(src) {
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == '#' || bytes.Equal(text, []byte("---")) {
			continue
		}
		return text[0] == '-' || text[0] == '['
	}
	return true
}

func decode(d *decoder, src []byte, into any, rules []Rule) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return Errors{syntaxError(d.file, err)}
	}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		root = doc.Content[0]
	}
	target := reflect.ValueOf(into).Elem()
	if root.Kind != 0 && root.Tag != "!!null" {
		d.value(root, target, "")
	}
	d.validate(target, rules)
	if len(d.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(d.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return d.errs
}

type decoder struct {
	file string
	errs Errors
	// places tells where each value stands, by its key as errors name it.
	places map[string]place
	// lenient lets keys pass that are not known.
	lenient bool
}

type place struct{ line, column int }

func at(n *yaml.Node) place { return place{max(n.Line, 1), max(n.Column, 1)} }

func (d *decoder) fail(p place, key, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.file, Line: p.line, Column: p.column, Key: key, Message: fmt.Sprintf(format, args...)})
}

// value reads a node into v. A value that can't be read is an error and leaves v as it is.
func (d *decoder) value(n *yaml.Node, v reflect.Value, key string) {
	d.places[key] = at(n)
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fail(at(n), key, "anchors and aliases are not read here; write the value out")
		return
	}
	if v.Kind() == reflect.Pointer {
		if n.Tag == "!!null" {
			return
		}
		fresh := reflect.New(v.Type().Elem())
		d.value(n, fresh.Elem(), key)
		v.Set(fresh)
		return
	}
	if u, ok := reflect.TypeAssert[Scalarer](v.Addr()); ok && n.Kind == yaml.ScalarNode {
		d.tellPos(n, v)
		if err := u.FromScalar(n.Value); err != nil {
			d.fail(at(n), key, "%v", err)
		}
		return
	}
	if into, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		d.text(n, into, key)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(n, v, key)
	case reflect.Slice:
		d.list(n, v, key)
	case reflect.Map:
		d.dictionary(n, v, key)
	default:
		d.scalar(n, v, key)
	}
}

// A Scalarer is a struct that may also be written as a single value: `spelling: off` beside
// `spelling: {severity: off}`.
type Scalarer interface{ FromScalar(value string) error }

func (d *decoder) text(n *yaml.Node, into encoding.TextUnmarshaler, key string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(at(n), key, "is %s; expected one value", shape(n))
		return
	}
	if err := into.UnmarshalText([]byte(n.Value)); err != nil {
		d.fail(at(n), key, "%v", err)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(at(n), key, "is %s; expected %s", shape(n), kindWords(v.Kind()))
		return
	}
	if v.Kind() == reflect.String {
		// Names, ids and dates are taken as written: 1042, 2027-02-01 and off are good text.
		if n.Tag == "!!null" {
			return
		}
		v.SetString(n.Value)
		return
	}
	if err := n.Decode(v.Addr().Interface()); err != nil {
		d.fail(at(n), key, "%q is not %s", n.Value, kindWords(v.Kind()))
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, key string) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.fail(at(n), key, "is %s; expected a list", shape(n))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(item, list.Index(i), fmt.Sprintf("%s[%d]", key, i))
	}
	v.Set(list)
}

func (d *decoder) dictionary(n *yaml.Node, v reflect.Value, key string) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fail(at(n), key, "is %s; expected keys with values", shape(n))
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	d.pairs(n, key, func(name string, k, val *yaml.Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		path := fmt.Sprintf("%s[%s]", key, name)
		d.value(val, item, path)
		d.places[path] = at(k)
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), item)
	})
}

func (d *decoder) object(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			d.fail(at(n), key, "is %s; expected keys with values", shape(n))
		}
		return
	}
	d.tellPos(n, v)
	fields := fieldsOf(v.Type())
	d.pairs(n, key, func(name string, k, val *yaml.Node) {
		i, ok := fields[name]
		if !ok && d.lenient {
			return
		}
		if !ok {
			d.fail(at(k), join(key, name), "is not known here; expected %s", expectedOf(v.Type(), name))
			return
		}
		d.value(val, v.Field(i), join(key, name))
	})
}

// tellPos fills in the Pos field of a struct that has one.
func (d *decoder) tellPos(n *yaml.Node, v reflect.Value) {
	if v.Kind() != reflect.Struct {
		return
	}
	if pos := v.FieldByName("Pos"); pos.IsValid() && pos.Type() == reflect.TypeFor[hiring.Pos]() {
		pos.Set(reflect.ValueOf(hiring.Pos{Line: n.Line, Column: n.Column}))
	}
}

// pairs calls f for each key of a mapping and reports keys that are none or come twice.
func (d *decoder) pairs(n *yaml.Node, key string, f func(name string, k, v *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			d.fail(at(k), key, "only plain words can be keys here")
			continue
		}
		if line, twice := seen[k.Value]; twice {
			d.fail(at(k), join(key, k.Value), "stands twice, also in line %d; take one away", line)
			continue
		}
		seen[k.Value] = k.Line
		f(k.Value, k, v)
	}
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// fieldsOf are the indexes of a struct's fields by their key.
func fieldsOf(t reflect.Type) map[string]int {
	fields := map[string]int{}
	for i := range t.NumField() {
		if name := keyOf(t.Field(i)); name != "" {
			fields[name] = i
		}
	}
	return fields
}

// keyOf is the key of a field, "" for one that is not read.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" || !f.IsExported() {
		return ""
	}
	return name
}

// expectedOf names the key that was probably meant, or else all keys.
func expectedOf(t reflect.Type, name string) string {
	var keys []string
	for f := range t.Fields() {
		if k := keyOf(f); k != "" {
			keys = append(keys, k)
		}
	}
	if near := Nearest(name, keys); near != "" {
		return fmt.Sprintf("%q, perhaps, or another of %s", near, strings.Join(keys, ", "))
	}
	return "one of " + strings.Join(keys, ", ")
}

func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a group of keys"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "empty"
		}
		return fmt.Sprintf("the single value %q", n.Value)
	case yaml.DocumentNode, yaml.AliasNode, yaml.StreamNode:
	}
	return "something else"
}

func kindWords(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.String:
		return "a text"
	default:
		return "one value"
	}
}
