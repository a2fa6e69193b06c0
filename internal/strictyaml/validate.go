package strictyaml

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// A Rule is a validate tag of a file's own: `validate:"username"`. Expected says in words
// what is right, after "expected".
type Rule struct {
	Tag      string
	Check    func(value string) bool
	Expected string
	Schema   Schema // the same for editors, as far as a schema can say it
}

// validate runs the validate tags over what was read. Values that could not be read have an
// error already and get no second one.
func (d *decoder) validate(v reflect.Value, rules []Rule) {
	check := validator.New(validator.WithRequiredStructEnabled())
	check.RegisterTagNameFunc(keyOf)
	expected := map[string]string{}
	for _, r := range rules {
		expected[r.Tag] = r.Expected
		// The only error is an empty tag or a nil function, both mistakes of the caller's.
		if err := check.RegisterValidation(r.Tag, func(f validator.FieldLevel) bool { return r.Check(f.Field().String()) }); err != nil {
			panic(err)
		}
	}
	failed := map[string]bool{}
	for _, e := range d.errs {
		failed[e.Key] = true
	}
	d.each(v, "", func(v reflect.Value, prefix string) {
		var found validator.ValidationErrors
		if err := check.Struct(v.Interface()); !errors.As(err, &found) {
			return
		}
		for _, f := range found {
			// The namespace begins with the name of the Go type.
			_, name, _ := strings.Cut(f.Namespace(), ".")
			key := join(prefix, name)
			if failed[key] {
				continue
			}
			d.fail(d.placeOf(key), key, "%s", explain(f, expected[f.Tag()]))
		}
	})
}

// each calls f for the struct that v is, or for the structs in the list that it is.
func (d *decoder) each(v reflect.Value, prefix string, f func(reflect.Value, string)) {
	switch v.Kind() {
	case reflect.Struct:
		f(v, prefix)
	case reflect.Slice:
		for i := range v.Len() {
			d.each(v.Index(i), fmt.Sprintf("%s[%d]", prefix, i), f)
		}
	default:
	}
}

// placeOf is where a value stands, or for one that is missing, where that stands which lacks
// it.
func (d *decoder) placeOf(key string) place {
	for {
		if p, ok := d.places[key]; ok {
			return p
		}
		i := strings.LastIndexAny(key, ".[")
		if i < 0 {
			break
		}
		key = key[:i]
	}
	if p, ok := d.places[""]; ok {
		return p
	}
	return place{1, 1}
}

func explain(f validator.FieldError, expected string) string {
	value := fmt.Sprint(f.Value())
	switch {
	case f.Tag() == "required":
		return "is missing; it has to be given"
	case expected != "":
		return fmt.Sprintf("%q is not allowed; expected %s", value, expected)
	case f.Tag() == "oneof":
		return fmt.Sprintf("%q is not allowed; expected one of %s", value, strings.ReplaceAll(f.Param(), " ", ", "))
	case f.Tag() == "datetime":
		return fmt.Sprintf("%q is no date; expected one like 2027-02-01", value)
	case f.Tag() == "min" || f.Tag() == "gte":
		return fmt.Sprintf("%q is too small; expected at least %s", value, f.Param())
	case f.Tag() == "max" || f.Tag() == "lte":
		if f.Kind() == reflect.String {
			return fmt.Sprintf("is too long; expected at most %s characters", f.Param())
		}
		return fmt.Sprintf("%q is too large; expected at most %s", value, f.Param())
	case f.Tag() == "unique":
		return "has an entry twice; take one away"
	}
	return fmt.Sprintf("%q is not allowed (%s %s)", value, f.Tag(), f.Param())
}
