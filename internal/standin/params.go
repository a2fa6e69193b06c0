package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// params are the parameters of a call, from its query and its body.
type params map[string]any

// readParams reads query, form or JSON.
func readParams(r *http.Request, body []byte) (params, error) {
	p := params{}
	p.add(r.URL.Query())
	if len(body) == 0 {
		return p, nil
	}
	kind, more, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/json":
		var fields map[string]any
		if err := json.Unmarshal(body, &fields); err != nil {
			return nil, badRequest("The request body is not valid JSON")
		}
		maps.Copy(p, fields)
	case err == nil && kind == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, badRequest("The request body is no form")
		}
		p.add(values)
	case err == nil && kind == "multipart/form-data":
		form, err := multipart.NewReader(bytes.NewReader(body), more["boundary"]).ReadForm(32 << 20)
		if err != nil {
			return nil, badRequest("The request body is no form")
		}
		p.add(form.Value)
	default:
		return nil, &refusal{http.StatusUnsupportedMediaType, map[string]any{"error": "The provided content-type '" + kind + "' is not supported."}}
	}
	return p, nil
}

// add takes the fields of a form: "title", "labels[]" for a list, "position[new_line]" for a field
// of an object.
func (p params) add(form url.Values) {
	for name, list := range form {
		into := map[string]any(p)
		name, rest, nested := strings.Cut(name, "[")
		for nested && rest != "]" {
			inner, isObject := into[name].(map[string]any)
			if !isObject {
				inner = map[string]any{}
				into[name] = inner
			}
			into = inner
			name, rest, _ = strings.Cut(rest, "]")
			rest, nested = strings.CutPrefix(rest, "[")
		}
		if !nested {
			into[name] = list[len(list)-1]
			continue
		}
		all := make([]any, len(list))
		for i, v := range list {
			all[i] = v
		}
		into[name] = all
	}
}

// has reports whether a parameter was given.
func (p params) has(name string) bool { _, ok := p[name]; return ok }

// text is a parameter as text, "" when it was not given.
func (p params) text(name string) string {
	switch v := p[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func (p params) number(name string, otherwise int) int {
	n, err := strconv.Atoi(p.text(name))
	if err != nil {
		return otherwise
	}
	return n
}

func (p params) truth(name string) bool { return p.text(name) == "true" || p.text(name) == "1" }

// list is a parameter that is a list, or a text with commas.
func (p params) list(name string) []string {
	var out []string
	switch v := p[name].(type) {
	case []any:
		for _, e := range v {
			out = append(out, params{"": e}.text(""))
		}
	default:
		for part := range strings.SplitSeq(p.text(name), ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// object is a parameter that is an object.
func (p params) object(name string) params {
	m, _ := p[name].(map[string]any)
	return m
}

// required refuses a call that lacks one of the parameters.
func (p params) required(names ...string) error {
	for _, n := range names {
		if !p.has(n) {
			return badRequest("%s is missing", n)
		}
		if p.text(n) == "" {
			return badRequest("%s is empty", n)
		}
	}
	return nil
}

// oneOf refuses a value that is not among those allowed.
func (p params) oneOf(name string, allowed ...string) error {
	if !p.has(name) {
		return nil
	}
	for _, a := range allowed {
		if p.text(name) == a {
			return nil
		}
	}
	return badRequest("%s does not have a valid value", name)
}

// truths refuses values that are neither true nor false.
func (p params) truths(names ...string) error {
	for _, n := range names {
		if v := p.text(n); p.has(n) && v != "true" && v != "false" && v != "1" && v != "0" {
			return badRequest("%s is invalid", n)
		}
	}
	return nil
}
