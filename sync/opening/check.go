package opening

import (
	"fmt"
	"path"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/nearest"
)

// NoPage says that there is no page at a path, and which one was probably meant: one with a like name in
// any folder.
func NoPage(name string, pages []string) string {
	bases := make([]string, len(pages))
	for i, p := range pages {
		bases[i] = path.Base(p)
	}
	base := nearest.To(path.Base(name), bases)
	alike := slices.DeleteFunc(slices.Clone(pages), func(p string) bool { return path.Base(p) != base })
	if len(alike) == 0 {
		return fmt.Sprintf("page: %q does not exist in the repository; give the path of a role page", name)
	}
	meant := nearest.To(name, alike)
	if meant == "" {
		meant = alike[0]
	}
	return fmt.Sprintf("page: %q does not exist in the repository; perhaps %q was meant", name, meant)
}

// Check reports what an opening names that its page does not have, "" when all is there. page is
// nil where there is none. The level comes back as the page writes it.
func Check(page *hiring.Page, o hiring.Opening) (level, problem string) {
	if page == nil {
		return o.Level, NoPage(o.Page, nil)
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
