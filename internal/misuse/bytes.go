package misuse

import (
	"math/rand/v2"
	"runtime"
)

// Bytes returns the given number of bytes: a prefix, and then random ones from letters.
func Bytes(r *rand.Rand, size int, prefix, letters string) []byte {
	text := append(make([]byte, 0, max(size, len(prefix))), prefix...)
	for len(text) < size {
		text = append(text, letters[r.IntN(len(letters))])
	}
	return text
}

// AnyByte is all 256 bytes.
func AnyByte() string {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return string(all)
}

// Allocated is how many bytes the process has ever allocated.
func Allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
