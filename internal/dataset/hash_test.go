package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func hashed() *Set {
	return &Set{
		Name:    "n",
		Classes: []string{"ab", "c"},
		Train:   Samples{X: []float32{1, 2, 3, 4}, Labels: []int{0, 1}, Dim: 2},
		Test:    Samples{X: []float32{5, 6}, Labels: []int{1}, Dim: 2},
	}
}

// TestHashIsWrittenDown computes it from the description alone.
func TestHashIsWrittenDown(t *testing.T) {
	var b []byte
	number := func(v uint64) { b = binary.LittleEndian.AppendUint64(b, v) }
	text := func(s string) { number(uint64(len(s))); b = append(b, s...) }
	text("ridge dataset 1")
	number(2)
	text("ab")
	text("c")
	part := func(x []float32, labels ...uint64) {
		for _, n := range []int{len(labels), len(x) / max(1, len(labels)), len(labels), 0} {
			number(uint64(n))
		}
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		for _, v := range labels {
			number(v)
		}
	}
	part([]float32{1, 2, 3, 4}, 0, 1)
	part(nil)
	part([]float32{5, 6}, 1)
	sum := sha256.Sum256(b)
	assert.Equal(t, hex.EncodeToString(sum[:]), hashed().Hash())
}

func TestHashTellsWhatMattersApart(t *testing.T) {
	seen := map[string]string{hashed().Hash(): "the same"}
	for name, change := range map[string]func(*Set){
		"a number":            func(s *Set) { s.Train.X[3] = 7 },
		"a zero's sign":       func(s *Set) { s.Train.X[3] = float32(math.Copysign(0, -1)) },
		"a label":             func(s *Set) { s.Train.Labels[0] = 1 },
		"a class":             func(s *Set) { s.Classes[1] = "d" },
		"where names end":     func(s *Set) { s.Classes = []string{"a", "bc"} },
		"the shape":           func(s *Set) { s.Train.Dim, s.Train.Labels = 1, []int{0, 1, 0, 1} },
		"the test":            func(s *Set) { s.Test.X[0] = 0 },
		"test for validation": func(s *Set) { s.Validation, s.Test = s.Test, Samples{} },
		"a regression": func(s *Set) {
			s.Classes, s.Train.Labels, s.Train.Targets, s.Train.Outputs = nil, nil, []float64{0, 1}, 1
		},
	} {
		s := hashed()
		change(s)
		h := s.Hash()
		require.Empty(t, seen[h], name)
		seen[h] = name
	}
	other := hashed()
	other.Name, other.Notes = "other", []string{"note"}
	other.Train.X = slices.Clone(other.Train.X)
	assert.Equal(t, hashed().Hash(), other.Hash(), "names of files do not matter")
}

func TestHashOfDigitsNeverChanges(t *testing.T) {
	set, err := Digits()
	require.NoError(t, err)
	assert.Equal(t, "764690919af2ce0ec6bf662cb5761d9ddedb0cf2cbc7d8d9cbe13cd0730c61de", set.Hash())
}

func BenchmarkHash(b *testing.B) {
	s := &Set{Train: Samples{X: make([]float32, 1<<24), Dim: 1 << 10}}
	b.SetBytes(4 << 24)
	for b.Loop() {
		s.Hash()
	}
}
