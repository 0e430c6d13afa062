package nn

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"ridge/mat"
)

// namedTensor is a tensor to be written: a matrix or a list of indices under a name, with
// the shape that the file gives it.
type namedTensor[T mat.Float] struct {
	name    string
	shape   []int64
	m       mat.Dense[T]
	indices []int32 // instead of m
}

// dtype and size are the type and the bytes.
func (t *namedTensor[T]) dtype() string {
	if t.indices != nil {
		return indexType
	}
	return dtypeOf[T]()
}

func (t *namedTensor[T]) size() int {
	return 4*len(t.indices) + t.m.Rows*t.m.Cols*mat.Bits[T]()/8
}

// writeTensors writes a safetensors file, with its checksum in the metadata.
func writeTensors[T mat.Float](w io.Writer, metadata map[string]string, tensors []namedTensor[T]) error {
	if len(tensors) > maxMembers {
		return &SpecError{fmt.Sprintf("too many layers for a model file: it would have %d tensors, of at most %d",
			len(tensors), maxMembers)}
	}
	header := map[string]any{metadataKey: metadata}
	sum := newSummer(metadata)
	end := 0
	for _, t := range tensors {
		begin := end
		end += t.size()
		header[t.name] = map[string]any{"dtype": t.dtype(), "shape": t.shape, "data_offsets": [2]int{begin, end}}
		sum.tensor(t.name, t.dtype(), t.shape)
	}
	if err := writeData(sum, tensors); err != nil {
		return err
	}
	metadata[sumKey] = sum.String()
	text, err := json.Marshal(header) // sorts the names: the same network, the same bytes
	if err != nil {
		return err
	}
	for len(text)%8 != 0 { // the data begins at a multiple of 8
		text = append(text, ' ')
	}
	if len(text) > maxHeader {
		return &SpecError{fmt.Sprintf(
			"too many layers, classes or columns for a model file: its header would have %d bytes, of at most %d",
			len(text), maxHeader)}
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text)))); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return writeData(w, tensors)
}

// writeData writes the elements of the tensors.
func writeData[T mat.Float](w io.Writer, tensors []namedTensor[T]) error {
	for _, t := range tensors {
		if err := writeMatrix(w, t.m); err != nil {
			return err
		}
		if err := binary.Write(w, binary.LittleEndian, t.indices); err != nil {
			return err
		}
	}
	return nil
}

func writeMatrix[T mat.Float](w io.Writer, m mat.Dense[T]) error {
	var b []byte
	for i := range m.Rows {
		b = b[:0]
		for _, v := range m.Row(i) {
			if mat.Bits[T]() == 32 {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			} else {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
			}
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}
