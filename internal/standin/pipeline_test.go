package standin

import "testing"

func TestStatuses(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	head := mr.Versions[0].Head
	path := w.path("statuses/%s", head)
	w.must(400, "developer", "POST", path, map[string]any{"name": "x"})
	w.must(400, "developer", "POST", path, map[string]any{"name": "x", "state": "well"})
	w.must(403, "reporter", "POST", path, map[string]any{"name": "x", "state": "success"})
	w.must(404, "developer", "POST", path, map[string]any{"name": "x", "state": "success", "pipeline_id": 1})
	w.must(404, "developer", "POST", w.path("statuses/1234567890"), map[string]any{"state": "success"})
	p := w.s.AddPipeline(w.p, head, "topic")
	if id := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil).at("head_pipeline", "id"); id != float64(p.ID) {
		t.Errorf("head pipeline %v", id)
	}
	for _, state := range []string{"failed", "success"} {
		w.must(201, "developer", "POST", path, map[string]any{"name": "x", "state": state, "pipeline_id": p.ID, "ref": "topic"})
	}
	list := w.path("repository/commits/%s/statuses", head)
	if a := w.must(200, "reporter", "GET", list+"?name=x", nil); a.len() != 1 || a.at(0, "status") != "success" {
		t.Errorf("statuses %s", a.text)
	}
	if a := w.must(200, "reporter", "GET", list+"?all=true", nil); a.len() != 2 {
		t.Errorf("all statuses %s", a.text)
	}
	// Without a pipeline there is a new one for it.
	main := w.s.Commit(w.p, "main", w.users["maintainer"], "more", map[string]*string{"c.md": new("")})
	w.must(201, "developer", "POST", w.path("statuses/%s", main.SHA), map[string]any{"state": "success", "ref": "main"})
	if all := w.s.Pipelines(w.p); len(all) != 2 || all[1].Source != "external" || all[1].Statuses[0].Name != "default" {
		t.Errorf("pipelines %+v", all)
	}
}
