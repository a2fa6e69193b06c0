package app

import (
	"strings"
	"testing"
)

const titlesPage = `---
title: Engineer
description: Builds
---

## Responsibilities

- Build

## Requirements

- Care

## Hiring Process

- A 30-minute screening call with a Recruiter
- A 50-minute interview with the Engineering Manager
- A 50-minute interview with the VP of Quality
- A 30-minute interview with the hiring manager
`

// TestCheckTeam: titles that nobody on the team page holds are told, only where there is a team page, in
// both of its forms.
func TestCheckTeam(t *testing.T) {
	const page = "content/job-families/engineer.md"
	forms := map[string]map[string]string{
		"none": {page: titlesPage},
		"file": {page: titlesPage, "data/team.yml": "- slug: a\n  gitlab: a\n  job_title: Engineering Manager\n- slug: b\n  gitlab: not a name\n  job_title: VP of Quality Work\n"},
		"folder": {
			page: titlesPage, "data/team_members/person/a/a.yml": "slug: a\ngitlab: a\njob_title: Engineering Manager\n",
			"data/team_members/person/b/b.yml": "slug: b\ngitlab: not a name\njob_title: VP of Quality Work\n",
		},
		"named": {
			page: titlesPage, ".roleplan.yml": "version: 1\nteam: {path: people}\n",
			"people/a.yml": "slug: a\ngitlab: a\njob_title: Engineering Manager\n", "people/b.yml": "slug: b\ngitlab: not a name\njob_title: VP of Quality Work\n",
		},
		"off": {page: titlesPage, ".roleplan.yml": "version: 1\nteam: {path: \"\"}\n", "data/team.yml": "- {slug: a, gitlab: a, job_title: CEO}\n"},
	}
	for name, files := range forms {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, files)
			r := new(run)
			code := r.main(t, "check", "--root", dir, "--fail-on", "never")
			stdout, stderr := r.stdout, r.stderr
			told := strings.Count(stdout, "nobody on the team page is a")
			switch {
			case code != 0:
				t.Errorf("code %d, %s", code, stderr)
			case name == "none" || name == "off":
				if told != 0 || stderr != "" {
					t.Errorf("stdout %s, stderr %q", stdout, stderr)
				}
			case told != 1 || !strings.Contains(stdout, `nobody on the team page is a "VP of Quality"; perhaps "VP of Quality Work" was meant`):
				t.Errorf("stdout %s", stdout)
			case !strings.Contains(stderr, `gitlab: "not a name" is no user name on GitLab`):
				t.Errorf("stderr %q", stderr)
			}
		})
	}
}
