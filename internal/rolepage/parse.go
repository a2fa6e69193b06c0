package rolepage

import (
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Parse reads a role page. The path decides the profile where the front matter does not, and
// is the page's name in findings; no file is opened.
func Parse(path string, src []byte) *hiring.Page {
	return new(Room).Parse(path, src)
}

// A Room is memory that one page after the other is read into. Who reads many pages and keeps none
// of them spares most of what they take.
type Room struct {
	page  hiring.Page
	slabs slabs
}

// Parse reads a role page as [Parse] does. The page that was read before is none any more; its texts
// stay what they are.
func (room *Room) Parse(path string, src []byte) *hiring.Page {
	p := &room.page
	p.Reset(path, src)
	body := readFrontMatter(p)
	p.Root = readSections(p, body, &room.slabs)
	p.Profile = profileOf(path, p.FrontMatter)
	classify(p.Root, p.Title)
	readLevels(p, &room.slabs)
	inherit(p, &room.slabs)
	p.Overview = overview(p, body)
	p.Process = readProcesses(p, &room.slabs)
	return p
}

// overview is the span from the body's start to the first section that has a kind.
func overview(p *hiring.Page, body int) hiring.Span {
	end := len(p.Source)
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Kind != hiring.SectionOther {
			end = s.Line.Start
			return false
		}
		return true
	})
	return hiring.Span{Start: body, End: max(body, end)}
}
