package openings

import (
	"encoding/json"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// Schema is the JSON Schema of a file of openings, for editors: of a list, or of a single one.
func Schema() ([]byte, error) {
	one := 1
	opening := strictyaml.SchemaOf(entry{Type: "new_hire", Count: &one, Priority: "medium", Status: hiring.OpeningOpen}, nil, rules...)
	return json.MarshalIndent(strictyaml.Schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Openings, for roleplan",
		"anyOf":   []any{strictyaml.Schema{"type": "array", "items": strictyaml.Schema{"$ref": "#/$defs/opening"}}, strictyaml.Schema{"$ref": "#/$defs/opening"}},
		"$defs":   strictyaml.Schema{"opening": opening},
	}, "", "  ")
}
