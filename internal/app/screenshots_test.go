package app

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/chromium"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

var screenshots = flag.Bool("screenshots", false, "write the pictures of the docs anew, with chromium")

// A shot is a picture of a page, docs/images/<name>.png.
type shot struct {
	name          string
	path          string // of the demo's GitLab, below the project's /-/; "/..." of roleplan's own pages
	width, height int
	want          string // a text that the page has
}

// A moment is what happens in the story, with the pictures that are taken then.
type moment struct {
	name  string
	play  func(*scene, *testing.T)
	shots []shot
}

// moments follow one another.
var moments = []moment{
	{"a merge request is answered", (*scene).ask, []shot{
		{"merge-request-wide", "merge_requests/1", 1280, 1500, "New in this merge request"},
		{"merge-request-narrow", "merge_requests/1", 390, 1900, "New in this merge request"},
	}},
	{"it is merged", (*scene).merge, []shot{
		{"merged-narrow", "merge_requests/1", 390, 1900, "What was done"},
	}},
	{"more openings get their plans", (*scene).open, []shot{
		{"plan-wide", "issues/7", 1280, 2000, "Opening GHP-1042"},
		{"plan-narrow", "issues/7", 390, 2200, "Opening GHP-1042"},
		{"task-wide", "work_items/9", 1280, 900, "Sr Director of Product Management"},
		{"plan-inherits-twice", "issues/14", 1280, 2600, "All levels of the page"},
		{"plan-of-several-processes", "issues/21", 1280, 1500, "with Data Engineers"},
	}},
	{"the service has worked", (*scene).serve, []shot{
		{"status-wide", "/", 1280, 1080, "Nothing was given up"},
	}},
	{"something fails", (*scene).fail, []shot{
		{"status-failure-narrow", "/", 390, 1900, "may not be read"},
	}},
}

// A scene is the demo's stage with roleplan beside it.
type scene struct {
	*stage
	roleplan map[string]reconcile.Reconciler
	request  *standin.MergeRequest
	client   *gitlab.Client
	service  *service
}

// newScene makes a scene whose GitLab gives pages of listings as long as GitLab does; those of newLoop are short.
func newScene(t *testing.T) *scene {
	t.Helper()
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.gitlab.Close() })
	client, err := gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	if err != nil {
		t.Fatal(err)
	}
	return &scene{stage: d, roleplan: reconcilers(client), client: client}
}

// TestScreenshots plays the story and looks for what their pictures are to show. With -screenshots
// it takes them.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	s := &scene{stage: d, roleplan: reconcilers(client), client: client}
	for _, at := range moments {
		at.play(s, t)
		for _, shot := range at.shots {
			address := d.gitlab.URL() + "/" + d.project.Path + "/-/" + shot.path
			if strings.HasPrefix(shot.path, "/") {
				address = s.service.adminURL() + shot.path
			}
			if _, page := get(t, address); !strings.Contains(page, shot.want) {
				t.Errorf("%s, %s: the page does not say %q", at.name, shot.name, shot.want)
			}
			if *screenshots {
				shot.take(t, address)
			}
		}
	}
}

