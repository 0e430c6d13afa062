package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
)

// Hash identifies the samples of all parts: the SHA-256, in hexadecimal, of the classes and of each part's shape,
// numbers, labels and targets. Sets with the same hash give the same training, whatever files they came from. It takes
// no memory, and about a second for two gigabytes.
func (s *Set) Hash() string {
	d := digest{Hash: sha256.New()}
	d.text("ridge dataset 1")
	d.number(uint64(len(s.Classes)))
	for _, name := range s.Classes {
		d.text(name)
	}
	for _, part := range []Samples{s.Train, s.Validation, s.Test} {
		d.samples(part)
	}
	d.flush()
	return hex.EncodeToString(d.Sum(nil))
}

// digest is a hash of numbers, which are little-endian and have 8 bytes, but for those of
// samples, which have 4. Everything that has no fixed length begins with its length.
type digest struct {
	hash.Hash
	buffer [1 << 14]byte
	n      int
}

// room makes sure that the buffer has room for the given number of bytes, and takes them.
func (d *digest) room(bytes int) []byte {
	if d.n+bytes > len(d.buffer) {
		d.flush()
	}
	d.n += bytes
	return d.buffer[d.n-bytes : d.n]
}

func (d *digest) flush() {
	d.Write(d.buffer[:d.n])
	d.n = 0
}

func (d *digest) number(v uint64) { binary.LittleEndian.PutUint64(d.room(8), v) }

func (d *digest) text(s string) {
	d.number(uint64(len(s)))
	d.flush()
	d.Write([]byte(s))
}

func (d *digest) samples(s Samples) {
	for _, n := range []int{s.Len(), s.Dim, len(s.Labels), s.Outputs} {
		d.number(uint64(n))
	}
	for x := s.X; len(x) > 0; {
		n := min(len(x), len(d.buffer)/8)
		b := d.room(4 * n)
		for i, v := range x[:n] {
			binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
		}
		x = x[n:]
	}
	for _, label := range s.Labels {
		d.number(uint64(label))
	}
	for _, y := range s.Targets {
		d.number(math.Float64bits(y))
	}
}
