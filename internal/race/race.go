//go:build race

package race

// Enabled reports whether the race detector is compiled in, which makes everything many times slower. Tests of what one
// goroutine computes are left out there.
const Enabled = true
