package onnx

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"ridge/mat"
)

// tree is a decoded message: its fields by their numbers. It is decoded without a look at the code
// that encodes.
type tree map[protowire.Number][]any // int64 or []byte

func decode(t *testing.T, b []byte) tree {
	t.Helper()
	m := tree{}
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		require.NoError(t, protowire.ParseError(n))
		b = b[n:]
		switch kind {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(b)
			require.NoError(t, protowire.ParseError(n))
			m[field], b = append(m[field], int64(v)), b[n:]
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(b)
			require.NoError(t, protowire.ParseError(n))
			m[field], b = append(m[field], v), b[n:]
		default:
			require.Fail(t, "a field of a type that ONNX has no use for here")
		}
	}
	return m
}

func (m tree) text(field protowire.Number) string {
	if len(m[field]) == 0 {
		return ""
	}
	return string(m[field][0].([]byte))
}

func (m tree) number(field protowire.Number) int64 {
	if len(m[field]) == 0 {
		return 0
	}
	return m[field][0].(int64)
}

func (m tree) all(t *testing.T, field protowire.Number) []tree {
	var list []tree
	for _, b := range m[field] {
		list = append(list, decode(t, b.([]byte)))
	}
	return list
}

// table is a tensor of at most two dimensions: numbers or texts. kind is its element type, 1 for
// float32, by which results are rounded.
type table struct {
	kind       int64
	rows, cols int
	v          []float64
	s          []string
}

func constant(t *testing.T, m tree) table {
	var dims []int
	for _, d := range m[1] {
		dims = append(dims, int(d.(int64)))
	}
	x := table{kind: m.number(2), rows: 1, cols: dims[len(dims)-1]}
	if len(dims) == 2 {
		x.rows = dims[0]
	}
	for _, s := range m[6] {
		x.s = append(x.s, string(s.([]byte)))
	}
	raw := []byte(m.text(9))
	for i := 0; i < len(raw); {
		switch x.kind {
		case 1:
			x.v, i = append(x.v, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i:])))), i+4
		case 11:
			x.v, i = append(x.v, math.Float64frombits(binary.LittleEndian.Uint64(raw[i:]))), i+8
		case 7:
			x.v, i = append(x.v, float64(int64(binary.LittleEndian.Uint64(raw[i:])))), i+8
		default:
			require.Fail(t, "no such type of elements")
		}
	}
	require.Len(t, slices.Concat(x.v, make([]float64, len(x.s))), x.rows*x.cols)
	return x
}

// at is an element, of the only row or column if there is one.
func (x table) at(i, j int) float64 { return x.v[min(i, x.rows-1)*x.cols+min(j, x.cols-1)] }

func (x table) text(i, j int) string { return x.s[min(i, x.rows-1)*x.cols+min(j, x.cols-1)] }

// fill makes a table of numbers, rounded to its type.
func fill(kind int64, rows, cols int, f func(i, j int) float64) table {
	x := table{kind: kind, rows: rows, cols: cols}
	for i := range rows {
		for j := range cols {
			v := f(i, j)
			if kind == 1 {
				v = float64(float32(v))
			}
			x.v = append(x.v, v)
		}
	}
	return x
}

// run computes the outputs of a model.
func run(t *testing.T, model []byte, inputs map[string]table) map[string]table {
	graph := decode(t, []byte(decode(t, model).text(7)))
	values := map[string]table{}
	for _, i := range graph.all(t, 11) {
		require.Contains(t, inputs, i.text(1))
		values[i.text(1)] = inputs[i.text(1)]
	}
	require.Len(t, values, len(inputs))
	for _, c := range graph.all(t, 5) {
		require.NotContains(t, values, c.text(8))
		values[c.text(8)] = constant(t, c)
	}
	for _, n := range graph.all(t, 1) {
		var in []table
		for _, name := range n[1] {
			require.Contains(t, values, string(name.([]byte)))
			in = append(in, values[string(name.([]byte))])
		}
		attributes := map[string]int64{}
		for _, a := range n.all(t, 5) {
			require.EqualValues(t, 2, a.number(20))
			attributes[a.text(1)] = a.number(3)
		}
		require.NotContains(t, values, n.text(2))
		values[n.text(2)] = operate(t, n.text(4), attributes, in)
	}
	outputs := map[string]table{}
	for _, o := range graph.all(t, 12) {
		require.Contains(t, values, o.text(1))
		outputs[o.text(1)] = values[o.text(1)]
		kind := decode(t, []byte(decode(t, []byte(o.text(2))).text(1)))
		require.Equal(t, kind.number(1), values[o.text(1)].kind, "the type of %s", o.text(1))
	}
	return outputs
}

