//go:build !linux

package files

// IsMountPoint says no: this system mounts only folders, or does not say so.
func IsMountPoint(string) bool { return false }
