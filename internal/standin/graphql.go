package standin

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed schema.graphqls
var baseSchema string

//go:embed schema_workitems.graphqls
var workItemsSchema string

// maxQuery is the longest query that GitLab takes, in characters.
const maxQuery = 10_000

// The schemas: of a server of today, of one that wants projectPath and can't put children in order, and of one without work items.
var (
	schemaToday = sync.OnceValue(func() *ast.Schema { return readSchema(baseSchema, workItemsSchema) })
	schemaOld   = sync.OnceValue(func() *ast.Schema {
		old := strings.NewReplacer("  namespacePath: ID\n", "", "  adjacentWorkItemId: WorkItemID\n  relativePosition: RelativePositionType\n", "")
		return readSchema(baseSchema, old.Replace(workItemsSchema))
	})
	schemaNone = sync.OnceValue(func() *ast.Schema { return readSchema(baseSchema) })
)

func readSchema(parts ...string) *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: strings.Join(parts, "\n")})
}

func (s *Server) schema() *ast.Schema {
	switch {
	case s.opts.NoWorkItems:
		return schemaNone()
	case s.opts.OldWorkItems:
		return schemaOld()
	}
	return schemaToday()
}

// graphQL answers a call of GraphQL. Most failures come with status 200.
func (c *call) graphQL(body []byte) (int, any, error) {
	var q struct {
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
		OperationName string         `json:"operationName"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return 0, nil, &refusal{http.StatusUnprocessableEntity, failed("Unexpected end of document")}
	}
	if c.r.Method != http.MethodPost {
		return 0, nil, &refusal{http.StatusNotFound, map[string]any{"error": "404 Not Found"}}
	}
	if len([]rune(q.Query)) > maxQuery {
		return 200, failed("Query too large"), nil
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: q.Query})
	if err != nil {
		c.s.calls["POST graphql query"]++
		return 200, failed(err.Error()), nil
	}
	op := doc.Operations.ForName(q.OperationName)
	if op == nil {
		c.s.calls["POST graphql query"]++
		return 200, failed("An operation name is required"), nil
	}
	c.s.calls["POST graphql "+string(op.Operation)]++
	if c.user == nil {
		return 0, nil, errUnauthorized
	}
	if scopes := c.scopes; !slices.Contains(scopes, "api") && (op.Operation == ast.Mutation || !slices.Contains(scopes, "read_api")) {
		return 0, nil, insufficientScope("api")
	}
	schema := c.s.schema()
	list := validate(schema, doc, q.Query)
	if len(list) > 0 {
		var said []string
		for _, e := range list {
			said = append(said, inRuby(e.Message))
		}
		if c.s.opts.Strict && !c.s.opts.NoWorkItems {
			c.s.errors = append(c.s.errors, "POST graphql: "+strings.Join(said, "; "))
		}
		return 200, failed(said...), nil
	}
	op = doc.Operations.ForName(q.OperationName)
	vars, err := validator.VariableValues(schema, op, q.Variables)
	if err != nil {
		return 200, failed(badVariable(op, err)), nil
	}
	if n := complexity(op.SelectionSet, vars); n > maxComplexity {
		return 200, failed(fmt.Sprintf("Query has complexity of %d, which exceeds max complexity of %d", n, maxComplexity)), nil
	}
	return c.execute(op, vars)
}

// valid remembers the queries that a schema takes: clients send the same ones again and again.
var valid sync.Map

func validate(schema *ast.Schema, doc *ast.QueryDocument, query string) gqlerror.List {
	type key struct {
		schema *ast.Schema
		query  string
	}
	if known, ok := valid.Load(key{schema, query}); ok {
		*doc = *known.(*ast.QueryDocument) //nolint:forcetypeassert // stored below
		return nil
	}
	list := validator.ValidateWithRules(schema, doc, nil)
	if len(list) == 0 {
		valid.Store(key{schema, query}, doc)
	}
	return list
}

// maxComplexity is what GitLab allows for those who have signed in.
const maxComplexity = 250

// complexity is nearly what GitLab reckons: a field counts one, and so does each path of files.
func complexity(set ast.SelectionSet, vars map[string]any) int {
	n := 0
	for _, selection := range set {
		switch sel := selection.(type) {
		case *ast.Field:
			args := params(sel.ArgumentMap(vars))
			n += 1 + len(args.list("paths")) + complexity(sel.SelectionSet, vars)
		case *ast.InlineFragment:
			n += complexity(sel.SelectionSet, vars)
		case *ast.FragmentSpread:
			n += complexity(sel.Definition.SelectionSet, vars)
		}
	}
	return n
}

func failed(messages ...string) any {
	return map[string]any{"errors": each(messages, func(m string) any { return map[string]any{"message": m} })}
}

var noField = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^Cannot query field "(\w+)" on type "(\w+)"`) })

// inRuby says what the validator found in the words of GitLab's library.
func inRuby(message string) string {
	if m := noField().FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("Field '%s' doesn't exist on type '%s'", m[1], m[2])
	}
	if name, ok := strings.CutPrefix(message, "Unknown type "); ok {
		return strings.Trim(strings.SplitN(name, ".", 2)[0], `"`) + " isn't a defined input type (on $input)"
	}
	return message
}

// badVariable says that a variable does not fit, in the words of GitLab's library.
func badVariable(op *ast.OperationDefinition, err error) string {
	var e *gqlerror.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	path := strings.TrimPrefix(e.Path.String(), "variable.")
	name, rest, _ := strings.Cut(path, ".")
	kind := ""
	if def := op.VariableDefinitions.ForName(name); def != nil {
		kind = def.Type.String()
	}
	why := e.Message
	if why == "unknown field" {
		why = "Field is not defined on " + strings.Trim(kind, "!")
	}
	return fmt.Sprintf("Variable $%s of type %s was provided invalid value for %s (%s)", name, kind, rest, why)
}
