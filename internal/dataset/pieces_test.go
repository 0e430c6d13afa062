package dataset

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
	"ridge/internal/dataset/table"
)

func TestBothFormsOfASetHaveTheSameSamples(t *testing.T) {
	request := Request{Data: file(t, "p.csv", people(300)), Split: split.Amount{Fraction: 0.2},
		Validation: split.Amount{Count: 60}, Seed: 5}
	d, err := Read(t.Context(), request)
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	plain, err := d.Set(p)
	require.NoError(t, err)
	divided, err := d.InPieces().Set(p)
	require.NoError(t, err)
	assert.Equal(t, 6, plain.Train.Dim)
	assert.Equal(t, 6+2*8, divided.Train.Dim, "of age and income")
	assert.False(t, plain.Description.Inputs.InPieces())
	assert.True(t, divided.Description.Inputs.InPieces())
	assert.Equal(t, plain.Description.Outputs, divided.Description.Outputs)
	for _, parts := range [][2]Samples{
		{plain.Train, divided.Train}, {plain.Validation, divided.Validation}, {plain.Test, divided.Test},
	} {
		assert.Equal(t, parts[0].Labels, parts[1].Labels)
		assert.Equal(t, parts[0].Lines, parts[1].Lines)
		for i := range parts[0].Len() { // age, its pieces, whether it is missing, the towns, income, its pieces
			row, wider := parts[0].X[6*i:6*i+6], parts[1].X[22*i:22*i+22]
			assert.Equal(t, row, slices.Concat(wider[:1], wider[9:14]))
		}
	}
	assert.Equal(t, int64(4*6*300), plain.Bytes())
	assert.Less(t, divided.Left, plain.Left)

	learning, err := d.InPieces().Learning(p, 22)
	require.NoError(t, err)
	assert.Equal(t, divided.Train, learning.Train)
	assert.Equal(t, divided.Description, learning.Description)
	assert.Equal(t, divided.Left, learning.Left)
	assert.Zero(t, learning.Validation.Len()+learning.Test.Len())

	request.Pieces = true
	asked, err := Load(t.Context(), request)
	require.NoError(t, err)
	assert.Equal(t, divided.Test, asked.Test)
}

func TestSetsOfAFileOfItsOwnHaveBothForms(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "%d,%d.25\n", i*i, i)
	}
	d, err := Read(t.Context(), Request{Data: file(t, "r.csv", b.String()), Test: file(t, "s.csv", "4,2\n10000,100\n")})
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	divided, err := d.InPieces().Set(p)
	require.NoError(t, err)
	assert.Equal(t, []float64{2, 100}, divided.Test.Targets)
	assert.Equal(t, 9, divided.Test.Dim)
	learning, err := d.InPieces().Learning(p, 9)
	require.NoError(t, err)
	assert.Zero(t, learning.Test.Len())
	assert.Equal(t, divided.Train.Targets, learning.Train.Targets)
}

// What is left out of the memory of a part is refused with that part.
func TestSetsForLearningAreRefusedLikeWholeOnes(t *testing.T) {
	path := file(t, "p.csv", people(300))
	least := sort.Search(1<<30, func(m int) bool {
		_, err := Load(t.Context(), Request{Data: path, Memory: int64(m) + 1})
		return err == nil
	}) + 1
	d, err := Read(t.Context(), Request{Data: path, Memory: int64(least), Split: split.Amount{Count: 290}, Seed: 1})
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	_, err = d.Learning(p, 1000)
	require.NoError(t, err)
	_, err = d.InPieces().Learning(p, 1000)
	share, ok := errors.AsType[*table.ShareError](err)
	require.True(t, ok, "%v", err)
	assert.Greater(t, share.Need, int64(300*6*4), "for all rows, though ten are to be learnt from")
}
