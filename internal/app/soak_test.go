package app

import (
	"flag"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var soak = flag.Duration("soak", 3*time.Second, "how long the service works under a steady load while its memory is looked at")

// A sample is how much a process holds.
type sample struct{ live, resident, goroutines float64 }

// TestSoak lets the service work in a process of its own: five deliveries a second, and every five
// seconds a change that makes it write. In the last quarter of the time it holds no more than in the
// second. What a process holds for good within the first quarter is left out: caches, pools, idle
// connections. In less than a minute nothing has settled, so that growth is told and not judged.
func TestSoak(t *testing.T) {
	d, _ := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin := l.Addr().String()
	l.Close()
	p := startServe(t, []string{
		"ROLEPLAN_GITLAB_URL=" + d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN=" + botToken, "ROLEPLAN_PROJECTS=" + d.project.Path, "ROLEPLAN_SWEEP_INTERVAL=20s",
		"ROLEPLAN_WEBHOOK_SECRET=" + hookSecret, "ROLEPLAN_WEBHOOK_SIGNING_TOKEN=" + d.signingToken,
		"ROLEPLAN_LISTEN=127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN=" + admin, "ROLEPLAN_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"),
	})
	post.deliverTo(p.url)
	mr := mergeUnseen(t, d, false)
	if _, err := d.answer(t.Context(), mr, ""); err != nil {
		t.Fatal(err)
	}
	var samples []sample
	delivered, changes := 0, 0
	began := time.Now()
	sampled, changed := began, began
	for tick := time.NewTicker(200 * time.Millisecond); time.Since(began) < *soak; <-tick.C {
		post.mu.Lock()
		mail := slices.Clone(post.mail)
		post.mu.Unlock()
		again := mail[delivered%len(mail)]
		again.header = again.header.Clone()
		for _, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
			again.header.Del(name) // they are signed
		}
		again.header.Set("Idempotency-Key", fmt.Sprint("soak-", delivered))
		if code, err := again.deliver(p.url); err != nil || code != 202 {
			t.Fatalf("answer %d, %v", code, err)
		}
		delivered++
		if time.Since(changed) > 5*time.Second {
			changed = time.Now()
			changes++
			minutes := fmt.Sprintf("a %d-minute panel", 30+changes%60)
			if err := d.edit("tpm-panel", "Another length", func(_, src string) string { return panelLength.ReplaceAllString(src, minutes) }, demoPage); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(sampled) > *soak/200 {
			sampled = time.Now()
			_, page := get(t, "http://"+admin+"/metrics")
			samples = append(samples, sample{metricOf(t, page, "go_memstats_next_gc_bytes"), metricOf(t, page, "process_resident_memory_anon_bytes"), metricOf(t, page, "go_goroutines")})
		}
	}
	p.end(t, syscall.SIGTERM)
	for _, c := range []struct {
		name  string
		value func(sample) float64
		slack float64
	}{
		{"goal of the garbage collector, bytes", func(s sample) float64 { return s.live }, 2 << 20},
		{"resident memory, bytes", func(s sample) float64 { return s.resident }, 8 << 20},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 5},
	} {
		second, last := median(samples[len(samples)/4:len(samples)/2], c.value), median(samples[len(samples)*3/4:], c.value)
		t.Logf("%s: median %.0f in the second quarter, %.0f in the last", c.name, second, last)
		if *soak >= time.Minute && last > second*1.1+c.slack {
			t.Errorf("%s: grew from %.0f to %.0f", c.name, second, last)
		}
	}
	t.Logf("%d deliveries, %d changes, %d notes in %s", delivered, changes, len(d.answers(mr)), time.Since(began).Round(time.Second))
	if n := len(d.answers(mr)); n != 1 {
		t.Errorf("%d notes", n)
	}
}

// panelLength is how long the panel of the demo takes.
var panelLength = regexp.MustCompile(`a \d+-minute panel`)

func median(list []sample, of func(sample) float64) float64 {
	var values []float64
	for _, s := range list {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// metricOf reads a metric without labels.
func metricOf(t *testing.T, page, name string) float64 {
	t.Helper()
	for line := range strings.Lines(page) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}
