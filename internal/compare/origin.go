package compare

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/klauspost/cpuid/v2"
)

// Origin says what made a result, and when. What is not known is empty, as in files that
// are older than this.
type Origin struct {
	// Commit is the full hash of the program's source. The go command puts it into what
	// it builds from a clone, unless it is told not to; go run needs -buildvcs=true.
	Commit string `json:"commit,omitempty"`
	// Modified tells that the source had changes that are in no commit.
	Modified bool      `json:"modified,omitempty"`
	Version  string    `json:"version,omitempty"` // of the module
	Date     time.Time `json:"date,omitzero"`     // when the run began, in UTC, to the second
	CPU      string    `json:"cpu,omitempty"`
}

// origin is that of runs of this program on this machine.
func origin(begin time.Time) Origin {
	o := program()
	if date := begin.UTC().Truncate(time.Second); isKnown(date) {
		o.Date = date
	}
	return o
}

// isKnown reports whether a date can be that of a run: some machines have a clock that begins in 1970.
func isKnown(date time.Time) bool { return date.Year() >= 2000 && date.Year() <= 9999 }

// Program says what computes: an [Origin] without a date.
func Program() Origin { return program() }

// program is what does not change while it runs.
var program = sync.OnceValue(func() Origin {
	o := Origin{CPU: cpuid.CPU.BrandName}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return o
	}
	o.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			o.Commit = s.Value
		case "vcs.modified":
			o.Modified = s.Value == "true"
		}
	}
	return o
})
