// Package buildinfo says what this program was built from, and on which processor it runs.
package buildinfo

import (
	"runtime/debug"
	"sync"

	"github.com/klauspost/cpuid/v2"
)

// Info is what is known of the program, empty where it is not known.
type Info struct {
	// Commit is the full hash of the program's source. The go command puts it into what it builds from a clone, unless
	// it is told not to; go run needs -buildvcs=true.
	Commit string
	// Modified tells that the source had changes that are in no commit.
	Modified bool
	// Version is that of the module.
	Version string
	// CPU is what the processor calls itself.
	CPU string
}

// Self is what is known of this program.
var Self = sync.OnceValue(func() Info {
	self := Info{CPU: cpuid.CPU.BrandName}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return self
	}
	self.Version = build.Main.Version
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			self.Commit = s.Value
		case "vcs.modified":
			self.Modified = s.Value == "true"
		}
	}
	return self
})
