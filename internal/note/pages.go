package note

import "gitlab.com/roleplan/roleplan/internal/safe"

// pages tells of pages that came, went or moved, and of those that could not be read.
func pages(s Summary, rows int) part {
	var b safe.Builder
	n := 0
	for _, p := range s.Pages {
		link := safe.Link(p.Path, safe.FileURL(s.ProjectURL, s.Head, p.Path, 0))
		var what safe.Value
		switch {
		case p.Unread != "":
			what = safe.Phrase("%s was not checked: %s", safe.Text(p.Path), safe.Short(p.Unread, 300))
		case p.Deleted:
			what = safe.Phrase("%s is deleted", safe.Link(p.Path, safe.FileURL(s.ProjectURL, s.Base, p.Path, 0)))
		case p.New:
			what = safe.Phrase("%s is new", link)
		case p.OldPath != "" && p.OldPath != p.Path:
			what = safe.Phrase("%s was %s", link, safe.Text(p.OldPath))
		default:
			continue
		}
		if n++; n <= rows {
			b.Item("%s", what)
		}
	}
	if n == 0 {
		return part{}
	}
	if n > rows {
		b.Item("… and %s more", safe.Num(n-rows))
	}
	list := b.Markdown()
	var folded safe.Builder
	folded.Details(func(b *safe.Builder) { b.Add(list) }, "%s", safe.Count(n, "page came, went, moved or could not be read", "pages came, went, moved or could not be read"))
	return part{open: list, folded: folded.Markdown()}
}

// unread counts the pages that could not be checked.
func unread(pages []Page) int {
	n := 0
	for _, p := range pages {
		if p.Unread != "" {
			n++
		}
	}
	return n
}

// deleted counts the pages that are gone.
func deleted(pages []Page) int {
	n := 0
	for _, p := range pages {
		if p.Deleted {
			n++
		}
	}
	return n
}

// checked counts the pages that were.
func checked(pages []Page) int {
	n := 0
	for _, p := range pages {
		if p.Unread == "" && !p.Deleted {
			n++
		}
	}
	return n
}

// problem says what is wrong with a file of roleplan's own and what follows.
func problem(s Summary, p Problem) safe.Markdown {
	where := safe.Code(p.File)
	if p.Line > 0 {
		where = safe.Phrase("%s, line %s", safe.Code(p.File), safe.Num(p.Line))
	}
	message := safe.Short(p.Message, 400)
	switch p.Then {
	case ThenDefaults:
		return safe.Sprintf("⚠️ The configuration on the default branch can't be used: %s: %s. Until that is mended, the default settings hold.", where, message)
	case ThenNoPlan:
		return safe.Sprintf("⚠️ What merging does to openings can't be told: %s: %s.", where, message)
	case ThenAtMerge:
	}
	if s.State == "merged" {
		return safe.Sprintf("⚠️ The configuration that was merged can't be used: %s: %s.", where, message)
	}
	return safe.Sprintf("⚠️ This merge request would break the configuration: %s: %s.", where, message)
}
