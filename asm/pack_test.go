package asm

import (
	"math/rand/v2"
	"testing"
)

func TestPackingEqualsItsReference(t *testing.T) {
	testPacking[float32](t)
	testPacking[float64](t)
}

// testPacking packs every depth around the blocks of the transposes. Sources and panels end
// at, or start after, an inaccessible page.
func testPacking[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		kernels := []struct {
			name        string
			pack        func(k int, src []T, ld int, dst []T)
			width       int
			transposing bool
		}{
			{"PackA", kern.PackA, kern.MR, true},
			{"PackATrans", kern.PackATrans, kern.MR, false},
			{"PackB", kern.PackB, kern.NR, false},
			{"PackBTrans", kern.PackBTrans, kern.NR, true},
		}
		const maxK, gap = 35, 5
		r := rand.New(rand.NewPCG(5, 6))
		for _, p := range kernels {
			size := (maxK + gap) * (p.width + gap)
			srcStart, srcEnd := guarded[T](t, size)
			dstStart, dstEnd := guarded[T](t, maxK*p.width)
			random(r, srcStart)
			random(r, srcEnd)
			want := make([]T, maxK*p.width)
			for k := range maxK + 1 {
				ld, n := p.width+gap, 0
				reference := packCopy[T]
				if k > 0 {
					n = (k-1)*ld + p.width
				}
				if p.transposing {
					ld, reference = k+gap, packTrans[T]
					n = (p.width-1)*ld + k
				}
				for _, at := range []struct{ src, dst []T }{
					{srcStart[:n], dstStart[:k*p.width]},
					{srcEnd[size-n:], dstEnd[len(dstEnd)-k*p.width:]},
				} {
					clear(at.dst)
					p.pack(k, at.src, ld, at.dst)
					reference(p.width, k, at.src, ld, want)
					same(t, want[:k*p.width], at.dst, "%s, k=%d", p.name, k)
				}
			}
		}
	})
}

func TestLacpyEqualsItsReference(t *testing.T) {
	testLacpy[float32](t)
	testLacpy[float64](t)
}

// testLacpy copies blocks of every width from and to the edges of inaccessible pages, and checks
// that nothing outside of them is written.
func testLacpy[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		const maxRows = 7
		r := rand.New(rand.NewPCG(13, 14))
		size := maxRows * (kern.NR + 3)
		srcStart, srcEnd := guarded[T](t, size)
		dstStart, dstEnd := guarded[T](t, size)
		random(r, srcStart)
		random(r, srcEnd)
		for m := range maxRows + 1 {
			for n := range kern.NR + 1 {
				for _, ld := range [][2]int{{kern.NR + 3, n}, {n, kern.NR + 3}} {
					lengths := [2]int{}
					for i := range ld {
						if m > 0 {
							lengths[i] = (m-1)*ld[i] + n
						}
					}
					for _, at := range []struct{ src, dst []T }{
						{srcStart[:lengths[0]], dstStart[:lengths[1]]},
						{srcEnd[size-lengths[0]:], dstEnd[size-lengths[1]:]},
					} {
						want := append([]T(nil), random(r, at.dst)...)
						reference[T]{}.Lacpy(m, n, at.src, ld[0], want, ld[1])
						kern.Lacpy(m, n, at.src, ld[0], at.dst, ld[1])
						same(t, want, at.dst, "%d×%d, strides %v", m, n, ld)
					}
				}
			}
		}
	})
}
