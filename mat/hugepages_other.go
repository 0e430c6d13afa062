//go:build !linux

package mat

// preferHugePages does nothing: other systems decide by themselves.
func preferHugePages[T Float]([]T) {}
