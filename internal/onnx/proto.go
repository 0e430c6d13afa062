package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"ridge/mat"
)

// The numbers of fields and types are those of onnx.proto, which is the specification.

// message is an encoded message that grows.
type message []byte

func (m *message) number(field protowire.Number, v int64) {
	*m = protowire.AppendTag(*m, field, protowire.VarintType)
	*m = protowire.AppendVarint(*m, uint64(v))
}

func (m *message) text(field protowire.Number, s string) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendString(*m, s)
}

func (m *message) bytes(field protowire.Number, b []byte) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, b)
}

// elementType is the type of a tensor's elements.
type elementType int64

const (
	float32Type elementType = 1
	int64Type   elementType = 7
	stringType  elementType = 8
	doubleType  elementType = 11
)

// String is the name of the type.
func (t elementType) String() string {
	return map[elementType]string{float32Type: "float32", doubleType: "float64", int64Type: "int64",
		stringType: "text"}[t]
}

// typeOf is that of T.
func typeOf[T mat.Float]() elementType {
	if _, single := any(T(0)).(float32); single {
		return float32Type
	}
	return doubleType
}

// own begins the names of all that is neither an input nor an output: no column is called so.
const own = "ridge/"

// tensor returns a TensorProto without elements.
func tensor(name string, t elementType, dims ...int) message {
	var m message
	for _, d := range dims {
		m.number(1, int64(d))
	}
	m.number(2, int64(t))
	m.text(8, own+name)
	return m
}

// numbers returns a tensor of the columns of a matrix that has them all, row by row.
func numbers[T mat.Float](name string, x mat.Dense[T], dims ...int) message {
	var raw []byte
	for i := range x.Rows {
		for _, v := range x.Row(i) {
			raw = appendNumber(raw, v)
		}
	}
	m := tensor(name, typeOf[T](), dims...)
	m.bytes(9, raw)
	return m
}

func appendNumber[T mat.Float](b []byte, v T) []byte {
	if v, single := any(v).(float32); single {
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
}

// list returns a tensor of one row.
func list(name string, v []float64) message {
	return numbers(name, mat.DenseOf(1, len(v), v), 1, len(v))
}

// indices returns a tensor of whole numbers.
func indices(name string, v []int) message {
	var raw []byte
	for _, i := range v {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(i))
	}
	m := tensor(name, int64Type, len(v))
	m.bytes(9, raw)
	return m
}

// texts returns a tensor of strings.
func texts(name string, v []string, dims ...int) message {
	m := tensor(name, stringType, dims...)
	for _, s := range v {
		m.text(6, s)
	}
	return m
}

// value returns a ValueInfoProto: a tensor of any number of rows, or of a list of them if there are
// no columns.
func value(name string, t elementType, columns int) message {
	var rows, shape, kind, all, m message
	rows.text(2, "N")
	shape.bytes(1, rows)
	if columns > 0 {
		var dim message
		dim.number(1, int64(columns))
		shape.bytes(1, dim)
	}
	kind.number(1, int64(t))
	kind.bytes(2, shape)
	all.bytes(1, kind)
	m.text(1, name)
	m.bytes(2, all)
	return m
}

// graph is a GraphProto that grows.
type graph struct {
	nodes, initializers, inputs, outputs message
	count                                int // of nodes
	opset                                int64
	summary                              Summary
}

func newGraph() *graph { return &graph{opset: 17} }

// attribute is an attribute of a node: a whole number.
type attribute struct {
	name  string
	value int64
}

// add adds a node, and returns the name of its output.
func (g *graph) add(op string, inputs []string, attributes ...attribute) string {
	g.count++
	output := fmt.Sprintf("%s%s %d", own, op, g.count)
	g.node(op, inputs, output, attributes...)
	return output
}

// node adds a node with an output of a given name.
func (g *graph) node(op string, inputs []string, output string, attributes ...attribute) {
	var m message
	for _, in := range inputs {
		m.text(1, in)
	}
	m.text(2, output)
	m.text(4, op)
	for _, a := range attributes {
		const whole = 2 // its type
		var b message
		b.text(1, a.name)
		b.number(3, a.value)
		b.number(20, whole)
		m.bytes(5, b)
	}
	g.nodes.bytes(1, m)
}

// constant adds a tensor, and returns its name.
func (g *graph) constant(name string, t message) string {
	g.initializers.bytes(5, t)
	return own + name
}

func (g *graph) input(name string, t elementType, columns int) string {
	g.inputs.bytes(11, value(name, t, columns))
	g.summary.Inputs = append(g.summary.Inputs, Tensor{name, t.String(), columns})
	return name
}

func (g *graph) output(name string, t elementType, columns int) {
	g.outputs.bytes(12, value(name, t, columns))
	g.summary.Outputs = append(g.summary.Outputs, Tensor{name, t.String(), columns})
}

func (g *graph) cast(x string, to elementType) string {
	return g.add("Cast", []string{x}, attribute{"to", int64(to)})
}

// join puts matrices side by side.
func (g *graph) join(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return g.add("Concat", parts, attribute{"axis", 1})
}

// pick takes columns of a matrix.
func (g *graph) pick(x, name string, columns []int) string {
	return g.add("Gather", []string{x, g.constant(name, indices(name, columns))}, attribute{"axis", 1})
}

// model returns the ModelProto.
func (g *graph) model(metadata [][2]string) []byte {
	var all message
	all = append(all, g.nodes...)
	all.text(2, "ridge")
	all = append(all, g.initializers...)
	all = append(all, g.inputs...)
	all = append(all, g.outputs...)

	var m, opset message
	version := int64(8) // of the format, as old as the opset allows
	if g.opset >= 19 {
		version = 9
	}
	m.number(1, version)
	m.text(2, "ridge")
	m.bytes(7, all)
	opset.text(1, "")
	opset.number(2, g.opset)
	m.bytes(8, opset)
	for _, entry := range metadata {
		var pair message
		pair.text(1, entry[0])
		pair.text(2, entry[1])
		m.bytes(14, pair)
	}
	return m
}
