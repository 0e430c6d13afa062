package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// archive builds a cpio archive in the "newc" format, the one the kernel
// unpacks (its Documentation/driver-api/early-userspace/buffer-format.rst).
type archive struct {
	buf   bytes.Buffer
	inode int
}

const (
	cpioDirectory = 0o040000
	cpioRegular   = 0o100000
)

func (a *archive) directory(name string) { a.entry(name, cpioDirectory|0o755, nil) }

func (a *archive) bytes(name string, data []byte, perm int) { a.entry(name, cpioRegular|perm, data) }

// file adds an executable copy of a file.
func (a *archive) file(name, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	a.bytes(name, data, 0o755)
	return nil
}

// tree adds a folder and what it holds, if it exists.
func (a *archive) tree(name, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			a.directory(filepath.Join(name, rel))
			return nil
		}
		return a.file(filepath.Join(name, rel), path)
	})
}

// end closes the archive and returns it.
func (a *archive) end() []byte {
	a.entry("TRAILER!!!", 0, nil)
	return a.buf.Bytes()
}

// entry appends one header of thirteen hexadecimal fields, the name and the
// data, the latter two padded to four bytes.
func (a *archive) entry(name string, mode int, data []byte) {
	a.inode++
	fields := [13]int{
		0:  a.inode,
		1:  mode,
		4:  1, // links
		6:  len(data),
		11: len(name) + 1,
	}
	a.buf.WriteString("070701")
	for _, f := range fields {
		fmt.Fprintf(&a.buf, "%08X", f)
	}
	a.buf.WriteString(name + "\x00")
	a.pad()
	a.buf.Write(data)
	a.pad()
}

func (a *archive) pad() {
	for a.buf.Len()%4 != 0 {
		a.buf.WriteByte(0)
	}
}
