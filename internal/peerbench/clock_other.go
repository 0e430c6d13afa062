//go:build !linux

package main

import "time"

var processStart = time.Now()

// processTime is wall time where the benchmark's drivers for other libraries don't
// run anyway.
func processTime() float64 { return time.Since(processStart).Seconds() }
