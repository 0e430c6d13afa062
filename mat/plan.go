package mat

import (
	"unsafe"

	"ridge/asm"
)

// productPlan says which operands of a product are packed, and how large its blocks are.
type productPlan struct {
	packA, packB bool
	byRows       bool // B is packed row by row, rather than panel by panel
	kc           int  // terms of the sum in a slab
	mc           int  // rows in a block, where A is not packed
}

// plan makes the plan of a product. Packing pays for itself where a panel is reused often: a panel of A for many panels
// of columns, a panel of B for many panels of rows. The kernel reads A in place in either order, B only along its rows.
// Both are packed if the operands are not stored as they are multiplied, or only a part of C is computed.
func (p *product[T]) plan(kern *asm.Kernels[T]) productPlan {
	if p.form != ordinary || p.part != full {
		return p.planOfPacked(kern)
	}
	switch work := p.multiplications(); {
	case work <= inPlaceWork:
		return productPlan{packB: p.tB == Trans, kc: kern.KC, mc: kern.MC}
	case p.tB == NoTrans && work <= inPlaceRowsWork:
		return productPlan{kc: slabLength(p.k, kern.KC), mc: kern.MC}
	case p.tB == NoTrans && p.m <= inPlacePanels*kern.MR:
		return p.planOfFewRows(kern)
	case p.n <= inPlacePanels*kern.NR:
		return p.planOfFewColumns(kern)
	case p.staysInCache(kern):
		return productPlan{packB: p.tB == Trans, kc: slabLength(p.k, kern.KC), mc: kern.MC}
	}
	return p.planOfPacked(kern)
}

// planOfPacked is for a product whose operands are both packed.
func (p *product[T]) planOfPacked(kern *asm.Kernels[T]) productPlan {
	return productPlan{packA: true, packB: true, kc: slabLength(p.k/p.halves(), kern.KC), mc: kern.MC}
}

// planOfFewRows is for a skinny product with a large B, which is not transposed. It is read once, and should be read in
// the order of memory; otherwise each cache line comes from another page. It is read a few rows at a time, or, if it
// does not fit the cache, packed by as many whole rows as L2 holds.
func (p *product[T]) planOfFewRows(kern *asm.Kernels[T]) productPlan {
	if p.k*p.n < inMemory || p.n <= kern.NR { // a single panel is in order as it is
		return productPlan{kc: skinnyRows, mc: kern.MC}
	}
	rows := skinnySlab / int(unsafe.Sizeof(p.alpha)) / min(p.n, skinnyWidth)
	return productPlan{packB: true, byRows: true, kc: clampInt(rows/slabUnit*slabUnit, slabUnit, kern.KC), mc: kern.MC}
}

// planOfFewColumns is for a skinny product with a large A, which is read in place, for the same reason a block of whole
// rows at a time.
func (p *product[T]) planOfFewColumns(kern *asm.Kernels[T]) productPlan {
	if p.tA == Trans {
		return productPlan{packB: true, kc: kern.KC, mc: kern.MC}
	}
	kc := min(p.k, skinnyDepth)
	return productPlan{packB: true, kc: kc, mc: roundUp(skinnyBlock/kc, kern.MR)}
}

// staysInCache reports whether both operands fit in three quarters of L2 (MC·KC elements are half of it) and A can be
// read along its rows. Then multiplying them in place is as fast as if they were packed.
func (p *product[T]) staysInCache(kern *asm.Kernels[T]) bool {
	return p.tA == NoTrans && p.k <= kern.MC*kern.KC*3/2/(p.m+p.n)
}

// slabLength returns the length of the slabs into which a sum of k terms is divided. KC is not a sharp limit, and a
// slab of a few terms needs the same pass over C as a long one. So slabs may be up to a quarter longer than KC if that
// saves one.
func slabLength(k, kc int) int {
	slabs := CeilDiv(k, kc+kc/4)
	return roundUp(CeilDiv(k, slabs), slabUnit)
}

// slabUnit divides the length of every slab but the last, so that slabs consist of whole cache lines of a row of A.
const slabUnit = 16

// Packing costs more than it gains up to inPlaceWork multiplications, those of square matrices of inPlaceOrder rows,
// and for operands that are used by at most inPlacePanels panels of the other one.
const (
	inPlaceOrder  = 64
	inPlaceWork   = inPlaceOrder * inPlaceOrder * inPlaceOrder
	inPlacePanels = 2
)

// Up to inPlaceRowsWork multiplications, a B that is read along its rows stays in place, too. That is as fast for one
// worker, and two need no barrier and fetch nothing that the other has packed.
const inPlaceRowsWork = 1 << 22

// Up to packedSerialWork multiplications, a product of packed operands stays on one worker. With two, half of what each
// reads was packed by the other, and comes from the other's cache.
const packedSerialWork = 1 << 22

const (
	skinnyDepth = 2048    // the longest rows of A read whole
	skinnyBlock = 1 << 14 // roughly how many elements of A stay in L2 with all other data
	skinnySlab  = 1 << 19 // bytes of B packed by whole rows at a time, which L2 holds,
	skinnyWidth = 1 << 11 // unless they are longer than this
	skinnyRows  = 16      // rows of B read at a time: the direct kernel prefetches the next ones
	inMemory    = 1 << 22 // elements of a B that is far too large for L2
)

// narrow reports whether a product has few columns and an A that is read along its rows only if C is computed
// transposed, Cᵀ = op(B)ᵀ·op(A)ᵀ.
func (p *product[T]) narrow(kern *asm.Kernels[T]) bool {
	return p.part == full && p.form == ordinary && p.tA == Trans && p.n <= inPlacePanels*kern.MR && p.m > 2*p.n &&
		p.k*p.m > skinnyBlock
}
