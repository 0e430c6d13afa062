package train

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

// A saved state is a magic number and sections, all little-endian. A section is
//
//	name length (1 byte), name, kind (1 byte), count (8 bytes), count numbers, checksum (4 bytes).
//
// The checksum is the CRC-32C of all bytes of the file up to there except the checksums, so that a section
// from another file or place is noticed. The first section describes the training; the last one has the
// kind kindEnd.
//
// The magic number has the version, by which alone a program refuses a state before it reads data and makes a choice.
// Whoever changes what a section is called, or which there are, or what their numbers mean, raises it. Package golden
// records the sections.
const stateMagic = anyStateMagic + "4\n"

// anyStateMagic is how the states of all versions begin.
const anyStateMagic = "ridge state "

// sectionKind says what the numbers of a section are.
type sectionKind byte

const (
	kindEnd     sectionKind = 'e'
	kindBytes   sectionKind = 'b'
	kindInt     sectionKind = 'i'
	kindFloat32 sectionKind = 'f'
	kindFloat64 sectionKind = 'd'
)

// size is the bytes of a number, 0 of an unknown kind.
func (k sectionKind) size() int {
	switch k {
	case kindEnd, kindBytes:
		return 1
	case kindFloat32:
		return 4
	case kindInt, kindFloat64:
		return 8
	}
	return 0
}

const (
	aboutName  = "about"
	aboutLimit = 1 << 20
	// blockBytes is how much is converted at a time; a multiple of every size.
	blockBytes = 1 << 14
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func putInts(b []byte, v []int) {
	for i := range len(b) / 8 {
		binary.LittleEndian.PutUint64(b[8*i:], uint64(v[i]))
	}
}

func takeInts(v []int, b []byte) {
	for i := range len(b) / 8 {
		v[i] = int(int64(binary.LittleEndian.Uint64(b[8*i:])))
	}
}

func putFloat32(b []byte, v []float32) {
	for i := range len(b) / 4 {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v[i]))
	}
}

func takeFloat32(v []float32, b []byte) {
	for i := range len(b) / 4 {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

func putFloat64(b []byte, v []float64) {
	for i := range len(b) / 8 {
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(v[i]))
	}
}

func takeFloat64(v []float64, b []byte) {
	for i := range len(b) / 8 {
		v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
}
