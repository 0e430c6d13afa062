package array

import (
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"

	"ridge/internal/dataset/source"
)

const npyMagic = "\x93NUMPY"

// openNPY reads the header of an array in NumPy's format, versions 1 to 3 (NumPy
// Enhancement Proposal 1, and numpy.lib.format): after the magic string two bytes of
// version, the length of the header, little-endian in two bytes (version 1) or four, and the
// header, a literal of Python.
func openNPY(r *source.Reader) (*stream, error) {
	s := &stream{r: r}
	fixed := make([]byte, len(npyMagic)+2)
	if err := s.fill(fixed); err != nil {
		return nil, err
	}
	if string(fixed[:len(npyMagic)]) != npyMagic {
		return nil, s.bad("is no array of NumPy")
	}
	var length int
	switch version := fixed[len(npyMagic)]; version {
	case 1:
		var b [2]byte
		if err := s.fill(b[:]); err != nil {
			return nil, err
		}
		length = int(binary.LittleEndian.Uint16(b[:]))
	case 2, 3:
		var b [4]byte
		if err := s.fill(b[:]); err != nil {
			return nil, err
		}
		const most = 1 << 20 // it describes one type and a few numbers
		if n := binary.LittleEndian.Uint32(b[:]); n <= most {
			length = int(n)
		} else {
			return nil, s.bad("its header has %d bytes: want at most %d", n, most)
		}
	default:
		return nil, s.bad("is an array of NumPy in version %d of the format: want 1 to 3", version)
	}
	text := make([]byte, length)
	if err := s.fill(text); err != nil {
		return nil, err
	}
	return s, s.parse(string(text))
}

// fill reads a part of the header.
func (s *stream) fill(b []byte) error {
	_, err := io.ReadFull(s.r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return s.bad("ends inside the header")
	}
	return err
}

// The header is {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, in this order
// since the first version.
var (
	npyDescr   = regexp.MustCompile(`'descr'\s*:\s*['"]([^'"]*)['"]`)
	npyFortran = regexp.MustCompile(`'fortran_order'\s*:\s*(True|False)`)
	npyShape   = regexp.MustCompile(`'shape'\s*:\s*\(([0-9,\sL]*)\)`)
)

// parse reads the header's text.
func (s *stream) parse(text string) error {
	descr, fortran := npyDescr.FindStringSubmatch(text), npyFortran.FindStringSubmatch(text)
	shape := npyShape.FindStringSubmatch(text)
	if fortran == nil || shape == nil || descr == nil && !strings.Contains(text, "'descr'") {
		return s.bad("its header says neither type nor shape: %.100q", text)
	}
	if descr == nil {
		return s.bad("its elements are records of several values: store a plain array of numbers")
	}
	t, ok := npyType(descr[1])
	if !ok {
		return s.bad("its elements are of the type %q: want booleans, integers or floats, or strings for labels",
			descr[1])
	}
	s.Type, s.fortran = t, fortran[1] == "True"
	for _, n := range strings.Split(shape[1], ",") {
		n = strings.TrimSuffix(strings.TrimSpace(n), "L")
		if n == "" {
			continue
		}
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return s.bad("its header says a dimension of %s", n)
		}
		s.shape = append(s.shape, v)
	}
	if n := len(s.shape); n == 0 || n > maxDims {
		return s.bad("is an array of %d dimensions: want 1 to %d", n, maxDims)
	}
	return nil
}

// npyType reads a type string of NumPy's: byte order, kind, bytes.
func npyType(descr string) (t Type, ok bool) {
	if len(descr) < 3 || !strings.Contains("<>|=", descr[:1]) {
		return t, false
	}
	n, err := strconv.Atoi(descr[2:])
	if err != nil {
		return t, false
	}
	t = Type{Kind: descr[1], Size: n, Big: descr[0] == '>'}
	switch t.Kind {
	case 'b':
		return t, n == 1
	case 'u', 'i':
		return t, n == 1 || n == 2 || n == 4 || n == 8
	case 'f':
		return t, n == 2 || n == 4 || n == 8
	case 'S':
		return t, n > 0 && n <= 1<<10
	case 'U':
		t.Size *= 4
		return t, n > 0 && n <= 1<<10
	default:
		return t, false
	}
}
