package opening

import (
	"fmt"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Check reports what an opening names that its page does not have, "" when all is there. page is
// nil where there is none. The level comes back as the page writes it.
func Check(page *hiring.Page, o hiring.Opening) (level, problem string) {
	if page == nil {
		return o.Level, fmt.Sprintf("page: %q does not exist in the repository; give the path of a role page", o.Page)
	}
	lv, ok := find(slices.Concat(page.Levels, page.Roles), o.Level)
	if !ok {
		return o.Level, levelProblem(page, o.Level)
	}
	if _, ok := find(page.Variants, o.Specialty); !ok && o.Specialty != "" {
		return o.Level, fmt.Sprintf("specialty: %q is none of the page's; %s", o.Specialty, expected(o.Specialty, page.Variants))
	}
	if lv == nil || o.Level == "" {
		return o.Level, ""
	}
	return lv.Name, ""
}
