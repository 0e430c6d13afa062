package array

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Type is how an element of an array is stored.
type Type struct {
	Kind byte // 'b' bool, 'u' unsigned, 'i' signed, 'f' float, 'S' bytes, 'U' UTF-32
	Size int  // bytes
	Big  bool // the most significant byte first
}

// String is for messages: "unsigned 8-bit integers".
func (t Type) String() string {
	bits := 8 * t.Size
	switch t.Kind {
	case 'b':
		return "booleans"
	case 'u':
		return fmt.Sprintf("unsigned %d-bit integers", bits)
	case 'i':
		return fmt.Sprintf("%d-bit integers", bits)
	case 'f':
		return fmt.Sprintf("%d-bit floats", bits)
	default:
		return "strings"
	}
}

// text reports whether elements are strings.
func (t Type) text() bool { return t.Kind == 'S' || t.Kind == 'U' }

// order is the byte order.
func (t Type) order() binary.ByteOrder {
	if t.Big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// decode converts whole elements. bad is the index of one that T can't hold, or -1: an
// infinite float, or what overflows to one. NaN is a missing value.
func decode[T float32 | float64](dst []T, src []byte, t Type) (bad int) {
	switch {
	case t.Size == 1 && t.Kind == 'i':
		for i, b := range src {
			dst[i] = T(int8(b))
		}
		return -1
	case t.Size == 1:
		dst = dst[:len(src)]
		for i, b := range src {
			dst[i] = T(b)
		}
		return -1
	}
	order := t.order()
	for i := range dst {
		v := t.number(src[i*t.Size:(i+1)*t.Size], order)
		dst[i] = T(v)
		if math.IsInf(float64(dst[i]), 0) {
			return i
		}
	}
	return -1
}

// number is the value of an element of two bytes or more.
func (t Type) number(b []byte, order binary.ByteOrder) float64 {
	switch {
	case t.Kind == 'f' && t.Size == 8:
		return math.Float64frombits(order.Uint64(b))
	case t.Kind == 'f' && t.Size == 4:
		return float64(math.Float32frombits(order.Uint32(b)))
	case t.Kind == 'f':
		return half(order.Uint16(b))
	case t.Kind == 'u' && t.Size == 8:
		return float64(order.Uint64(b))
	case t.Size == 8:
		return float64(int64(order.Uint64(b)))
	case t.Kind == 'u' && t.Size == 4:
		return float64(order.Uint32(b))
	case t.Size == 4:
		return float64(int32(order.Uint32(b)))
	case t.Kind == 'u':
		return float64(order.Uint16(b))
	default:
		return float64(int16(order.Uint16(b)))
	}
}

// half is the value of an IEEE 754 number of 16 bits.
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	v := 0.
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 0x1f:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 == 1 {
		v = -v
	}
	return v
}
