package source

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Probe is what formats are recognized by.
type Probe struct {
	Path string // as the user wrote it
	Ext  string // of the name, lower-case, without the .gz it may end in: ".csv"
	Head []byte // the beginning of the unpacked content, empty for a folder
	All  bool   // Head is the whole content
	Dir  bool
	// Context ends a search in a folder.
	Context context.Context
}

// Probe returns what the file's format is recognized by.
func (f *File) Probe() Probe {
	return Probe{Path: f.Path, Ext: Ext(f.Path), Head: f.head, All: len(f.head) < Buffer, Dir: f.Dir,
		Context: f.ctx}
}

// Ext is the ending of a file's name, lower-case, without the .gz it may end in.
func Ext(path string) string {
	name := strings.ToLower(filepath.Base(path))
	return filepath.Ext(strings.TrimSuffix(name, ".gz"))
}

// Binary reports whether a beginning of a file has bytes that no text has.
func (p Probe) Binary() bool { return slices.ContainsFunc(p.Head, inNoText) }

// inNoText reports whether a byte is a control character that no text has.
func inNoText(b byte) bool {
	return b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a && b != 0x1b
}

// BadByte is the error for a file that is text by its name, or would be without a few bytes: it says where the first of
// them is. For other files it is nil.
func (p Probe) BadByte(name string) error {
	at := slices.IndexFunc(p.Head, inNoText)
	if at < 0 {
		return nil
	}
	if p.isUTF32() {
		return Bad(name, "is in UTF-32, which is not read: save it as UTF-8")
	}
	bad := 0
	for _, b := range p.Head {
		if inNoText(b) {
			bad++
		}
	}
	if !slices.Contains([]string{".csv", ".tsv", ".txt", ".data", ".libsvm", ".svm"}, p.Ext) &&
		(100*bad > len(p.Head) || !utf8.Valid(p.Head[:at])) {
		return nil
	}
	before := p.Head[:at]
	hint := "remove it"
	if p.Head[at] == 0 && 4*bad > len(p.Head) {
		hint = "is the file UTF-16 without a byte order mark? Save it as UTF-8"
	}
	return &FormatError{File: name, Line: 1 + bytes.Count(before, []byte("\n")),
		Reason: fmt.Sprintf("byte %d of the line is %#02x, which cannot occur in text: %s",
			at-bytes.LastIndexByte(before, '\n'), p.Head[at], hint)}
}

// isUTF32 reports whether a file begins with a byte order mark of UTF-32.
func (p Probe) isUTF32() bool {
	return bytes.HasPrefix(p.Head, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(p.Head, []byte("\x00\x00\xfe\xff"))
}
