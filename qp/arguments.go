package qp

import (
	"context"
	"fmt"

	"ridge/mat"
)

func checkContext(ctx context.Context) {
	if ctx == nil {
		panic("qp: the context is nil: want context.Background()")
	}
}

// checkMatrix panics if the fields of a matrix contradict each other.
func checkMatrix[T mat.Float](name string, m mat.Dense[T]) {
	bad := m.Rows < 0 || m.Cols < 0 || m.Stride < m.Cols
	if !bad && m.Rows > 0 && m.Cols > 0 { // by a division, which can't overflow
		bad = len(m.Data) < m.Cols || m.Rows-1 > (len(m.Data)-m.Cols)/m.Stride
	}
	if bad {
		panic(fmt.Sprintf("qp: %s is %d×%d with stride %d on %d elements", name, m.Rows, m.Cols, m.Stride, len(m.Data)))
	}
}

// mustNotOverlap panics if an output shares memory with another argument.
func mustNotOverlap[T mat.Float](nameOut, nameIn string, out, in []T) {
	if mat.Overlap(mat.DenseOf(1, len(out), out), mat.DenseOf(1, len(in), in)) {
		panic("qp: " + nameOut + " and " + nameIn + " overlap")
	}
}

func checkLength(name string, have, want int) {
	if have != want {
		panic(fmt.Sprintf("qp: %s has %d elements, H is %d×%d", name, have, want, want))
	}
}

func checkBoundLength[T mat.Float](name string, b []T, n int) {
	if b != nil {
		checkLength(name, len(b), n)
	}
}
