package repoconf

import (
	"encoding/json"
	"maps"
	"reflect"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// Schema is the JSON Schema of the file, for editors. names are those of the rules that there are.
func Schema(names []string) ([]byte, error) {
	severity := strictyaml.Schema{"type": "string", "enum": []string{finding.Error.String(), finding.Warning.String(), finding.Info.String(), finding.Off.String()}}
	adapt := func(t reflect.Type, s strictyaml.Schema) strictyaml.Schema {
		switch t {
		case reflect.TypeFor[finding.Severity]():
			return maps.Clone(severity)
		case reflect.TypeFor[Rule]():
			return strictyaml.Schema{"anyOf": []any{maps.Clone(severity), s}}
		case reflect.TypeFor[map[string]Rule]():
			return rulesSchema(s, names)
		}
		return s
	}
	s := strictyaml.SchemaOf(Default(), adapt, Default().valueRules()...)
	s["properties"].(strictyaml.Schema)["version"].(strictyaml.Schema)["enum"] = []int{1}
	s["$schema"], s["title"] = "https://json-schema.org/draft/2020-12/schema", "Configuration of roleplan, "+Name
	return json.MarshalIndent(s, "", "  ")
}

// rulesSchema knows the rules by name, of which one has words to allow.
func rulesSchema(s strictyaml.Schema, names []string) strictyaml.Schema {
	properties := strictyaml.Schema{}
	for _, name := range names {
		properties[name] = s["additionalProperties"]
		if name != allows {
			properties[name] = withoutAllow(s["additionalProperties"].(strictyaml.Schema))
		}
	}
	return strictyaml.Schema{"type": s["type"], "properties": properties, "additionalProperties": false}
}

// withoutAllow is the schema of a rule without words to allow.
func withoutAllow(rule strictyaml.Schema) strictyaml.Schema {
	forms := rule["anyOf"].([]any)
	object := maps.Clone(forms[1].(strictyaml.Schema))
	fields := maps.Clone(object["properties"].(strictyaml.Schema))
	delete(fields, "allow")
	object["properties"] = fields
	return strictyaml.Schema{"anyOf": []any{forms[0], object}}
}
