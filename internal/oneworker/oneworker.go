// Package oneworker lets what uses all processors use one. Tests of trainings import it for that effect alone: go test
// runs a package on each processor, and workers of the trainings of one package, which are small, would wait for
// processors that another package has. Tests of several workers ask for them by [processors.Pretend], on any machine.
//
// With RIDGE_TESTS=all and under the race detector all trainings are tested with several workers, those that are too
// small to gain from them, too.
package oneworker

import (
	"runtime"

	"ridge/internal/processors"
	"ridge/internal/race"
	"ridge/internal/thorough"
)

func init() {
	if race.Enabled || thorough.Asked() {
		processors.ShareAll()
		return
	}
	procs := runtime.GOMAXPROCS(0)
	processors.Pretend(1)
	runtime.GOMAXPROCS(procs) // for tests that run side by side
}
