package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// encode is the file of a problem.
func encode(t testing.TB, p quadratic) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, part := range []any{
		[]int64{int64(p.q.Rows), int64(p.b.Rows)}, p.q.Data, p.lower, p.upper, p.b.Data,
	} {
		require.NoError(t, binary.Write(&b, binary.LittleEndian, part))
	}
	return b.Bytes()
}

// separable is a problem with Q = diag(2, 4, 8), so that xᵢ is bᵢ/qᵢᵢ projected.
func separable(lower, upper float64, b mat.Dense[float64]) quadratic {
	p := quadratic{q: mat.NewDense[float64](3, 3), b: b}
	for i := range 3 {
		p.q.Set(i, i, float64(int(2)<<i))
		p.lower, p.upper = append(p.lower, lower), append(p.upper, upper)
	}
	return p
}

func qpRequest(t *testing.T, op, shape string, file []byte) request {
	t.Helper()
	r := quickRequest(op, shape)
	r.files = qpFiles{folder: t.TempDir()}
	if file != nil {
		require.NoError(t, os.WriteFile(filepath.Join(r.files.folder, op+"_"+shape+".qp"), file, 0o600))
	}
	return r
}

func TestQPsAreSolvedAndWritten(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name, op, shape string
		p               quadratic
		want            []float64
	}{
		{"one, nonnegative", "nnqp", "w3", separable(0, inf, mat.DenseOf(1, 3, []float64{2, -4, 16})),
			[]float64{1, 0, 2}},
		{"one, in a box", "boxqp", "w3", separable(-1, 1, mat.DenseOf(1, 3, []float64{1, -8, 16})),
			[]float64{0.5, -1, 1}},
		{"a batch", "nnqp", "w3b2", separable(0, inf, mat.DenseOf(2, 3, []float64{2, -4, 16, -2, 4, 8})),
			[]float64{1, 0, 2, 0, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := qpRequest(t, c.op, c.shape, encode(t, c.p))
			r.files.output = filepath.Join(t.TempDir(), "x")

			m, err := r.measure()

			require.NoError(t, err)
			require.LessOrEqual(t, m.checksum, qpTolerance)
			require.Zero(t, m.norm)
			require.Positive(t, m.seconds)
			raw, err := os.ReadFile(r.files.output)
			require.NoError(t, err)
			x := make([]float64, len(c.want))
			require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, x))
			require.Len(t, raw, 8*len(x))
			require.InDeltaSlice(t, c.want, x, 1e-5)
		})
	}
}

func TestResidualIsThatOfTheBenchmark(t *testing.T) {
	p := separable(0, 1, mat.DenseOf(1, 3, []float64{2, -4, 16}))
	for _, c := range []struct {
		name string
		x    []float64
		want float64
	}{
		{"solution", []float64{1, 0, 1}, 0},
		{"gradient of a free variable", []float64{0.75, 0, 1}, 0.25 / 16},
		{"bound that should be left", []float64{1, 0, 0}, 1.0 / 16},
		{"infeasible", []float64{1, -3, 1}, 4.0 / 16},
		{"NaN", []float64{1, 0, math.NaN()}, math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := p.residual(mat.DenseOf(1, 3, c.x), 1)
			if math.IsNaN(c.want) {
				require.True(t, math.IsNaN(got))
				return
			}
			require.InDelta(t, c.want, got, 1e-15)
		})
	}
}

func TestQPsInSinglePrecisionAreNotAvailable(t *testing.T) {
	r := qpRequest(t, "nnqp", "w3", nil)
	r.single = true
	_, err := r.measure()
	require.ErrorIs(t, err, errNotAvailable)
}

func TestBadQPFilesAreErrorsThatNameTheFile(t *testing.T) {
	good := encode(t, separable(0, 1, mat.DenseOf(1, 3, []float64{1, 2, 3})))
	with := func(n, m int64) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint64(b, uint64(n))
		binary.LittleEndian.PutUint64(b[8:], uint64(m))
		return b
	}
	notSymmetric := separable(0, 1, mat.DenseOf(1, 3, []float64{1, 2, 3}))
	notSymmetric.q.Set(0, 1, 5)
	for _, c := range []struct {
		name    string
		file    []byte
		message string
	}{
		{"missing", nil, "no such file"},
		{"empty", []byte{}, "header"},
		{"half a header", good[:9], "header"},
		{"truncated", good[:len(good)-1], "header says 3 variables and 1 problems, which take 160 bytes, not 159"},
		{"trailing bytes", append(bytes.Clone(good), 0), "not 161"},
		{"negative", with(-3, 1), "-3 variables"},
		{"no problems", with(3, 0), "0 problems"},
		{"huge", with(1<<40, 1<<40), "variables"},
		{"as large as can be", with(1<<24, 1<<24), "take"},
		{"overflowing", with(math.MaxInt64, 1), "variables"},
		{"lower above upper", encode(t, separable(1, 0, mat.DenseOf(1, 3, []float64{1, 2, 3}))), "x[0]"},
		{"NaN", encode(t, separable(0, 1, mat.DenseOf(1, 3, []float64{1, math.NaN(), 3}))), "NaN"},
		{"not symmetric", encode(t, notSymmetric), "H[1,0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := qpRequest(t, "nnqp", "w3", c.file)
			_, err := r.measure()
			require.ErrorContains(t, err, c.message)
		})
	}
	r := qpRequest(t, "nnqp", "w3", good[:40])
	_, err := r.measure()
	require.ErrorContains(t, err, filepath.Join(r.files.folder, "nnqp_w3.qp"))
}

func TestSolutionsAreWrittenWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, writeFloats(path, mat.DenseOf(1, 2, []float64{1, 2})))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Len(t, raw, 16)

	require.Error(t, writeFloats(filepath.Join(folder, "missing", "x"), mat.DenseOf(1, 1, []float64{1})))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "taken"), 0o700))
	require.Error(t, writeFloats(filepath.Join(folder, "taken"), mat.DenseOf(1, 1, []float64{1})))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 2, "temporary files are gone")
}

func FuzzDecodeQuadratic(f *testing.F) {
	good := encode(f, separable(0, 1, mat.DenseOf(2, 3, []float64{1, 2, 3, 4, 5, 6})))
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := decodeQuadratic(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		require.Equal(t, file, encode(t, p))
	})
}