// TestPicturesAreShown: each picture is on a page of the docs, and small.
func TestPicturesAreShown(t *testing.T) {
	t.Parallel()
	docs := os.DirFS("../../docs")
	var pages strings.Builder
	err := fs.WalkDir(docs, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".md" {
			return err
		}
		text, err := fs.ReadFile(docs, name)
		pages.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := fs.Glob(docs, "images/*.png")
	if err != nil || len(kept) == 0 {
		t.Fatalf("%d pictures, %v", len(kept), err)
	}
	for _, name := range kept {
		info, err := fs.Stat(docs, name)
		if err != nil || info.Size() > 200<<10 {
			t.Errorf("%s: %d bytes, %v; want 200 KiB at most", name, info.Size(), err)
		}
		if !strings.Contains(pages.String(), name) {
			t.Errorf("%s: on no page of the docs", name)
		}
	}
}

// look lets roleplan bring something in line, as its service does after a webhook.
func (s *scene) look(t *testing.T, kind string, iid int64) {
	t.Helper()
	if _, err := s.roleplan[kind].Reconcile(t.Context(), reconcile.Key{Kind: kind, Project: s.project.ID, IID: iid}); err != nil {
		t.Fatal(err)
	}
}

// ask opens a merge request with an opening, a new step, and some remarks.
func (s *scene) ask(t *testing.T) {
	t.Helper()
	s.look(t, reconcile.Openings, 0)
	err := s.edit("panel-interview", "Add a panel to the hiring of technical program managers", func(path, src string) string {
		if path == demoOpenings {
			return src + newOpening
		}
		return strings.NewReplacer(
			lastStep, panelStep+"\n"+lastStep,
			"* Has and or creates domain expertise\n", "* Has and or creates domain expertise\n* Keeps a whitelist of vendors, and is a rockstar at it\n",
		).Replace(src)
	}, demoPage, demoOpenings)
	if err != nil {
		t.Fatal(err)
	}
	if s.request, err = s.gitlab.OpenMergeRequest(s.project, s.ana, "panel-interview", standin.DefaultBranch, "Add a panel to the hiring of technical program managers", "GHP-1042 is the first to go through it."); err != nil {
		t.Fatal(err)
	}
	s.look(t, reconcile.MergeRequest, s.request.IID)
}

// merge merges it, and the opening gets its plan.
func (s *scene) merge(t *testing.T) {
	t.Helper()
	if err := s.gitlab.Merge(s.request, s.ana); err != nil {
		t.Fatal(err)
	}
	s.look(t, reconcile.Openings, 0)
	s.look(t, reconcile.MergeRequest, s.request.IID)
}

// open declares an opening whose level takes over from two others, and one of a page with several
// processes.
func (s *scene) open(t *testing.T) {
	t.Helper()
	page := "content/job-families/engineering/data-engineer.md"
	err := s.edit(standin.DefaultBranch, "Open two positions", func(path, src string) string {
		if path == page {
			return severalProcesses
		}
		return src + `
- id: GHP-1050
  page: ` + demoPage + `
  level: Staff Technical Program Manager
  hiring_manager: bo
  recruiter: cy
  target_start: 2027-03-01
- id: GHP-1051
  page: ` + page + `
  level: Manager, Data Engineering
  hiring_manager: bo
  recruiter: cy
  target_start: 2027-03-15
`
	}, demoOpenings, page)
	if err != nil {
		t.Fatal(err)
	}
	s.look(t, reconcile.Openings, 0)
}

// severalProcesses is a page with a process a role.
const severalProcesses = `---
title: Data Engineering
description: Data engineers build the pipelines that everybody at the company reads from.
---

## Levels

### Data Engineer

#### Data Engineer Job Grade

The Data Engineer is a grade 6.

#### Data Engineer Responsibilities

- Build and keep pipelines

#### Data Engineer Requirements

- Ability to use GitLab

#### Data Engineer Hiring Process

1. A 30-minute screening call with a Recruiter
1. A 60-minute interview with two Data Engineers

### Manager, Data Engineering

#### Manager, Data Engineering Job Grade

The Manager, Data Engineering is a grade 8.

#### Manager, Data Engineering Responsibilities

- Extends the Data Engineer responsibilities
- Lead a team of data engineers

#### Manager, Data Engineering Requirements

- Extends the Data Engineer requirements

#### Manager, Data Engineering Hiring Process

1. A 30-minute screening call with a Recruiter
1. A 90-minute code review with two Data Engineers
1. A 50-minute interview with a Director of Engineering
1. We check references of the candidate
`

// serve runs the service until all that it was told of is worked.
func (s *scene) serve(t *testing.T) {
	t.Helper()
	s.gitlab.AddMember(s.project, s.bot, standin.Maintainer)
	worked := maps.Clone(s.roleplan)
	worked[reconcile.MergeRequest] = workFunc(func(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
		if key.IID != s.request.IID {
			return reconcile.Result{}, reconcile.Terminal(errors.New("read merge request !9 of project 1: forbidden: the project may not be read with this token; give its user the role Developer"))
		}
		return s.roleplan[reconcile.MergeRequest].Reconcile(ctx, key)
	})
	s.service, _ = startService(t, nil, func(o *serviceOptions) {
		o.SweepInterval = time.Hour
		o.GitLab, o.Reconcilers, o.Standing = s.client, worked, opening.New(s.client).Standing
		o.Projects = []string{s.project.Path}
		o.Secrets, o.SigningTokens = []string{hookSecret}, []string{s.signingToken}
	})
	s.addHook(s.service.webhookURL())
	s.gitlab.Comment(s.request, s.ana, "Thanks! The panel meets next week.")
	eventually(t, s.service.adminURL()+"/", "in line")
	// What the service looks at every few minutes it looks at now.
	s.service.lookAtHooks(t.Context())
	s.service.countOpenings(t.Context())
	eventually(t, s.service.adminURL()+"/", "Last full sweep")
}

// fail lets something fail that no try can help.
func (s *scene) fail(t *testing.T) {
	t.Helper()
	if err := s.service.queue.Enqueue(t.Context(), reconcile.Key{Kind: reconcile.MergeRequest, Project: s.project.ID, IID: 9}); err != nil {
		t.Fatal(err)
	}
	eventually(t, s.service.adminURL()+"/", "may not be read")
}

// take lets a browser draw a page, and keeps what it has drawn with few colours.
func (s shot) take(t *testing.T, address string) {
	t.Helper()
	drawn := filepath.Join(t.TempDir(), "drawn.png")
	chromium.Find(t).Draw(t, address, drawn, s.width, s.height)
	data, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(full)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("../../docs/images", s.name+".png"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fewColours is a picture in its 256 most frequent colours.
func fewColours(m image.Image) *image.Paletted {
	count := map[color.Color]int{}
	bounds := m.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[m.At(x, y)]++
		}
	}
	var palette color.Palette
	for c := range count {
		palette = append(palette, c)
	}
	slices.SortFunc(palette, func(a, b color.Color) int { return count[b] - count[a] })
	few := image.NewPaletted(bounds, palette[:min(256, len(palette))])
	near := map[color.Color]uint8{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := m.At(x, y)
			i, known := near[c]
			if !known {
				i = uint8(few.Palette.Index(c))
				near[c] = i
			}
			few.SetColorIndex(x, y, i)
		}
	}
	return few
}
