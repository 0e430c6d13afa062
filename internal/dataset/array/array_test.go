package array

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/misuse"
)

func TestPixelsAreReadAsTheyAre(t *testing.T) {
	plain := idxImages(8, 8, 4) // all 256 values
	for name, file := range map[string][]byte{
		"plain": plain, "gzip": packed(plain), "two gzip members": joined(packed(plain[:20]), packed(plain[20:])),
	} {
		got, err := readBytes(t, "f", file)
		require.NoError(t, err, name)
		assert.Equal(t, 8, got.Rows)
		assert.Equal(t, []int{8, 4}, got.Shape)
		assert.EqualValues(t, 255, got.Divisor)
		require.Len(t, got.Cells, 256)
		for i, x := range got.Cells {
			require.EqualValues(t, i, x)
		}
	}
}

// Keras has grey images of one channel, which are images like any others.
func TestTheShapeOfSamples(t *testing.T) {
	for name, c := range map[string]struct {
		descr, shape string
		size         int // of an element
		want         []int
		divisor      float64
	}{
		"grey":         {"|u1", "(2, 4, 3)", 1, []int{4, 3}, 255},
		"one channel":  {"|u1", "(2, 4, 3, 1)", 1, []int{4, 3}, 255},
		"colours":      {"|u1", "(2, 2, 2, 3)", 1, []int{2, 2, 3}, 255},
		"two channels": {"|u1", "(2, 2, 3, 2)", 1, []int{2, 3, 2}, 0},
		"floats":       {"<f4", "(2, 4, 3, 1)", 4, []int{4, 3}, 0},
		"a row":        {"|u1", "(2, 12)", 1, nil, 0},
		"a series":     {"|u1", "(2, 12, 1)", 1, []int{12, 1}, 255},
	} {
		got, err := readBytes(t, "a.npy", npy(c.descr, false, c.shape, make([]byte, 24*c.size)))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got.Shape, name)
		assert.Equal(t, c.divisor, got.Divisor, name)
		assert.Len(t, got.Inputs, 12, name)
	}
}

func TestEveryTypeAndOrder(t *testing.T) {
	values := []float64{0, 1, -1, 100, -128, 2.5}
	for _, c := range []struct {
		idx   byte
		descr string
		store func(v float64) any
		whole bool
	}{
		{8, "u1", func(v float64) any { return uint8(int(v)) }, true},
		{9, "i1", func(v float64) any { return int8(v) }, true},
		{0, "u2", func(v float64) any { return uint16(int(v)) }, true},
		{0x0b, "i2", func(v float64) any { return int16(v) }, true},
		{0, "u4", func(v float64) any { return uint32(int(v)) }, true},
		{0x0c, "i4", func(v float64) any { return int32(v) }, true},
		{0, "u8", func(v float64) any { return uint64(math.Abs(v)) }, true},
		{0, "i8", func(v float64) any { return int64(v) }, true},
		{0x0d, "f4", func(v float64) any { return float32(v) }, false},
		{0x0e, "f8", func(v float64) any { return v }, false},
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			var elements []byte
			var want []float32
			for _, v := range values {
				stored := c.store(v)
				elements = append(elements, encoded(order, stored)...)
				want = append(want, toFloat32(stored))
			}
			sign := map[binary.ByteOrder]string{binary.LittleEndian: "<", binary.BigEndian: ">"}[order]
			got, err := readBytes(t, "f.npy", npy(sign+c.descr, false, "(3, 2)", elements))
			require.NoError(t, err)
			assert.Equal(t, want, got.Cells, sign+c.descr)
			if c.idx != 0 && order == binary.BigEndian {
				got, err := readBytes(t, "f", idx(c.idx, []uint32{3, 2}, elements...))
				require.NoError(t, err)
				assert.Equal(t, want, got.Cells, "IDX %#x", c.idx)
			}
		}
	}
	got, err := readBytes(t, "f.npy", npy("|b1", false, "(2, 1)", []byte{0, 1}))
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 1}, got.Cells)
}

func toFloat32(v any) float32 {
	switch v := v.(type) {
	case uint8:
		return float32(v)
	case int8:
		return float32(v)
	case uint16:
		return float32(v)
	case int16:
		return float32(v)
	case uint32:
		return float32(float64(v))
	case int32:
		return float32(v)
	case uint64:
		return float32(v)
	case int64:
		return float32(v)
	case float32:
		return v
	default:
		return float32(v.(float64))
	}
}

