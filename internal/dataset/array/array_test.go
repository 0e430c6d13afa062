package array

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
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

func TestHalfPrecision(t *testing.T) {
	for bits, want := range map[uint16]float64{
		0: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: math.Ldexp(1, -14), 0x0001: math.Ldexp(1, -24), 0x3555: 0.333251953125,
		0x7c00: math.Inf(1), 0xfc00: math.Inf(-1),
	} {
		assert.Equal(t, want, half(bits), "%#x", bits)
	}
	assert.True(t, math.IsNaN(half(0x7e01)))
	got, err := readBytes(t, "f.npy", npy("<f2", false, "(1, 2)", []byte{0, 0x3c, 0, 0xc0}))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, -2}, got.Cells)
}

func TestFortranOrder(t *testing.T) {
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
	got, err := readBytes(t, "f.npy", npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, float32(math.NaN()), 2, 3})))
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
			shape = append(shape, table.FormatNumber(float64(n)))
		}
		values := make([]float32, size)
		for i := range values {
			values[i] = float32(r.NormFloat64())
		}
		got, err := readBytes(t, "f.npy", npy("<f4", false, "("+strings.Join(shape, ", ")+")", encoded(binary.LittleEndian, values)))
		require.NoError(t, err)
		require.Equal(t, values, got.Cells)
	}
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
		before := allocated()
		_, err = IDX.Read(f, table.Options{Unlabelled: true, Limit: 1000 * 64 * 3})
		limit, ok := errors.AsType[*memory.LimitError](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.EqualError(t, limit, "f: 1,000 images of shape [8 8] take 256.0 KB of memory, the limit is 192.0 KB")
		assert.Less(t, allocated()-before, uint64(200<<10))
	}
}

func TestColumnsOfAnArray(t *testing.T) {
	rows := npy("<f8", false, "(3, 3)", encoded(binary.LittleEndian, []float64{1, 2, 0, 3, 4, 1, 5, 6, math.NaN()}))
	path := filepath.Join(folder(t, map[string][]byte{"a.npy": rows}), "a.npy")
	got, err := readPath(t, path, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells)
	assert.Equal(t, []float64{0, 1}, got.Values)
	assert.Equal(t, []int{2}, got.At)
	assert.Equal(t, []string{path + ": 1 rows without a value of the target are left out"}, got.Notes)

	got, err = readPath(t, path, table.Options{Targets: []string{"1", "2"}})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 2, 3, 4, 5, 6}, got.Values)
	assert.Equal(t, 1, got.Inputs[0].Missing)

	like := &table.Layout{Inputs: make([]table.LayoutColumn, 2), Targets: make([]table.LayoutColumn, 1), At: []int{0}}
	got, err = readPath(t, path, table.Options{Like: like, Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 0, 4, 1}, got.Cells[:4])
	assert.Empty(t, got.Values)

	like = &table.Layout{Inputs: make([]table.LayoutColumn, 3), Targets: make([]table.LayoutColumn, 1), At: []int{0}}
	_, err = readPath(t, path, table.Options{Like: like})
	require.ErrorContains(t, err, "which are the inputs alone: the target is missing")
	like.Inputs = like.Inputs[:1]
	_, err = readPath(t, path, table.Options{Like: like})
	require.ErrorContains(t, err, "it has 3 columns, want 1, or 2 with the target")
	_, err = readPath(t, path, table.Options{Targets: []string{"4"}})
	require.ErrorContains(t, err, `no column "4": its columns have the numbers 1 to 3`)
}

