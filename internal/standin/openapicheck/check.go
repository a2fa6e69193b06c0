package openapicheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// everywhere are the parameters that all lists take, which the description leaves out.
var everywhere = []string{"page", "per_page", "pagination", "page_token", "order_by", "sort"}

// Check says what is wrong with a request to the REST API, and whether the description knows its path
// at all. Body is that of the request.
func (d *Document) Check(r *http.Request, body []byte) (problems []string, known bool) {
	address, ok := strings.CutPrefix(r.URL.EscapedPath(), "/api/v4")
	if !ok {
		return nil, false
	}
	p, vars := d.match(r.Method, address)
	if p == nil {
		return nil, false
	}
	op := p.item.GetOperation(r.Method)
	report := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s %s: ", r.Method, p.pattern)+fmt.Sprintf(format, args...))
	}
	route := r.Method + " " + p.pattern
	fields := bodySchema(op)
	inQuery := map[string]*openapi3.Parameter{}
	for _, ref := range op.Parameters {
		param := ref.Value
		switch param.In {
		case openapi3.ParameterInPath:
			if why := mistyped(vars[param.Name], param.Schema); why != "" {
				report("%s in the path is %q: %s", param.Name, vars[param.Name], why)
			}
		case openapi3.ParameterInQuery:
			inQuery[strings.TrimSuffix(param.Name, "[]")] = param
		}
	}
	given, err := r.URL.Query(), error(nil)
	values := map[string]any{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		var form url.Values
		if form, err = url.ParseQuery(string(body)); err == nil {
			maps.Copy(given, form)
		}
	} else if len(body) > 0 {
		err = json.Unmarshal(body, &values)
	}
	if err != nil {
		report("the body can't be read: %v", err)
	}
	for name, list := range given {
		name = strings.TrimSuffix(name, "[]")
		param, schema := inQuery[name], fields[name]
		if param != nil {
			schema = param.Schema
		}
		switch {
		case schema == nil && !isNewer(route, name):
			report("there is no parameter %q", name)
		case schema != nil:
			for _, value := range list {
				if why := mistyped(value, schema); why != "" {
					report("%s is %q: %s", name, value, why)
				}
			}
		}
	}
	for name, value := range values {
		schema := fields[name]
		switch param := inQuery[name]; {
		case schema == nil && param != nil:
			schema = param.Schema
		case schema == nil && !isNewer(route, name):
			report("there is no field %q", name)
		}
		if schema != nil {
			if why := wrongJSON(value, schema); why != "" {
				report("%s is %v: %s", name, value, why)
			}
		}
	}
	for name, param := range inQuery {
		if _, inBody := values[name]; param.Required && !given.Has(name) && !given.Has(name+"[]") && !inBody {
			report("%q is missing", name)
		}
	}
	slices.Sort(problems)
	return problems, true
}

// bodySchema are the fields of a request's body.
func bodySchema(op *openapi3.Operation) openapi3.Schemas {
	if op.RequestBody == nil || op.RequestBody.Value == nil {
		return nil
	}
	media := op.RequestBody.Value.GetMediaType("application/json")
	if media == nil || media.Schema == nil || media.Schema.Value == nil {
		return nil
	}
	return media.Schema.Value.Properties
}

// mistyped says why a text is no value of a type. Lists of numbers may stand in one text.
func mistyped(value string, ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Value == nil {
		return ""
	}
	var err error
	switch {
	case ref.Value.Type.Is("integer"):
		_, err = strconv.ParseInt(value, 10, 64)
	case ref.Value.Type.Is("number"):
		_, err = strconv.ParseFloat(value, 64)
	case ref.Value.Type.Is("boolean"):
		_, err = strconv.ParseBool(value)
	}
	if err != nil {
		return "it is no " + ref.Value.Type.Slice()[0]
	}
	return ""
}

// wrongJSON says why a value does not fit. The description writes lists as texts with commas, and
// texts that hold numbers as numbers, both of which GitLab takes either way; null takes a value away.
func wrongJSON(value any, ref *openapi3.SchemaRef) string {
	if ref.Value == nil {
		return ""
	}
	kind := ref.Value.Type
	switch v := value.(type) {
	case nil, map[string]any:
		return ""
	case []any:
		if !kind.Is("array") && !kind.Is("string") && !kind.Is("integer") {
			return "it is a list"
		}
	case string:
		return mistyped(v, ref)
	case bool:
		if !kind.Is("boolean") && !kind.Is("string") {
			return "it is a truth value"
		}
	case float64:
		if !kind.Is("integer") && !kind.Is("number") && !kind.Is("string") {
			return "it is a number"
		}
	}
	return ""
}

// newer are parameters that GitLab has and the description has not, for they came later or were
// forgotten, by method and path.
var newer = map[string][]string{
	"GET /users": {"username", "search"},
	"GET /projects/{id}/merge_requests/{merge_request_iid}/notes":  {"activity_filter"},
	"GET /projects/{id}/issues/{issue_iid}/notes":                  {"activity_filter"},
	"POST /projects/{id}/merge_requests/{merge_request_iid}/notes": {"internal"},
	"POST /projects/{id}/issues/{issue_iid}/notes":                 {"internal"},
	"POST /projects/{id}/hooks":                                    {"signing_token", "name"},
}

func isNewer(route, name string) bool {
	return slices.Contains(everywhere, name) || slices.Contains(newer[route], name)
}
