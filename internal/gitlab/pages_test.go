package gitlab

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// TestPages: the end of a listing is where GitLab names no next page, however short a page is.
func TestPages(t *testing.T) {
	pages := []string{`[{"id":1,"name":"a"},{"id":2,"name":"b"}]`, `[]`, `[null,{"id":3,"name":"c"}]`}
	for _, by := range []string{"X-Next-Page", "Link"} {
		t.Run(by, func(t *testing.T) {
			var b *bundle
			b = setup(t, func(w http.ResponseWriter, r *http.Request) {
				n, _ := strconv.Atoi(r.URL.Query().Get("page"))
				n = max(n, 1)
				if r.URL.Query().Get("per_page") != "100" || r.URL.Query().Get("include_ancestor_groups") != "true" {
					t.Errorf("page %d is asked for with %s", n, r.URL.RawQuery)
				}
				if n < len(pages) {
					if by == "Link" {
						next := r.URL.Query()
						next.Set("page", strconv.Itoa(n+1))
						w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next", <%s>; rel="first"`, b.server.URL, r.URL.Path, next.Encode(), b.server.URL))
					} else {
						w.Header().Set("X-Next-Page", strconv.Itoa(n+1))
					}
				}
				reply(w, 200, pages[n-1])
			})
			labels, err := b.Labels(context.Background(), 1)
			if err != nil || len(labels) != 3 || labels[2].Name != "c" || len(b.requests) != 3 {
				t.Errorf("labels %+v, error %v, %d requests", labels, err, len(b.requests))
			}
		})
	}
}

// TestSamePageAgain: a listing that goes round in a circle ends as a failure that may go by.
func TestSamePageAgain(t *testing.T) {
	for name, value := range map[string]string{"X-Next-Page": "2", "Link": `<http://elsewhere.test/api/v4/projects/1/labels?page=2>; rel="next"`} {
		b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, value)
			reply(w, 200, `[{"id":1,"name":"a"}]`)
		})
		_, err := b.Labels(context.Background(), 1)
		b.fails(err, forge.ErrUnavailable, "no end")
		if len(b.requests) != 2 {
			t.Errorf("%s: %d requests", name, len(b.requests))
		}
	}
}

// TestTreePages: long trees are paged by keyset, where the Link alone tells the next page.
func TestTreePages(t *testing.T) {
	var b *bundle
	b = setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page_token") == "" {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s&page_token=abc>; rel="next"`, b.server.URL, r.URL.Path, r.URL.RawQuery))
			reply(w, 200, `[{"type":"tree","path":"a"},{"type":"blob","path":"a/b.md","mode":"100644"}]`)
			return
		}
		reply(w, 200, `[{"type":"blob","path":"a/c.md","mode":"120000"}]`)
	})
	files, err := b.ListFiles(context.Background(), 1, "a/", "main")
	if err != nil || len(files) != 2 || files[0].Path != "a/b.md" || files[1].Mode != "120000" {
		t.Errorf("files %+v, error %v", files, err)
	}
}

// TestPageElsewhere: a next page on another host is asked for on this one.
func TestPageElsewhere(t *testing.T) {
	other := stranger(t)
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page_token") == "" {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?page_token=2>; rel="next"`, other.URL, r.URL.Path))
		}
		reply(w, 200, `[{"type":"blob","path":"a"}]`)
	})
	files, err := b.ListFiles(context.Background(), 1, "", "main")
	if err != nil || len(files) != 2 || len(b.requests) != 2 {
		t.Errorf("files %v, error %v, %d requests", files, err, len(b.requests))
	}
}

func TestSecondPageFails(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			reply(w, 403, `{"message":"403 Forbidden"}`)
			return
		}
		w.Header().Set("X-Next-Page", "2")
		reply(w, 200, `[{"id":1,"iid":1}]`)
	})
	_, err := b.Issues(context.Background(), 1, forge.IssueFilter{Author: 5, Type: forge.TypeTask})
	b.fails(err, forge.ErrForbidden, "list the issues of project 1")
	for _, r := range b.requests {
		for _, part := range []string{"author_id=5", "issue_type=task", "state=all", "scope=all"} {
			if !strings.Contains(r.URL.RawQuery, part) {
				t.Errorf("%s lacks %s", r.URL.RawQuery, part)
			}
		}
	}
}

func TestEndlessPages(t *testing.T) {
	page := 1
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		page++
		w.Header().Set("X-Next-Page", strconv.Itoa(page))
		reply(w, 200, `[]`)
	})
	if _, err := b.Labels(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "more than 2000 pages") {
		t.Errorf("error is %v", err)
	}
}

// TestLatestIssues: the issues that changed last are one request, however many there are.
func TestLatestIssues(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Next-Page", "2")
		reply(w, 200, `[{"id":1,"iid":1}]`)
	})
	list, err := b.Issues(context.Background(), 1, forge.IssueFilter{Author: 5, Latest: 20})
	if err != nil || len(list) != 1 || len(b.requests) != 1 {
		t.Fatalf("%d issues with %d requests, %v", len(list), len(b.requests), err)
	}
	query := b.requests[0].URL.Query()
	for key, want := range map[string]string{"author_id": "5", "order_by": "updated_at", "sort": "desc", "per_page": "20", "state": "all", "scope": "all", "issue_type": ""} {
		if got := query.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