func TestHalvesAreReadExactly(t *testing.T) {
	for bits, want := range map[uint16]float64{
		0: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: math.Ldexp(1, -14), 0x0001: math.Ldexp(1, -24),
		0x3555: 0.333251953125,
		0x7c00: math.Inf(1), 0xfc00: math.Inf(-1),
	} {
		assert.Equal(t, want, half(bits), "%#x", bits)
	}
	assert.True(t, math.IsNaN(half(0x7e01)))
	got, err := readBytes(t, "f.npy", npy("<f2", false, "(1, 2)", []byte{0, 0x3c, 0, 0xc0}))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, -2}, got.Cells)
}

func TestArraysInFortranOrderAreTransposed(t *testing.T) {
	// Element (i, j, k) of a 4×3×2 array is 100i+10j+k; the first index is the fastest.
	var elements []int16
	for k := range 2 {
		for j := range 3 {
			for i := range 4 {
				elements = append(elements, int16(100*i+10*j+k))
			}
		}
	}
	got, err := readBytes(t, "f.npy", npy("<i2", true, "(4, 3, 2)", encoded(binary.LittleEndian, elements)))
	require.NoError(t, err)
	assert.Equal(t, []int{3, 2}, got.Shape)
	var want []float32
	for i := range 4 {
		for j := range 3 {
			for k := range 2 {
				want = append(want, float32(100*i+10*j+k))
			}
		}
	}
	assert.Equal(t, want, got.Cells)
}

func TestVersionsOfNPY(t *testing.T) {
	v1 := npy("<f4", false, "(1, 1)", encoded(binary.LittleEndian, float32(7)))
	for _, version := range []byte{2, 3} {
		file := append([]byte(npyMagic), version, 0)
		file = binary.LittleEndian.AppendUint32(file, uint32(binary.LittleEndian.Uint16(v1[8:])))
		got, err := readBytes(t, "f.npy", append(file, v1[10:]...))
		require.NoError(t, err)
		assert.Equal(t, []float32{7}, got.Cells)
	}
}

func TestNaNIsMissing(t *testing.T) {
	got, err := readBytes(t, "f.npy",
		npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, float32(math.NaN()), 2, 3})))
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1}, []int{got.Inputs[0].Missing, got.Inputs[1].Missing})
}

// TestWhatIsWrittenIsReadBack writes random arrays of any shape, type and order.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		shape := []string{}
		size, dims := 1, 2+r.IntN(3)
		for range dims {
			n := 1 + r.IntN(6)
			size *= n
			shape = append(shape, columns.FormatNumber(float64(n)))
		}
		values := make([]float32, size)
		for i := range values {
			values[i] = float32(r.NormFloat64())
		}
		got, err := readBytes(t, "f.npy",
			npy("<f4", false, "("+strings.Join(shape, ", ")+")", encoded(binary.LittleEndian, values)))
		require.NoError(t, err)
		require.Equal(t, values, got.Cells)
	}
}

func TestTransposingTakesTwiceTheMemory(t *testing.T) {
	f, err := source.OfBytes(t.Context(), "f.npy", npy("<f4", true, "(100, 10)", make([]byte, 4000)))
	require.NoError(t, err)
	_, err = NPY.Read(f, table.Options{Unlabelled: true, Limit: 17799})
	assert.EqualError(t, err, "f.npy: 100 samples of shape [10] take 17.8 KB of memory, the limit is 17.8 KB")
	_, err = NPY.Read(f, table.Options{Unlabelled: true, Limit: 17800})
	assert.NoError(t, err)
}

func TestMemoryGrowsWithWhatIsThere(t *testing.T) {
	plain := idxImages(7*chunk/64, 8, 8)
	f, err := source.OfBytes(t.Context(), "f", packed(plain))
	require.NoError(t, err)
	got, err := IDX.Read(f, table.Options{Unlabelled: true, Limit: 1 << 30})
	require.NoError(t, err)
	require.Len(t, got.Cells, 7*chunk)
	assert.Equal(t, 7*chunk, cap(got.Cells), "the last growth should stop at what the header claims")
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	images := idxImages(1000, 8, 8)
	for name, c := range map[string][]byte{"plain": images, "packed": packed(images)} {
		f, err := source.OfBytes(t.Context(), "f", c)
		require.NoError(t, err)
		before := misuse.Allocated()
		_, err = IDX.Read(f, table.Options{Unlabelled: true, Limit: 1000 * 64 * 3})
		limit, ok := errors.AsType[*memory.LimitError](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.EqualError(t, limit, "f: 1,000 images of shape [8 8] take 336.0 KB of memory, the limit is 192.0 KB")
		assert.Less(t, misuse.Allocated()-before, uint64(200<<10))
	}
}
