package strictyaml

import "gitlab.com/roleplan/roleplan/internal/nearest"

// Nearest is the candidate that is most like name, "" when none is near.
func Nearest(name string, candidates []string) string { return nearest.To(name, candidates) }