func TestLabelsOfAnotherFile(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("<i8", false, "(2,)", encoded(binary.LittleEndian, []int64{7, 8}))
	names := npy("<U2", false, "(2, 1)", encoded(binary.LittleEndian, []rune{'ä', 0, 'b', 'c'}))
	for _, c := range []struct {
		files  map[string][]byte
		open   string
		target string
	}{
		{map[string][]byte{"X.npy": x, "y.npy": y}, "X.npy", ""},
		{map[string][]byte{"X_train.npy.gz": packed(x), "y_train.npy": y}, "X_train.npy.gz", ""},
		{map[string][]byte{"x.npy": x, "Y.npy.gz": packed(y)}, "x.npy", ""},
		{map[string][]byte{"a.npy": x, "b.npy": y}, "a.npy", "b.npy"},
		{map[string][]byte{"a-images-idx2-ubyte": idx(8, []uint32{2, 2}, 1, 2, 3, 4), "a-labels-idx1-ubyte": idxLabels(7, 8)}, "a-images-idx2-ubyte", ""},
		{map[string][]byte{"a-images-idx2-ubyte": idx(8, []uint32{2, 2}, 1, 2, 3, 4), "a-labels.idx1-ubyte": idxLabels(7, 8)}, "a-images-idx2-ubyte", ""},
		{map[string][]byte{"a": idx(8, []uint32{2, 2}, 1, 2, 3, 4), "b": y}, "a", "b"},
	} {
		dir := folder(t, c.files)
		o := table.Options{}
		if c.target != "" {
			o.Targets = []string{filepath.Join(dir, c.target)}
		}
		got, err := readPath(t, filepath.Join(dir, c.open), o)
		require.NoError(t, err)
		assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells)
		assert.Equal(t, []float64{7, 8}, got.Values)
		assert.Nil(t, got.At)
	}
	dir := folder(t, map[string][]byte{"x.npy": x, "y.npy": names})
	got, err := readPath(t, filepath.Join(dir, "x.npy"), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []table.Column{{Kind: table.Text, Levels: []string{"ä", "bc"}}}, got.Targets)

	for name, c := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"another number": {map[string][]byte{"x.npy": x, "y.npy": npy("|u1", false, "(3,)", []byte{1, 2, 3})}, "3 labels for the 2 samples of "},
		"two of them":    {map[string][]byte{"x.npy": x, "y.npy": y, "y.npy.gz": packed(y)}, "there is also y.npy.gz: remove one of them"},
		"images":         {map[string][]byte{"x.npy": npy("|u1", false, "(1, 2, 2)", make([]byte, 4))}, "there is no file with its labels beside it"},
		"labels alone":   {map[string][]byte{"x.npy": y}, "is a label file"},
	} {
		_, err := readPath(t, filepath.Join(folder(t, c.files), "x.npy"), table.Options{})
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestArchives(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("|u1", false, "(2,)", []byte{7, 8})
	other := npy("<f4", false, "(1, 2)", encoded(binary.LittleEndian, []float32{5, 6}))
	label := npy("|u1", false, "(1,)", []byte{7})
	for name, c := range map[string]struct {
		file    []byte
		targets []string
		test    bool
	}{
		"X and y":         {npz(zip.Deflate, "X", x, "y", y, "more", y), nil, false},
		"data and target": {npz(zip.Store, "data", x, "target", y), nil, false},
		"numbered":        {npz(zip.Store, "arr_0", x, "arr_1", y), nil, false},
		"with a test":     {npz(zip.Deflate, "x_test", other, "x_train", x, "y_train", y, "y_test", label), nil, true},
		"named":           {npz(zip.Store, "what", x, "ever", y), []string{"ever"}, false},
		"named in a pair": {npz(zip.Store, "images", other, "x", x, "y", y), []string{"y"}, false},
	} {
		path := filepath.Join(folder(t, map[string][]byte{"a.npz": c.file}), "a.npz")
		got, err := readPath(t, path, table.Options{Targets: c.targets})
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells, name)
		assert.Equal(t, []float64{7, 8}, got.Values, name)
		require.Equal(t, c.test, got.Test != nil, name)
		if c.test {
			assert.Equal(t, []float32{5, 6}, got.Test.Cells)
		}
	}
	path := filepath.Join(folder(t, map[string][]byte{"a.npz": npz(zip.Deflate, "only", x)}), "a.npz")
	got, err := readPath(t, path, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 3}, got.Cells)
	assert.Equal(t, []float64{2, 4}, got.Values)

	for want, file := range map[string][]byte{
		"it has the arrays a, b: want X and y":                 npz(zip.Store, "a", x, "b", y),
		"no archive of arrays that could be read":              npz(zip.Store, "x", x, "y", y)[:100],
		"3 labels for the 2 samples of ":                       npz(zip.Store, "x", x, "y", npy("|u1", false, "(3,)", []byte{1, 2, 3})),
		": y: header says 2 labels, file ends after 1":         npz(zip.Store, "x", x, "y", y[:len(y)-1]),
		"samples of shape [1] and 1 targets, but those of":     npz(zip.Store, "x_train", x, "y_train", y, "x_test", npy("|u1", false, "(1, 1)", []byte{1}), "y_test", label),
		": x: header says 1000000000 samples, file ends after": npz(zip.Deflate, "x", npy("<f4", false, "(1000000000, 2)", make([]byte, 64)), "y", y),
	} {
		path := filepath.Join(folder(t, map[string][]byte{"a.npz": file}), "a.npz")
		_, err := readPath(t, path, table.Options{})
		assert.ErrorContains(t, err, want)
	}
}

func TestAFolderOfIDXFiles(t *testing.T) {
	files := func() map[string][]byte {
		return map[string][]byte{
			"e-train-images-idx3-ubyte.gz": packed(idxImages(3, 2, 2)), "e-train-labels-idx1-ubyte": idxLabels(10, 2, 10),
			"e-test-images-idx3-ubyte": idxImages(2, 2, 2), "e-test-labels-idx1-ubyte.gz": packed(idxLabels(2, 10)), "readme.txt": nil,
		}
	}
	got, err := readPath(t, folder(t, files()), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float64{10, 2, 10}, got.Values)
	assert.Equal(t, []float64{2, 10}, got.Test.Values)
	assert.Equal(t, got.Cells[:8], got.Test.Cells)

	for want, spoil := range map[string]func(map[string][]byte){
		"no e-train-labels-idx1-ubyte":                       func(f map[string][]byte) { delete(f, "e-train-labels-idx1-ubyte") },
		"no train-images-idx3-ubyte":                         func(f map[string][]byte) { delete(f, "e-train-images-idx3-ubyte.gz") },
		"there is also e-train-images-idx3-ubyte.gz":         func(f map[string][]byte) { f["e-train-images-idx3-ubyte"] = idxImages(1, 1, 1) },
		"it has several sets of images":                      func(f map[string][]byte) { f["other-images-idx3-ubyte"] = idxImages(1, 1, 1) },
		"samples of shape [3 2] and 1 targets, but those of": func(f map[string][]byte) { f["e-test-images-idx3-ubyte"] = idxImages(2, 3, 2) },
	} {
		f := files()
		spoil(f)
		_, err := readPath(t, folder(t, f), table.Options{})
		assert.ErrorContains(t, err, want)
	}
	assert.True(t, slices.Contains(Layout[:], "t10k-images-idx3-ubyte"))
}
