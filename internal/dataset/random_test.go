package dataset

import (
	"math/rand/v2"
	"testing"

	"ridge/internal/misuse"

	"github.com/stretchr/testify/assert"
)

// TestAMillionRandomBytesTakeLittleMemory: whatever they are taken for, reading them ends,
// in memory that is a small multiple of their number.
func TestAMillionRandomBytesTakeLittleMemory(t *testing.T) {
	const size = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	from := func(prefix, letters string) string { return string(misuse.Bytes(r, size, prefix, letters)) }
	anything := misuse.AnyByte()
	for name, content := range map[string]string{
		"anything":           from("", anything),
		"digits and commas":  from("", "0123456789,,\n"),
		"commas alone":       from("", ","),
		"commas and lines":   from("", ",,,\n"),
		"letters and commas": from("", "abcdefghij,\n"),
		"quotes":             from("", "a\",\n"),
		"blanks":             from("", "1 2\t\n"),
		"one long line":      from("", "1"),
		"short lines":        from("1,1\n2,2\n", "\n"),
		"IDX of anything":    from("\x00\x00\x08\x03\x00\x10\x00\x00\x00\x10\x00\x10", anything),
		"IDX of doubles":     from("\x00\x00\x0e\x02\x7f\xff\xff\xff\x00\x00\x00\x02", "\x00\x01"),
		"NPY of anything":    from("\x93NUMPY\x01\x00", anything),
		"NPY that claims all": from(
			"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': True, 'shape': (100000000, 100), }\n", "\x00"),
		"gzip of anything": from("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00", anything),
		"zip of anything":  from("PK\x03\x04 x.npy", anything),
		"PNG of anything":  from("\x89PNG\r\n\x1a\n", anything),
		"LIBSVM":           from("1 1:1\n", "0123456789: \n"),
		"indices":          from("", "1 9999999:1\n"),
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "f", content)
			before := misuse.Allocated()
			_, err := Load(t.Context(), Request{Data: path, Workers: 2})
			// All that was ever taken on the way, not what was held at a time.
			assert.Less(t, misuse.Allocated()-before, uint64(100*size), "%v", err)
		})
	}
}
