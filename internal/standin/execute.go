package standin

import (
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// An object of GraphQL: fields by name. A field that is a function takes arguments.
type object map[string]any

type resolver func(args params) (any, error)

// An execution answers one operation that was found valid.
type execution struct {
	vars   map[string]any
	errors gqlerror.List
	// refused ends the query, with another status than 200.
	refused *refusal
}

func (c *call) execute(op *ast.OperationDefinition, vars map[string]any) (int, any, error) {
	e := &execution{vars: vars}
	root := c.queries()
	if op.Operation == ast.Mutation {
		root = c.mutations()
	}
	out := map[string]any{"data": e.selected(op.SelectionSet, root)}
	if e.refused != nil {
		return 0, nil, e.refused
	}
	if len(e.errors) > 0 {
		out["errors"] = e.errors
	}
	return http.StatusOK, out, nil
}

// selected takes the fields of an object that were asked for.
func (e *execution) selected(set ast.SelectionSet, from object) map[string]any {
	out := map[string]any{}
	for _, selection := range set {
		switch sel := selection.(type) {
		case *ast.Field:
			out[sel.Alias] = e.field(sel, from)
		case *ast.InlineFragment:
			if applies(sel.TypeCondition, from) {
				maps.Copy(out, e.selected(sel.SelectionSet, from))
			}
		case *ast.FragmentSpread:
			if applies(sel.Definition.TypeCondition, from) {
				maps.Copy(out, e.selected(sel.Definition.SelectionSet, from))
			}
		}
	}
	return out
}

// applies reports whether a fragment is for an object: for its type, or for the interface of all
// widgets.
func applies(condition string, from object) bool {
	return condition == "" || condition == from["__typename"] || condition == "WorkItemWidget" && from["type"] != nil
}

func (e *execution) field(f *ast.Field, from object) any {
	value := from[f.Name]
	if e.refused != nil {
		return nil
	}
	if resolve, ok := value.(resolver); ok {
		var err error
		if value, err = resolve(f.ArgumentMap(e.vars)); err != nil {
			if errors.As(err, &e.refused) {
				return nil
			}
			e.errors = append(e.errors, &gqlerror.Error{Message: err.Error(), Path: ast.Path{ast.PathName(f.Alias)}})
			return nil
		}
	}
	return e.completed(f.SelectionSet, value)
}

func (e *execution) completed(set ast.SelectionSet, value any) any {
	switch v := value.(type) {
	case object:
		if v == nil {
			return nil
		}
		return e.selected(set, v)
	case []object:
		list := make([]any, len(v))
		for i, o := range v {
			list[i] = e.selected(set, o)
		}
		return list
	}
	return value
}

// connection is a list cut to a page of at most a hundred.
func connection(list []object, args params) object {
	first := min(args.number("first", 100), 100)
	from := 0
	if cursor, err := base64.StdEncoding.DecodeString(args.text("after")); err == nil {
		from, _ = strconv.Atoi(string(cursor))
	}
	from = min(max(from, 0), len(list))
	to := min(len(list), from+max(first, 0))
	var end any
	if to > from {
		end = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(to)))
	}
	return object{
		"nodes": list[from:to], "pageInfo": object{"hasNextPage": to < len(list), "hasPreviousPage": from > 0, "startCursor": nil, "endCursor": end},
	}
}
