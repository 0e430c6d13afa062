//go:build !race

// Package race says whether a program was built with the race detector.
package race

// Enabled reports whether the race detector is compiled in, which makes everything many times slower. Tests of what one
// goroutine computes are left out there.
const Enabled = false
