//go:build !linux

package scratch

// preferHugePages does nothing: other systems decide by themselves.
func preferHugePages[T Float]([]T) {}
