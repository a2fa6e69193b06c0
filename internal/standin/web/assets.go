package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strings"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// assets are the files that pages load, by name, with where they are embedded and their type.
var assets = map[string]struct{ file, mime string }{
	"style.css": {"assets/style.css", "text/css; charset=utf-8"},
	"charts.js": {"assets/charts.js", "text/javascript; charset=utf-8"},
	// Mermaid without mind maps, architecture diagrams and formulas: @mermaid-js/tiny 11.17.2, packed with Zopfli.
	"mermaid.min.js": {"assets/mermaid.min.js.gz", "text/javascript; charset=utf-8"},
	"mermaid.txt":    {"assets/mermaid.LICENSE", "text/plain; charset=utf-8"},
}

// serveAsset answers with a file, and reports false when there is none of that name.
func serveAsset(w http.ResponseWriter, r *http.Request, name string) bool {
	asset, ok := assets[name]
	if !ok {
		return false
	}
	content, err := assetFiles.ReadFile(asset.file)
	if err != nil {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", asset.mime)
	h.Set("Cache-Control", "no-cache") // ask again, and be told that nothing changed
	tag := fnv.New64a()
	_, _ = tag.Write(content)
	h.Set("ETag", fmt.Sprintf(`"%x"`, tag.Sum64()))
	if strings.HasSuffix(asset.file, ".gz") {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
		} else if content, err = unpack(content); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return true
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	return true
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
