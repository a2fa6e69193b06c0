package repoconf

import "testing"

func TestPattern(t *testing.T) {
	for _, test := range []struct {
		template, label, order, name string // order and name "" where nothing matches
	}{
		{"hiring::{{.Order}} {{.Name}}", "hiring::2 Interview: VP of Product", "2", "Interview: VP of Product"},
		{"hiring::{{.Order}} {{.Name}}", "Hiring::12 Offer", "12", "Offer"},
		{"hiring::{{.Order}} {{.Name}}", "hiring::x Offer", "", ""},
		{"hiring::{{.Order}} {{.Name}}", "my hiring::2 Offer", "", ""},
		{"stage ({{ .Name }}) no. {{.Order}}", "stage (Offer) no. 3", "3", "Offer"},
		{"{{.Name}}/{{.Name}}/{{.Order}}", "a/a/1", "1", "a"},
		{"s+{{.Order}}.{{.Name}}", "s+1.x", "1", "x"},
	} {
		p := Pattern(test.template)
		order, name := "", ""
		if m := p.FindStringSubmatch(test.label); m != nil {
			order, name = m[p.SubexpIndex("Order")], m[p.SubexpIndex("Name")]
		}
		if order != test.order || name != test.name {
			t.Errorf("%q of %q: order %q, name %q", test.label, test.template, order, name)
		}
	}
}
