package repoconf

import "strings"

// The places of a team directory that need no configuration.
const (
	teamFile   = "data/team.yml"
	teamFolder = "data/team_members/person"
)

// IsFile reports whether the directory is a file that lists all people, as its name tells.
func (t Team) IsFile() bool { return isYAML(t.Path) }

// Has reports whether a file may belong to the directory.
func (t Team) Has(file string) bool {
	dir := t.Folder()
	return file == t.Path || dir != "" && strings.HasPrefix(file, strings.TrimSuffix(dir, "/")+"/")
}

// Folder is the folder with a file a person, "" when there is none to look for. Where nothing is
// configured both forms are looked for, the file first.
func (t Team) Folder() string {
	switch {
	case t.Path == teamFile:
		return teamFolder
	case t.IsFile():
		return ""
	}
	return t.Path
}
