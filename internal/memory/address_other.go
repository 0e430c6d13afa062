//go:build !linux

package memory

import "math"

// ofAddressSpace is not known on this system.
func ofAddressSpace() int64 { return math.MaxInt64 }
