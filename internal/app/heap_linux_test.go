package app

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestUseHugePages looks at what the kernel was told of the memory of this process, and that the heap
// has its room back.
func TestUseHugePages(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	useHugePages()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 12<<20 {
		t.Errorf("%d bytes more are in use", grown)
	}
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		return // a kernel that has none was asked in vain
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && strings.Contains(flags+" ", " hg ") {
			return
		}
	}
	t.Error("no memory is to be had by huge pages")
}
