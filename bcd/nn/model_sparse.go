package nn

import (
	"encoding/binary"
	"math"

	"ridge/internal/words"
	"ridge/mat"
)

// Weights of which many are zero are stored as three tensors, in compressed sparse rows (format.md).

func sparseValues(weight string) string  { return weight + ".values" }
func sparseColumns(weight string) string { return weight + ".columns" }
func sparseStarts(weight string) string  { return weight + ".starts" }

// sparsest is how many elements a sparse matrix may have for each number that is stored of
// it: a file of some bytes must not become a network of gigabytes.
const sparsest = 256

// fitsSparse reports whether a rows×in matrix with the given number of nonzero elements may be
// stored as a sparse one.
func fitsSparse(rows, in, nonzero int64) bool {
	return 0 <= in && max(rows, in, nonzero) <= math.MaxInt32 && rows*in <= sparsest*(nonzero+rows+1)
}

// storedSparse returns the weights in w, without the biases, as a sparse matrix, if it
// takes fewer bytes than a dense one.
func storedSparse[T mat.Float](w mat.Dense[T]) (*csr[T], bool) {
	const index = 4
	element := mat.Bits[T]() / 8
	nonzero, all := CountNonzero(w)
	if nonzero*(element+index)+(w.Rows+1)*index >= all*element ||
		!fitsSparse(int64(w.Rows), int64(w.Cols-1), int64(nonzero)) {
		return nil, false
	}
	return newCSR(w.ColView(0, w.Cols-1)), true
}

// wantWeights adds what the tensors of a matrix of weights must be.
func (c *container) wantWeights(want map[string]wanted, name string, rows int, in int64) error {
	values := c.tensors[sparseValues(name)]
	if values == nil || c.metadata["version"] == denseVersion {
		want[name] = wanted{shape: []int64{int64(rows), in}}
		return nil
	}
	if len(values.Shape) != 1 {
		return malformedf("tensor %q has shape %v: want a list", values.name, words.Short[int64](values.Shape))
	}
	nonzero := values.Shape[0]
	want[sparseValues(name)] = wanted{shape: []int64{nonzero}}
	want[sparseColumns(name)] = wanted{shape: []int64{nonzero}, indices: true}
	want[sparseStarts(name)] = wanted{shape: []int64{int64(rows) + 1}, indices: true}
	if !fitsSparse(int64(rows), in, nonzero) {
		return malformedf("tensor %q has %d of %d×%d weights: want at least one value or row for %d weights",
			sparseValues(name), nonzero, rows, in, sparsest)
	}
	return nil
}

// csrIndices says where the values of a sparse matrix of a file belong.
type csrIndices struct {
	name            string
	columns, starts []int32
}

// check makes sure that no two values have the same place.
func (s *csrIndices) check(rows, in int) error {
	if s.starts[0] != 0 || int(s.starts[rows]) != len(s.columns) {
		return malformedf("tensor %q goes from %d to %d: want 0 to %d, the number of values",
			sparseStarts(s.name), s.starts[0], s.starts[rows], len(s.columns))
	}
	for i := range rows {
		from, to := s.starts[i], s.starts[i+1]
		if from > to || int(to) > len(s.columns) {
			return malformedf("tensor %q: row %d goes from %d to %d", sparseStarts(s.name), i, from, to)
		}
		last := int32(-1)
		for k := from; k < to; k++ {
			if j := s.columns[k]; j <= last || int(j) >= in {
				return malformedf("tensor %q: element %d is %d in row %d: want ascending columns below %d",
					sparseColumns(s.name), k, j, i, in)
			}
			last = s.columns[k]
		}
	}
	return nil
}

// indices returns the elements of a tensor of indices, and releases its bytes.
func (t *tensor) indices() []int32 {
	x := make([]int32, len(t.raw)/4)
	for k := range x {
		x[k] = int32(binary.LittleEndian.Uint32(t.raw[4*k:]))
	}
	t.raw = nil
	return x
}

// fillWeights copies the weights of the tensors of a name to dst, which is zero.
func fillWeights[T mat.Float](dst mat.Dense[T], c *container, name string) error {
	if t := c.tensors[name]; t != nil {
		return copyTensor(dst, t)
	}
	s := csrIndices{name, c.tensors[sparseColumns(name)].indices(), c.tensors[sparseStarts(name)].indices()}
	if err := s.check(dst.Rows, dst.Cols); err != nil {
		return err
	}
	values := mat.NewDense[T](1, len(s.columns))
	if err := copyTensor(values, c.tensors[sparseValues(name)]); err != nil {
		return err
	}
	for i := range dst.Rows {
		for k := s.starts[i]; k < s.starts[i+1]; k++ {
			dst.Set(i, int(s.columns[k]), values.At(0, int(k)))
		}
	}
	return nil
}

// wanted is what a tensor of a file must be.
type wanted struct {
	shape   []int64
	indices bool // I32; else numbers
}

// checkType makes sure that the tensor has the type that is wanted.
func (w wanted) checkType(t *tensor) error {
	if w.indices != (t.DType == indexType) {
		want := "F32 or F64"
		if w.indices {
			want = indexType
		}
		return malformedf("tensor %.60q has type %s: want %s", t.name, t.DType, want)
	}
	return nil
}
