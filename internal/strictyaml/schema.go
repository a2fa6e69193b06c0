package strictyaml

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A Schema is a JSON Schema, for editors. It is made of the types that Decode reads into, so that it
// knows the same keys and values.
type Schema map[string]any

// SchemaOf makes the schema of a value that Decode could read into. What the value holds are the
// defaults. Fields are described by their doc tag. adapt, where it is not nil, may change what is made
// of a type.
func SchemaOf(value any, adapt func(t reflect.Type, s Schema) Schema, rules ...Rule) Schema {
	m := schemaMaker{adapt: adapt, rules: map[string]Rule{}}
	for _, r := range rules {
		m.rules[r.Tag] = r
	}
	return m.make(reflect.ValueOf(value), nil)
}

type schemaMaker struct {
	adapt func(reflect.Type, Schema) Schema
	rules map[string]Rule
}

// make makes the schema of a value whose field has these validate tags.
func (m schemaMaker) make(v reflect.Value, tags []string) Schema {
	if v.Kind() == reflect.Pointer {
		elem := reflect.New(v.Type().Elem()).Elem()
		if !v.IsNil() {
			elem = v.Elem()
		}
		return m.make(elem, tags)
	}
	own, below := tags, []string(nil)
	if i := slices.Index(tags, "dive"); i >= 0 {
		own, below = tags[:i], tags[i+1:]
	}
	s := Schema{}
	_, isText := reflect.TypeAssert[encoding.TextUnmarshaler](reflect.New(v.Type()))
	switch {
	case isText:
		s["type"] = "string"
	case v.Kind() == reflect.Struct:
		s = m.object(v)
	case v.Kind() == reflect.Slice:
		s["type"] = []string{"array", "null"}
		s["items"] = m.make(reflect.New(v.Type().Elem()).Elem(), below)
		if v.Len() > 0 {
			s["default"] = v.Interface()
		}
	case v.Kind() == reflect.Map:
		s["type"] = []string{"object", "null"}
		if i := slices.Index(below, "endkeys"); i >= 0 && below[0] == "keys" {
			names := Schema{}
			m.restrict(names, reflect.String, below[1:i])
			s["propertyNames"], below = names, below[i+1:]
		}
		s["additionalProperties"] = m.make(reflect.New(v.Type().Elem()).Elem(), below)
	case v.Kind() == reflect.String:
		s["type"] = []string{"string", "number"} // 1042 is good text
		if v.Len() > 0 {
			s["default"] = v.String()
		}
	case v.Kind() == reflect.Bool:
		s["type"], s["default"] = "boolean", v.Bool()
	default:
		s["type"] = "integer"
		if v.Int() != 0 {
			s["default"] = v.Int()
		}
	}
	m.restrict(s, v.Kind(), own)
	if m.adapt != nil {
		s = m.adapt(v.Type(), s)
	}
	return s
}

func (m schemaMaker) object(v reflect.Value) Schema {
	properties, required := Schema{}, []string{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := keyOf(f)
		if name == "" {
			continue
		}
		var tags []string
		if tag := f.Tag.Get("validate"); tag != "" && tag != "-" {
			tags = strings.Split(tag, ",")
		}
		one := m.make(v.Field(i), tags)
		if doc := f.Tag.Get("doc"); doc != "" {
			one["description"] = doc
		}
		properties[name] = one
		if i := slices.Index(tags, "required"); i >= 0 && !slices.Contains(tags[:i], "dive") {
			required = append(required, name)
		}
	}
	s := Schema{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["type"], s["required"] = "object", required
	}
	return s
}

// restrict says in a schema what validate tags say.
func (m schemaMaker) restrict(s Schema, kind reflect.Kind, tags []string) {
	for _, tag := range tags {
		name, arg, _ := strings.Cut(tag, "=")
		switch name {
		case "required":
			if kind == reflect.String {
				s["minLength"] = 1
			}
		case "oneof":
			s["type"], s["enum"] = "string", strings.Fields(arg)
		case "datetime":
			s["type"], s["format"], s["pattern"] = "string", "date", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
		case "min", "max":
			limit, err := strconv.Atoi(arg)
			if err != nil {
				panic(fmt.Sprintf("validate tag %q: %v", tag, err)) // a mistake in our own source
			}
			if kind == reflect.String {
				s[name+"Length"] = limit
			} else {
				s[name+"imum"] = limit
			}
		default:
			if r, ok := m.rules[name]; ok {
				maps.Copy(s, r.Schema)
			}
		}
	}
}
