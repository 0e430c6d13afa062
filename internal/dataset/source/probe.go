package source

import (
	"path/filepath"
	"strings"
)

// Probe is what a format is recognized by.
type Probe struct {
	Path string // as the user wrote it
	Ext  string // of the name, lower-case, without the .gz it may end in: ".csv"
	Head []byte // the beginning of the unpacked content, empty for a folder
	All  bool   // Head is the whole content
	Dir  bool
}

// Probe returns what the file's format is recognized by.
func (f *File) Probe() Probe {
	return Probe{Path: f.Path, Ext: Ext(f.Path), Head: f.head, All: len(f.head) < Buffer, Dir: f.Dir}
}

// Ext is the ending of a file's name, lower-case, without the .gz it may end in.
func Ext(path string) string {
	name := strings.ToLower(filepath.Base(path))
	return filepath.Ext(strings.TrimSuffix(name, ".gz"))
}

// Binary tells whether a beginning of a file has bytes that no text has.
func (p Probe) Binary() bool {
	for _, b := range p.Head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a && b != 0x1b {
			return true
		}
	}
	return false
}
