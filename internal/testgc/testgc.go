// Package testgc makes the garbage collector run seldom. Tests import it for that effect alone: they make much garbage,
// and little of it lives long.
package testgc

import "runtime/debug"

func init() { debug.SetGCPercent(400) }
