// Package cgroup finds the control groups by which a Linux system limits what the process takes.
package cgroup

import (
	"io/fs"
	"path"
	"strings"
)

// Group is a folder with the files of a control group, whose names depend on the version.
type Group struct {
	Folder  string // in the file system that was asked for
	Version int    // 1 or 2
}

// Groups returns the group of the process that a controller such as "memory" or "cpu" belongs to, and all groups above
// it, in both versions. Folders may be missing. Inside a container the path of the group may be one that only the host
// can see; the root is then the container's own group. root is the file system of the machine, [os.DirFS]("/").
func Groups(root fs.FS, controller string) []Group {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var groups []Group
	for line := range strings.Lines(string(text)) {
		// ID:CONTROLLERS:PATH; version 2 has no controllers here.
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		switch {
		case parts[1] == "":
			groups = append(groups, withThoseAbove("sys/fs/cgroup", parts[2], 2)...)
		case strings.Contains(","+parts[1]+",", ","+controller+","):
			groups = append(groups, withThoseAbove("sys/fs/cgroup/"+controller, parts[2], 1)...)
		}
	}
	return groups
}

// withThoseAbove returns a group and those above it, up to where they are mounted.
func withThoseAbove(mount, group string, version int) []Group {
	var groups []Group
	for group = path.Clean("/" + group); ; group = path.Dir(group) {
		groups = append(groups, Group{path.Join(mount, group), version})
		if group == "/" {
			return groups
		}
	}
}
