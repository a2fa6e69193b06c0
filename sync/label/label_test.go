package label

import (
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

func TestDiff(t *testing.T) {
	declared := []Declared{
		{Name: "opening", Kind: Opening, Source: "hiring/openings.yml"},
		{Name: "hiring::1 Screening call", Kind: Stage, Step: hiring.StepScreening, Source: "a.md", Priority: 1},
		{Name: "Hiring::1 screening call", Kind: Stage, Source: "b.md", Priority: 1}, // GitLab's names know no case
		{Name: "role::Engineer", Kind: Role, Source: "a.md"},
		{Name: "level::Senior", Kind: Level, Source: "a.md"},
		{Name: "department::x", Kind: Department, Source: "a.md"},
	}
	have := []forge.Label{
		{ID: 1, Name: "opening", Color: "#000000", Description: "made by a person"},
		{ID: 2, Name: "role::Engineer", Color: "#000000", Description: "Kept by roleplan: the role of a.md"},
		{ID: 3, Name: "level::Senior", Color: "#8FBC8F", Description: "Kept by roleplan: a level of a.md"},
		{ID: 4, Name: "department::x", Color: "#000000", Description: "Kept by roleplan: old", Group: true},
	}
	got := Diff(declared, have)
	if len(got) != 2 {
		t.Fatalf("%d writes: %+v", len(got), got)
	}
	if w := got[0]; !w.Create || w.Fields.Name.String() != "hiring::1 Screening call" || *w.Fields.Priority != 1 || *w.Fields.Color != "#0000ff" || w.Action.Verb != plan.Create {
		t.Errorf("stage: %+v", w)
	}
	if w := got[1]; w.Create || w.ID != 2 || *w.Fields.Color != "#3cb371" || w.Fields.Description != nil || len(w.Action.Changes) != 1 {
		t.Errorf("role: %+v", w)
	}
}

func TestDiffOfItself(t *testing.T) {
	declared := []Declared{{Name: "a", Kind: Opening, Source: "x @all #1"}, {Name: "b", Kind: Stage, Source: "y", Priority: 2}}
	var have []forge.Label
	for i, w := range Diff(declared, nil) {
		have = append(have, forge.Label{ID: int64(i), Name: w.Fields.Name.String(), Color: *w.Fields.Color, Description: w.Fields.Description.String(), Priority: w.Fields.Priority})
	}
	if again := Diff(declared, have); len(again) != 0 {
		t.Errorf("second run: %+v", again)
	}
}

// TestPriorities: the order of the stages is that of their labels.
func TestPriorities(t *testing.T) {
	d := []Declared{{Name: "hiring::2 Offer", Kind: Stage, Step: hiring.StepOffer, Source: "a.md", Priority: 2}}
	three := 3
	for _, have := range []*int{nil, &three} {
		l := forge.Label{ID: 1, Name: "hiring::2 Offer", Color: "#009966", Description: "Kept by roleplan: a stage of the hiring process in a.md", Priority: have}
		got := Diff(d, []forge.Label{l})
		if len(got) != 1 || got[0].Fields.Priority == nil || *got[0].Fields.Priority != 2 || got[0].Fields.Color != nil {
			t.Errorf("priority %v: %+v", have, got)
		}
	}
}

// TestRenamed: a label of an earlier name is renamed, but not one of other people's, nor one that is
// wanted still.
func TestRenamed(t *testing.T) {
	have := []forge.Label{
		{ID: 1, Name: "Vacancy", Color: "#6699cc", Description: "Kept by roleplan: an opening, declared in a.yml"},
		{ID: 2, Name: "job::A", Color: "#000000", Description: "by hand"},
		{ID: 3, Name: "role::B", Color: "#3cb371", Description: "Kept by roleplan: the role of a.md"},
		{ID: 4, Name: "opening", Description: "Kept by roleplan: from a group", Group: true},
	}
	declared := []Declared{
		{Name: "search", Kind: Opening, Source: "a.yml", Earlier: []string{"opening", "vacancy"}},
		{Name: "role::A", Kind: Role, Source: "a.md", Earlier: []string{"job::A"}},
		{Name: "role::B", Kind: Role, Source: "a.md"},
		{Name: "role::C", Kind: Role, Source: "a.md", Earlier: []string{"role::B", "Vacancy"}},
	}
	got := Diff(declared, have)
	if len(got) != 3 || got[0].Create || got[0].ID != 1 || got[0].Fields.Name.String() != "search" || got[0].Fields.Color != nil || !got[1].Create || !got[2].Create {
		t.Errorf("%+v", got)
	}
	have[0].Name = "search"
	if again := Diff(declared[:1], have); len(again) != 0 {
		t.Errorf("second run: %+v", again)
	}
}
