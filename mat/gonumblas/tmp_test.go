package gonumblas

import "os"

func init() {
	if os.Getenv("CROSS") == "huge" {
		h := crossing{1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60}
		crossing32, crossing64 = h, h
	} else if os.Getenv("CROSS") == "none" {
		crossing32, crossing64 = crossing{}, crossing{}
	}
}
