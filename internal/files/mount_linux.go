package files

import "golang.org/x/sys/unix"

// IsMountPoint reports whether a file is mounted for itself, as Docker mounts files of its host: it can be written to,
// and not be replaced. Before Linux 5.8 it is not known, and the answer is no.
func IsMountPoint(path string) bool {
	var info unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_NO_AUTOMOUNT, 0, &info)
	return err == nil && info.Attributes&info.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0
}
