//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package files

import "os"

// renamesOpen reports whether an open file can be renamed.
const renamesOpen = false

// lockFile can't lock on this system.
func lockFile(*os.File) state { return unknown }
