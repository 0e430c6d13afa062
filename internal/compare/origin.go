package compare

import (
	"time"

	"ridge/internal/buildinfo"
)

// RunOrigin says what made a result, and when. What is not known is empty, as in files that
// are older than this.
type RunOrigin struct {
	Commit   string    `json:"commit,omitempty"`   // [buildinfo.Info.Commit]
	Modified bool      `json:"modified,omitempty"` // [buildinfo.Info.Modified]
	Version  string    `json:"version,omitempty"`  // [buildinfo.Info.Version]
	Date     time.Time `json:"date,omitzero"`      // when the run began, in UTC, to the second
	CPU      string    `json:"cpu,omitempty"`
}

// origin is that of runs of this program on this machine.
func origin(begin time.Time) RunOrigin {
	p := buildinfo.Self()
	o := RunOrigin{Commit: p.Commit, Modified: p.Modified, Version: p.Version, CPU: p.CPU}
	if date := begin.UTC().Truncate(time.Second); isKnown(date) {
		o.Date = date
	}
	return o
}

// isKnown reports whether a date can be that of a run: some machines have a clock that begins in 1970.
func isKnown(date time.Time) bool { return date.Year() >= 2000 && date.Year() <= 9999 }
