package train

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"ridge/bcd/nn"
	"ridge/mat"
)

// State carries all that a training has come to into a file, or out of it. A struct that changes from
// batch to batch has one method for it, which names each field that does, in a fixed order:
//
//	func (a *average[T]) state(s *train.State) {
//		s.Int("count", &a.count)
//		train.Weights(s, "net", a.net)
//	}
//
// The same method saves and restores, so that neither can forget what the other one knows. What is
// restored has been made anew by the same recipe, for the same samples: lengths and shapes are there
// already, and a file that has others is refused before any memory is taken. Not named are buffers,
// options, and what is computed from the samples at the start.
//
// The first error stays, and all that follows does nothing: who began looks at it in the end.
type State struct {
	out    *sectionWriter // nil: restoring
	in     *sectionReader // nil: saving
	prefix string
	err    error
}

// StateError says that a saved state is damaged, or not one of this training.
type StateError struct{ Reason string }

func (e *StateError) Error() string { return e.Reason }

// WriteState saves a state. about, at most a megabyte, says what training it is one of, for
// [CheckState]; fields names the rest.
func WriteState(w io.Writer, about []byte, fields func(*State)) error {
	s := &State{out: newSectionWriter(w)}
	if len(about) > aboutLimit {
		return fmt.Errorf("train: WriteState: %d bytes about the training: want at most %d", len(about), aboutLimit)
	}
	s.out.bytes(aboutName, about)
	fields(s)
	if s.err != nil {
		return s.err
	}
	return s.out.end()
}

// ReadState restores what [WriteState] has saved, with the same fields. After an error, a
// *[StateError] unless reading fails, the fields are of no use.
func ReadState(r io.Reader, fields func(*State)) error {
	in, _, err := openSections(r)
	if err != nil {
		return err
	}
	s := &State{in: in}
	fields(s)
	if s.err == nil {
		s.err = in.end()
	}
	return s.err
}

// CheckState reads a saved state to its end, and returns what it says about the training if it is
// complete and undamaged. The error is a *[StateError] unless reading fails.
func CheckState(r io.Reader) (about []byte, err error) {
	in, about, err := openSections(r)
	if err == nil {
		err = in.skipAll()
	}
	if err != nil {
		return nil, err
	}
	return about, nil
}

// Restoring tells whether fields are being restored: whether there is something to compute from
// them.
func (s *State) Restoring() bool { return s.in != nil && s.err == nil }

// Fail makes the state one that can't be restored: a field is not what it may be.
func (s *State) Fail(format string, args ...any) {
	if s.err == nil {
		s.err = &StateError{"the state of the training is not a possible one: " + fmt.Sprintf(format, args...)}
	}
}

// In names fields of another struct.
func (s *State) In(name string, fields func(*State)) {
	outer := s.prefix
	s.prefix += name + "."
	fields(s)
	s.prefix = outer
}

// Int names a number.
func (s *State) Int(name string, v *int) {
	list := []int{*v}
	s.Ints(name, list)
	*v = list[0]
}

// Count names a number from 0 to most.
func (s *State) Count(name string, v *int, most int) {
	n := *v
	s.Int(name, &n)
	if s.err == nil && (n < 0 || n > most) {
		s.Fail("%s%s is %d, not from 0 to %d", s.prefix, name, n, most)
		return
	}
	*v = n
}

// Bool names a truth.
func (s *State) Bool(name string, v *bool) {
	n := 0
	if *v {
		n = 1
	}
	s.Count(name, &n, 1)
	*v = n == 1
}

// Float names a number.
func (s *State) Float(name string, v *float64) {
	list := []float64{*v}
	Elements(s, name, list)
	*v = list[0]
}

// Ints names numbers, as many as there are.
func (s *State) Ints(name string, v []int) {
	s.exchange(name, kindInt, len(v), func(at int, b []byte) { putInts(b, v[at:]) }, func(at int, b []byte) { takeInts(v[at:], b) })
}

// Elements names numbers, as many as there are.
func Elements[T mat.Float](s *State, name string, v []T) {
	switch v := any(v).(type) {
	case []float32:
		s.exchange(name, kindFloat32, len(v), func(at int, b []byte) { putFloat32(b, v[at:]) }, func(at int, b []byte) { takeFloat32(v[at:], b) })
	case []float64:
		s.exchange(name, kindFloat64, len(v), func(at int, b []byte) { putFloat64(b, v[at:]) }, func(at int, b []byte) { takeFloat64(v[at:], b) })
	}
}

// Matrix names a matrix. What lies between the rows of a view is left alone.
func Matrix[T mat.Float](s *State, name string, m mat.Dense[T]) {
	if m.Stride == m.Cols || m.Rows <= 1 {
		Elements(s, name, m.Data[:m.Rows*m.Cols])
		return
	}
	rows := m.Clone()
	Elements(s, name, rows.Data)
	if s.Restoring() {
		mat.Copy(m, rows)
	}
}

// Weights names all weights of a network, which is of the same shape in all states of the training.
func Weights[T mat.Float](s *State, name string, net *nn.Network[T]) {
	s.In(name, func(s *State) {
		for n := 1; n <= len(net.Layers)+1; n++ {
			Matrix(s, fmt.Sprintf("layer %d", n), net.Weights(n))
		}
	})
}

// measureLimit is how many numbers an epoch has at most: more than there are layers or measures.
const measureLimit = 1 << 17

// Floats names a list of at most so many numbers, nil if there are none.
func (s *State) Floats(name string, v *[]float64, most int) {
	n := len(*v)
	s.Count(name+" count", &n, most)
	if s.in != nil && s.err == nil {
		*v = nil
		if n > 0 {
			*v = make([]float64, n)
		}
	}
	Elements(s, name, *v)
}

// Values names what a method has measured: numbers by their names.
func (s *State) Values(name string, v *map[string]float64) {
	keys := slices.Sorted(maps.Keys(*v))
	n := len(keys)
	s.Count(name+" count", &n, measureLimit)
	if s.in != nil {
		keys = make([]string, 0)
		*v = map[string]float64{}
	}
	for i := 0; i < n && s.err == nil; i++ {
		if s.in != nil {
			keys = append(keys, "")
		}
		s.Text(name+" name", &keys[i])
		value := (*v)[keys[i]]
		s.Float(name, &value)
		if s.in != nil {
			(*v)[keys[i]] = value
		}
	}
}

// Text names a text of at most a kilobyte.
func (s *State) Text(name string, v *string) {
	b := []byte(*v)
	s.Bytes(name, &b, 1<<10)
	*v = string(b)
}

// Bytes names some bytes, at most so many.
func (s *State) Bytes(name string, v *[]byte, most int) {
	switch {
	case s.err != nil:
	case s.out != nil:
		s.err = s.out.bytes(s.prefix+name, *v)
	default:
		var b []byte
		if b, s.err = s.in.bytes(s.prefix+name, most); s.err == nil {
			*v = b
		}
	}
}

// exchange saves or restores a section of count numbers, a block of them at a time.
func (s *State) exchange(name string, kind sectionKind, count int, put, take func(at int, b []byte)) {
	switch {
	case s.err != nil:
	case s.out != nil:
		s.err = s.out.numbers(s.prefix+name, kind, count, put)
	default:
		s.err = s.in.numbers(s.prefix+name, kind, count, take)
	}
}
