package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
)

// Float is the element type: float32 or float64.
type Float interface{ asm.Float }

// Transpose says whether an operand is used as it is or transposed. The zero value is
// [NoTrans]. Functions panic if it is neither of the two values.
type Transpose uint8

// The two values of [Transpose].
const (
	NoTrans Transpose = iota
	Trans
)

// Uplo says which triangle of a symmetric or triangular matrix is stored. The other
// triangle is not written, and no result depends on it; only [Trmm] reads some of it. The
// zero value is [Lower]. Functions panic if it is neither of the two values.
type Uplo uint8

// The two values of [Uplo].
const (
	Lower Uplo = iota
	Upper
)

// Side says on which side of the other matrix a triangular or symmetric A stands: A·X is [Left], X·A
// is [Right]. The zero value is [Left]. Functions panic if it is neither of the two
// values.
type Side uint8

// The two values of [Side].
const (
	Left Side = iota
	Right
)

// Diag says whether the diagonal of a triangular matrix is stored ([NonUnit]), or is taken to be
// all ones and not read ([Unit]). The zero value is [NonUnit]. Functions panic if it is neither of
// the two values.
type Diag uint8

// The two values of [Diag].
const (
	NonUnit Diag = iota
	Unit
)

// String returns the name of the constant.
func (t Transpose) String() string { return enumString("Transpose", uint8(t), "NoTrans", "Trans") }

// String returns the name of the constant.
func (u Uplo) String() string { return enumString("Uplo", uint8(u), "Lower", "Upper") }

// String returns the name of the constant.
func (s Side) String() string { return enumString("Side", uint8(s), "Left", "Right") }

// String returns the name of the constant.
func (d Diag) String() string { return enumString("Diag", uint8(d), "NonUnit", "Unit") }

func enumString(enum string, value uint8, names ...string) string {
	if int(value) < len(names) {
		return names[value]
	}
	return fmt.Sprintf("%s(%d)", enum, value)
}

// check panics unless t is one of the constants. The check methods of the other types do the same;
// all are inlined.
func (t Transpose) check(op string) {
	if t > Trans {
		panicEnum(op, t, NoTrans, Trans)
	}
}

func (u Uplo) check(op string) {
	if u > Upper {
		panicEnum(op, u, Lower, Upper)
	}
}

func (s Side) check(op string) {
	if s > Right {
		panicEnum(op, s, Left, Right)
	}
}

func (d Diag) check(op string) {
	if d > Unit {
		panicEnum(op, d, NonUnit, Unit)
	}
}

//go:noinline
func panicEnum(op string, got, first, second fmt.Stringer) {
	panic(fmt.Sprintf("mat: %s: %s is neither %s nor %s", op, got, first, second))
}

// opposite is the other value.
func (t Transpose) opposite() Transpose { return t ^ Trans }

// IsFloat32 reports whether T is float32.
func IsFloat32[T Float]() bool {
	var v T
	return unsafe.Sizeof(v) == 4
}

// IsFinite reports whether x is neither NaN nor an infinity.
func IsFinite[T Float](x T) bool { return x-x == 0 }

// SmallestNormal is the smallest positive number of T with all of its digits, 2⁻¹²⁶ or 2⁻¹⁰²². Its reciprocal does not
// overflow. Arithmetic with smaller ones takes many times as long.
func SmallestNormal[T Float]() T {
	smallest := 0x1p-1022
	if IsFloat32[T]() {
		smallest = 0x1p-126
	}
	return T(smallest)
}

// Bits is the number of bits of T: 32 or 64.
func Bits[T Float]() int {
	if IsFloat32[T]() {
		return 32
	}
	return 64
}
