package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Orgqr overwrites a with the first n columns of Q, which are orthonormal. a is m×n, m ≥ n. Q is
// the product of the k = len(tau) ≤ n reflectors that [Geqrf] or [Geqp3] left in tau and below the
// diagonal of a's first k columns. It takes 4mnk − 2(m+n)k² + 4k³/3 operations; for k = n these are
// as many as Geqrf takes.
func Orgqr[T Float](a Dense[T], tau []T, w Workers) {
	a.check("Orgqr", "a")
	orgqrUntil(a, tau, w, nil)
}

// orgqrUntil is Orgqr, but ends early once done is closed, and returns false.
func orgqrUntil[T Float](a Dense[T], tau []T, w Workers, done <-chan struct{}) bool {
	m, n, k := a.Rows, a.Cols, len(tau)
	if m < n || n < k {
		panic(fmt.Sprintf("mat: Orgqr: %d reflectors in a %d×%d matrix", k, m, n))
	}
	if closed(done) {
		return false
	}
	if n == 0 {
		return true
	}
	setIdentity(a.ColView(k, n-k), k)
	if k == 0 {
		return true
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	kern := asm.For[T]()
	nb := reflectorBlock(kern, k)
	width := min(reflectorGroup(m, k, nb), k)
	buf := scratch.Get[T](reflectorsSize(kern, m, width, nb, true))
	defer scratch.Put(buf)
	for j := (k - 1) / width * width; j >= 0; j -= width {
		cols := min(width, k-j)
		r := reflectors[T]{kern: kern, m: m - j, k: cols, nb: nb, keep: true, mem: buf.Data, done: done}
		r.load(a.View(j, j, m-j, cols), tau[j:j+cols], w)
		setIdentity(a.ColView(j, cols), j)
		r.apply(Left, NoTrans, a.View(j, j, m-j, n-j), staircase, w)
		if closed(done) {
			return false
		}
	}
	return true
}
