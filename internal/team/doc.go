// Package team reads a team directory and finds the people whom a hiring process names by their
// job titles.
//
// A directory is a file that lists all people, or a folder with a file a person:
//
//	parse.go      YAML to people; a broken entry is left out, and told with its place
//	words.go      titles word by word: plural, abbreviations, ranks
//	title.go      what a title says, and whether somebody holds it
//	find.go       from the words of a step to a pool of people
//
// It opens no file and calls nobody.
package team
