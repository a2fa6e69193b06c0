// Package migrate rewrites role pages of an older layout to a newer one. It reads and writes
// no file: a page goes in, and out come a path, a source, what was changed, and what is left
// for a person to do.
//
// Layouts are rungs of a ladder, and a page climbs one at a time:
//
//	job family of 2022   kramdown and ERB, one folder a page    x/index.html.md.erb
//	job family           Hugo, title and description            content/job-families/x.md
//	job description      the library of 2026, job levels        content/job-description-library/x.md
//
// Each rung is a pass over the parsed page that gathers edits, byte ranges with their new text.
// What no edit names stays byte for byte: the page is never rendered anew. A pass is content with
// a page that has been through it, so migrating twice changes nothing more, and leftovers in a
// page that was moved by hand are mended as well.
//
// What has no counterpart in the new layout stays where it is, or as an HTML comment where the new
// site would show it as text, and is told as a note with its place.
package migrate
