package standin

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// Long lists are counted and paged by number only up to here.
const (
	maxCounted = 10_000
	maxOffset  = 50_000
)

// byKeyset are the lists that can be read from a mark on, not only by numbers of pages.
var byKeyset = []string{"projects/:id/repository/tree", "projects/:id/issues"}

// checkPage refuses pages that can't be.
func (c *call) checkPage() error {
	for _, name := range []string{"page", "per_page"} {
		if c.params.has(name) && c.params.number(name, -1) < 0 {
			return badRequest("%s is invalid", name)
		}
	}
	if c.params.text("pagination") == "keyset" {
		if !slices.Contains(byKeyset, c.pattern) {
			return &refusal{http.StatusMethodNotAllowed, map[string]any{"error": "Keyset pagination is not yet available for this type of request"}}
		}
		return nil
	}
	if c.params.number("page", 1)*c.params.number("per_page", 20) > maxOffset {
		return &refusal{http.StatusMethodNotAllowed, map[string]any{"error": "Offset pagination has a maximum allowed offset of 50000 for requests that return objects of this type. Remaining records can be retrieved using keyset pagination."}}
	}
	return nil
}

// page cuts a list to the page that was asked for, and tells of the others. It may be shorter than
// what was asked for while others follow.
func page[T any](c *call, all []T) []T {
	asked := max(1, min(c.params.number("per_page", 20), 100))
	per := asked
	if c.s.opts.PageSize > 0 {
		per = min(per, c.s.opts.PageSize)
	}
	keyset := c.params.text("pagination") == "keyset"
	n := max(1, c.params.number("page", 1))
	from := (n - 1) * per
	if keyset {
		from = mark(c.params.text("page_token"))
	}
	from = min(len(all), from)
	to := min(len(all), from+per)

	h := c.w.Header()
	h.Set("X-Per-Page", strconv.Itoa(asked))
	h.Set("X-Next-Page", "")
	if !keyset {
		h.Set("X-Page", strconv.Itoa(n))
		h.Set("X-Prev-Page", "")
		if n > 1 {
			h.Set("X-Prev-Page", strconv.Itoa(n-1))
		}
		if len(all) <= maxCounted {
			h.Set("X-Total", strconv.Itoa(len(all)))
			h.Set("X-Total-Pages", strconv.Itoa(max(1, (len(all)+per-1)/per)))
		}
	}
	if to < len(all) {
		next := *c.r.URL
		q := next.Query()
		q.Set("per_page", strconv.Itoa(asked))
		if keyset {
			q.Set("page_token", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to))))
		} else {
			q.Set("page", strconv.Itoa(n+1))
			h.Set("X-Next-Page", strconv.Itoa(n+1))
		}
		next.RawQuery = q.Encode()
		h.Set("Link", fmt.Sprintf("<%s%s>; rel=%q", c.s.url, next.RequestURI(), "next"))
	}
	return all[from:to]
}

// mark reads where a page begins.
func mark(token string) int {
	plain, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(string(plain))
	if err != nil {
		return 0
	}
	return max(0, n)
}
