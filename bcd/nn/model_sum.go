package nn

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"
)

// sumKey is the key of the checksum in the metadata: the SHA-256, in hexadecimal, of
//
//   - the number of the other keys, and each with its value, in the order of the keys,
//   - the name, the type and the shape of each tensor, in the order of their data,
//   - the data,
//
// where numbers are 8 bytes, little-endian, and texts and lists begin with their length.
const sumKey = "sha256"

// summer computes the checksum of a file.
type summer struct{ hash.Hash }

func newSummer(metadata map[string]string) summer {
	s := summer{sha256.New()}
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(metadata)), func(key string) bool { return key == sumKey })
	s.number(len(keys))
	for _, key := range keys {
		s.text(key)
		s.text(metadata[key])
	}
	return s
}

func (s summer) number(n int) { s.Write(binary.LittleEndian.AppendUint64(nil, uint64(n))) }

func (s summer) text(text string) {
	s.number(len(text))
	io.WriteString(s, text)
}

// tensor adds what the header says of a tensor.
func (s summer) tensor(name, dtype string, shape []int64) {
	s.text(name)
	s.text(dtype)
	s.number(len(shape))
	for _, d := range shape {
		s.number(int(d))
	}
}

func (s summer) String() string { return hex.EncodeToString(s.Sum(nil)) }

// checkSum reports whether what was read is what was written. Files of versions that had no checksum need none.
func (c *container) checkSum() error {
	want, ok := c.metadata[sumKey]
	switch {
	case !ok && c.metadata["version"] == summedVersion:
		return malformedf("metadata: %q is missing", sumKey)
	case ok && want != c.sum:
		return malformedf("it is damaged: its checksum is %s, want %.80q", c.sum, want)
	}
	return nil
}

// damagedIf says that a file is damaged rather than what is wrong with its content, if its checksum tells: a bit that
// changed makes one thing of another. It reads what is left of the file, the data.
func (c *container) damagedIf(err error, r io.Reader) error {
	if readErr := c.readData(r); readErr != nil {
		return err // there is more that is wrong
	}
	return because(err, c.checkSum())
}

// because is an error that damage explains; either may be nil.
func because(err, damage error) error {
	if err == nil || damage == nil {
		return cmp.Or(err, damage)
	}
	return malformedf("%v; so %v", damage, err)
}
