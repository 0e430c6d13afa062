package vec

import (
	"ridge/asm"
	"ridge/mat"
)

// ScaledDifference computes dst := c·(a − b). dst may be a or b. Meanwhile it prefetches next, which has the same
// length: the a of the next call, or a itself where the next one follows in memory or there is none.
func ScaledDifference[T mat.Float](dst []T, c T, a, b, next []T) {
	mustFit("ScaledDifference", dst, a, b)
	mustHaveOneLength("ScaledDifference", len(dst), len(next))
	kern := asm.TrainingFor[T]()
	pieces(len(dst), func(i, j int) { kern.ScaledDifference(dst[i:j], c, a[i:j], b[i:j], next[i:j]) })
}

// Blend moves dst by the fraction c towards src: dst := dst + c·(src − dst).
func Blend[T mat.Float](dst, src []T, c T) {
	mustFit("Blend", dst, src)
	kern := asm.TrainingFor[T]()
	pieces(len(dst), func(i, j int) { kern.Blend(dst[i:j], src[i:j], c) })
}

// Widen computes dst := scale·src.
func Widen[T mat.Float](dst []T, src []int16, scale T) {
	mustHaveOneLength("Widen", len(dst), len(src))
	kern := asm.TrainingFor[T]()
	pieces(len(dst), func(i, j int) { kern.Widen(dst[i:j], src[i:j], scale) })
}

// Negligible is how small, relative to what they are added to or to the norm of their matrix, elements are that [Flush]
// is to make 0: they are lost in the rounding of either precision. Those of units that are never active any more fall
// with every batch, and when they are no normal numbers any more, everything takes many times as long with them.
const Negligible = 0x1p-60

// Flush sets elements to 0 whose absolute value is below smallest.
func Flush[T mat.Float](x []T, smallest T) {
	kern := asm.TrainingFor[T]()
	pieces(len(x), func(i, j int) { kern.Flush(x[i:j], smallest) })
}
