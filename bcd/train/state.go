package train

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/mat"
)

// State carries the state of a training to a file, or back from it. A struct that changes from batch
// to batch has one method for this, which exchanges each of its changing fields with the file, by
// name and in a fixed order:
//
//	func (a *average[T]) state(s *train.State) {
//		s.Int("count", &a.count)
//		train.Weights(s, "net", a.net)
//	}
//
// The same method saves and restores, so that neither can forget a field that the other one has. The
// structs that are restored have been made anew by the same recipe, for the same samples: lengths
// and shapes are there already, and a file with others is refused before any memory is taken.
// Buffers, options, and values that are computed from the samples at the start are not part of the
// state.
//
// The first error stays, and all later calls do nothing: [WriteState] and [ReadState] return
// it in the end.
type State struct {
	out    *sectionWriter // nil: restoring
	in     *sectionReader // nil: saving
	prefix string
	err    error
}

// StateError says that a saved state is damaged, or belongs to another training.
type StateError struct {
	Reason string
	// OtherVersion says that it begins like a state of another version of this package, which may be able to read it.
	OtherVersion bool
}

func (e *StateError) Error() string { return e.Reason }

// WriteState saves a state. about, at most a megabyte, describes the training for
// [CheckState]; fields exchanges the rest.
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

// ReadState restores what [WriteState] has saved, with the same fields. After an error, which is a *[StateError] unless
// reading fails, the fields must not be used.
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

// Restoring reports whether fields are being restored, so that values that depend on them must be
// computed.
func (s *State) Restoring() bool { return s.in != nil && s.err == nil }

// Fail makes saving or restoring fail, for a field with an impossible value.
func (s *State) Fail(format string, args ...any) {
	if s.err == nil {
		s.err = &StateError{Reason: "the state of the training is not a possible one: " + fmt.Sprintf(format, args...)}
	}
}

// In exchanges the fields of another struct, under a common prefix.
func (s *State) In(name string, fields func(*State)) {
	outer := s.prefix
	s.prefix += name + "."
	fields(s)
	s.prefix = outer
}

// Int exchanges an integer.
func (s *State) Int(name string, v *int) {
	list := []int{*v}
	s.Ints(name, list)
	*v = list[0]
}

// Count exchanges an integer from 0 to most.
func (s *State) Count(name string, v *int, most int) {
	n := *v
	s.Int(name, &n)
	if s.err == nil && (n < 0 || n > most) {
		s.Fail("%s%s is %d, not from 0 to %d", s.prefix, name, n, most)
		return
	}
	*v = n
}

// Bool exchanges a bool.
func (s *State) Bool(name string, v *bool) {
	n := 0
	if *v {
		n = 1
	}
	s.Count(name, &n, 1)
	*v = n == 1
}

// Float exchanges a float64.
func (s *State) Float(name string, v *float64) {
	list := []float64{*v}
	Elements(s, name, list)
	*v = list[0]
}

// Ints exchanges the len(v) integers of v.
func (s *State) Ints(name string, v []int) {
	s.exchange(name, kindInt, len(v), func(at int, b []byte) { putInts(b, v[at:]) },
		func(at int, b []byte) { takeInts(v[at:], b) })
}

// Elements exchanges the len(v) elements of v.
func Elements[T mat.Float](s *State, name string, v []T) {
	switch v := any(v).(type) {
	case []float32:
		s.exchange(name, kindFloat32, len(v), func(at int, b []byte) { putFloat32(b, v[at:]) },
			func(at int, b []byte) { takeFloat32(v[at:], b) })
	case []float64:
		s.exchange(name, kindFloat64, len(v), func(at int, b []byte) { putFloat64(b, v[at:]) },
			func(at int, b []byte) { takeFloat64(v[at:], b) })
	}
}

// Matrix exchanges a matrix. The memory between the rows of a view is left alone.
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

// Weights exchanges all weights of a network, which has the same shape in all states of the
// training. Restored weights that are not finite make the state an impossible one.
func Weights[T mat.Float](s *State, name string, net *nn.Network[T]) {
	s.In(name, func(s *State) {
		for n := 1; n <= len(net.Layers)+1; n++ {
			layer, w := fmt.Sprintf("layer %d", n), net.Weights(n)
			Matrix(s, layer, w)
			for i := 0; s.Restoring() && i < w.Rows; i++ {
				if j := rows.NonFinite(w.Row(i)); j >= 0 {
					s.Fail("%s%s: weight (%d, %d) is %v", s.prefix, layer, i, j, w.At(i, j))
				}
			}
		}
	})
}

// measureLimit bounds how many numbers an epoch can have; there are never so many layers or measures.
const measureLimit = 1 << 17

// Floats exchanges a list of at most most numbers, nil if there are none.
func (s *State) Floats(name string, v *[]float64, most int) {
	n := len(*v)
	s.Count(name+" count", &n, most)
	if s.Restoring() {
		*v = nil
		if n > 0 {
			*v = make([]float64, n)
		}
	}
	Elements(s, name, *v)
}

// Values exchanges the measurements of a method, numbers by their names.
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
		if s.in != nil && s.err == nil && i > 0 && keys[i] <= keys[i-1] {
			s.Fail("%s%s: the names are not in order", s.prefix, name)
			return
		}
		value := (*v)[keys[i]]
		s.Float(name, &value)
		if s.in != nil {
			(*v)[keys[i]] = value
		}
	}
}

// Text exchanges a text of at most a kilobyte. A longer one is not saved.
func (s *State) Text(name string, v *string) {
	b := []byte(*v)
	s.Bytes(name, &b, 1<<10)
	*v = string(b)
}

// Bytes exchanges at most most bytes. More are not saved, as they would not be read.
func (s *State) Bytes(name string, v *[]byte, most int) {
	switch {
	case s.err != nil:
	case s.out != nil && len(*v) > most:
		s.Fail("%s%s has %d bytes, more than %d", s.prefix, name, len(*v), most)
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
