package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// profileOf tells the generation of layout: the folders differ, and within a folder the front
// matter.
func profileOf(path string, f hiring.FrontMatter) hiring.Profile {
	if strings.Contains(path, "job-description-library") {
		return hiring.ProfileJobDescription
	}
	if _, layout := f.Fields["layout"]; layout || strings.HasSuffix(path, ".erb") || strings.Contains(path, "source/job-families/") {
		return hiring.ProfileJobFamily2022
	}
	return hiring.ProfileJobFamily
}
