//go:build !race

package bcd

// RaceDetector reports whether the tests run under the race detector, which makes them many times
// slower. Tests of what one goroutine computes are left out there.
const RaceDetector = false
