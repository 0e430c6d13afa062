package table

import (
	"strings"

	"ridge/bcd/nn/columns"
)

// Dictionary numbers the levels of a column of text in the order in which they come.
type Dictionary struct {
	index  map[string]int
	levels []string
	bytes  int64
}

// levelBytes is about the memory that a level takes besides its letters: two string headers, an
// entry of a map that is half full.
const levelBytes = 64

// Code is the index of a level, which is added if it is new. level may be part of a
// larger string: it is copied. Beyond [MaxLevels] levels, ok is false.
func (d *Dictionary) Code(level string) (code int, ok bool) {
	if code, ok := d.index[level]; ok {
		return code, true
	}
	if len(d.levels) == MaxLevels {
		return 0, false
	}
	if d.index == nil {
		d.index = make(map[string]int)
	}
	level = strings.Clone(columns.UTF8(level))
	if code, ok := d.index[level]; ok { // the same letters in another encoding
		return code, true
	}
	d.index[level] = len(d.levels)
	d.levels = append(d.levels, level)
	d.bytes += levelBytes + int64(len(level))
	return len(d.levels) - 1, true
}

// Levels are all levels, in order of their index.
func (d *Dictionary) Levels() []string { return d.levels }

// Bytes is about how much memory the dictionary takes.
func (d *Dictionary) Bytes() int64 { return d.bytes }
