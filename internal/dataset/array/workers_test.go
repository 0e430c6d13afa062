package array

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

func TestTheNumberOfWorkersChangesNothing(t *testing.T) {
	wide := make([]float64, 5*chunk/8+3) // of several blocks, the last of which is short
	for i := range wide {
		wide[i] = float64(i) + 0x1p-30
	}
	spoilt := bytes.Clone(encoded(binary.LittleEndian, wide))
	copy(spoilt[4*chunk:], encoded(binary.LittleEndian, 1e300))
	shape := fmt.Sprintf("(%d, 1)", len(wide))
	files := map[string][]byte{
		"a.npy": npy("<f8", false, shape, encoded(binary.LittleEndian, wide)),
		"b.npy": npy("<f8", false, shape, spoilt),
		"c.npy": npy("<f8", false, shape, spoilt[:3*chunk+5]),
		"d":     idxImages(9, 100, 100),
		"e":     packed(idxImages(70, 100, 100)),
	}
	for name, file := range badIDX() {
		files[name] = file.file
	}
	for name, file := range badNPY() {
		files[name+".npy"] = file.file
	}
	for name, file := range files {
		want, wantErr := readBytesBy(t, 1, name, file)
		got, err := readBytesBy(t, 2, name, file)
		assert.Equal(t, wantErr, err, name)
		assert.Equal(t, want, got, name)
	}
}

// awaited waits for an event that another goroutine brings about, unless that has to wait, too.
func awaited(t *testing.T, event <-chan struct{}) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(30 * time.Second):
		t.Error("nothing else happens meanwhile")
	}
}

// announced is zeros, the second block of which is announced before it is read.
type announced struct {
	read   int
	second chan struct{}
}

func (r *announced) Read(p []byte) (int, error) {
	if r.read == chunk {
		close(r.second)
	}
	r.read += len(p)
	return len(p), nil
}

func TestTwoWorkersReadAhead(t *testing.T) {
	const blocks = 3
	r := &announced{second: make(chan struct{})}
	s := &stream{header: header{Type: Type{Kind: 'u', Size: 1}}, r: source.Member(r, "f", -1, -1)}
	visits := 0
	require.NoError(t, s.eachBlock(blocks*chunk, 2, func(src []byte, err error) error {
		awaited(t, r.second)
		visits++
		assert.Len(t, src, chunk)
		return err
	}))
	assert.Equal(t, blocks, visits)
}

func TestFourWorkersReadBothParts(t *testing.T) {
	begun := make(chan struct{})
	of := func(cells ...float32) *table.Table {
		return &table.Table{Rows: len(cells), Inputs: table.Numbers(1), Cells: cells}
	}
	train := func(table.Options) (*table.Table, error) {
		awaited(t, begun)
		return of(1, 2), nil
	}
	test := func(o table.Options) (*table.Table, error) {
		close(begun)
		assert.EqualValues(t, 100-4*20, o.Limit)
		return of(3), nil
	}
	got, err := readBoth(table.Options{Workers: 4, Limit: 100}, 20, train, test)
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2}, got.Cells)
	assert.Equal(t, []float32{3}, got.Test.Cells)
}

// The header of the training part may claim more than is there, or than is kept: the test part is refused for what is
// taken.
func TestAPartIsRefusedForWhatTheOtherTakes(t *testing.T) {
	train := func(table.Options) (*table.Table, error) {
		return &table.Table{Inputs: table.Numbers(1), Cells: make([]float32, 2)}, nil
	}
	for limit, fits := range map[int64]bool{8 + 7: false, 8 + 8: true} {
		test := func(o table.Options) (*table.Table, error) {
			return &table.Table{Inputs: table.Numbers(1)}, memory.Check(o.Limit, 8, "the test part")
		}
		_, err := readBoth(table.Options{Workers: 4, Limit: limit}, 1000, train, test)
		assert.Equal(t, fits, err == nil, err)
	}
}

func TestWorkersReadTheSameSet(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"train-images-idx3-ubyte.gz": packed(idxImages(60, 50, 50)),
		"train-labels-idx1-ubyte":    idxLabels(bytes.Repeat([]byte{1, 2, 1}, 20)...),
		"t10k-images-idx3-ubyte":     idxImages(30, 50, 50),
		"t10k-labels-idx1-ubyte.gz":  packed(idxLabels(bytes.Repeat([]byte{2, 1}, 15)...)),
	})
	want, err := readPath(t, dir, table.Options{Workers: 1})
	require.NoError(t, err)
	assert.True(t, want.Random)
	for _, workers := range []int{2, 4, 16} {
		got, err := readPath(t, dir, table.Options{Workers: workers})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// Both parts are in memory while the training part is put into C order.
func TestWhatIsReadInFortransOrderClaimsTwice(t *testing.T) {
	for _, c := range []struct {
		shape   []int64
		fortran bool
		claims  int64
	}{
		{[]int64{5, 3}, false, 15},
		{[]int64{5, 3}, true, 30},
		{[]int64{5}, true, 5},
		{[]int64{1 << 40, 1 << 40}, true, math.MaxInt64},
	} {
		assert.Equal(t, c.claims, (&header{shape: c.shape, fortran: c.fortran}).claims(), c)
	}
}
