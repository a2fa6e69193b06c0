//go:build !linux

package app

// useHugePages does nothing where programs can't ask for huge pages.
func useHugePages() {}