// operate is an operator as its specification has it.
func operate(t *testing.T, op string, attributes map[string]int64, in []table) table {
	if x, ok := arithmetic(t, op, in); ok {
		return x
	}
	a := in[0]
	switch op {
	case "Identity":
		return a
	case "Cast":
		return fill(attributes["to"], a.rows, a.cols, a.at)
	case "Concat":
		return join(t, in)
	case "Gather":
		return gather(a, in[1], attributes["axis"])
	case "Gemm":
		require.EqualValues(t, 1, attributes["transB"])
		return fill(a.kind, a.rows, in[1].rows, func(i, j int) float64 {
			sum := in[2].at(0, j)
			for k := range a.cols {
				sum += a.at(i, k) * in[1].at(j, k)
			}
			return sum
		})
	case "ArgMax":
		return fill(7, 1, a.rows, func(_, i int) float64 {
			row := a.v[i*a.cols : (i+1)*a.cols]
			return float64(slices.Index(row, slices.Max(row)))
		})
	case "Softmax":
		return fill(a.kind, a.rows, a.cols, func(i, j int) float64 {
			var sum float64
			for k := range a.cols {
				sum += math.Exp(a.at(i, k) - a.at(i, j))
			}
			return 1 / sum
		})
	}
	require.Fail(t, "unknown operator", op)
	return table{}
}

// arithmetic is an operator that works element by element.
func arithmetic(t *testing.T, op string, in []table) (table, bool) {
	a := in[0]
	two := map[string]func(x, y float64) float64{
		"Sub": func(x, y float64) float64 { return x - y }, "Div": func(x, y float64) float64 { return x / y },
		"Add": func(x, y float64) float64 { return x + y }, "Mul": func(x, y float64) float64 { return x * y },
		"Max": func(x, y float64) float64 { return max(x, y) }, "Min": func(x, y float64) float64 { return min(x, y) },
	}
	if f := two[op]; f != nil {
		require.Equal(t, a.kind, in[1].kind, op)
		return fill(a.kind, max(a.rows, in[1].rows), max(a.cols, in[1].cols), func(i, j int) float64 {
			return f(a.at(i, j), in[1].at(i, j))
		}), true
	}
	switch op {
	case "Relu":
		return fill(a.kind, a.rows, a.cols, func(i, j int) float64 { return max(0, a.at(i, j)) }), true
	case "IsNaN":
		return fill(9, a.rows, a.cols, func(i, j int) float64 { return truth(math.IsNaN(a.at(i, j))) }), true
	case "Where":
		require.Equal(t, in[1].kind, in[2].kind)
		return fill(in[1].kind, a.rows, a.cols, func(i, j int) float64 {
			if a.at(i, j) != 0 {
				return in[1].at(i, j)
			}
			return in[2].at(i, j)
		}), true
	case "Equal":
		return fill(9, a.rows, in[1].cols, func(i, j int) float64 {
			return truth(a.text(i, 0) == in[1].text(0, j))
		}), true
	}
	return table{}, false
}

// gather takes columns of numbers, or elements of a list of texts.
func gather(a, which table, axis int64) table {
	if axis == 1 {
		return fill(a.kind, a.rows, which.cols, func(i, j int) float64 { return a.at(i, int(which.at(0, j))) })
	}
	x := table{kind: 8, rows: 1, cols: len(which.v)}
	for _, i := range which.v {
		x.s = append(x.s, a.s[int(i)])
	}
	return x
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func join(t *testing.T, in []table) table {
	cols := 0
	for _, x := range in {
		require.Equal(t, in[0].kind, x.kind)
		cols += x.cols
	}
	return fill(in[0].kind, in[0].rows, cols, func(i, j int) float64 {
		for _, x := range in {
			if j < x.cols {
				return x.at(i, j)
			}
			j -= x.cols
		}
		return math.NaN()
	})
}

// numbersOf is a matrix as a table.
func numbersOf[T mat.Float](x mat.Dense[T]) table {
	return fill(int64(typeOf[T]()), x.Rows, x.Cols, func(i, j int) float64 { return float64(x.At(i, j)) })
}
