package mat

import (
	"math"
	"unsafe"

	"ridge/asm"
)

// pieceBytes bounds a piece: its multiplications times the bytes of an element. At 150 GFLOP/s a piece takes 110 µs,
// which is the longest time that another worker may have to wait for it.
const pieceBytes = 1 << 25

// cut chooses the pieces of the current block of C.
func (s *packedProduct[T]) cut(workers int) grid {
	return cut(s.kern, s.rows, s.cols, s.depth, max(1, s.kern.MC*s.kern.KC/(s.kern.MR*s.depth)), s.part, workers)
}

// cut divides rows×cols of C into pieces of at most maxPanels panels of A. It chooses the pieces for which the worker
// with the most work has the least. Work is counted in register tiles, plus half a tile for fetching each panel of B,
// plus a little for each piece. The candidates are so many that their exact choice hardly matters.
func cut[T Float](kern *asm.Kernels[T], rows, cols, depth, maxPanels int, wanted part, workers int) grid {
	var t T
	tall, wide := CeilDiv(rows, kern.MR), CeilDiv(cols, kern.NR)
	maxTiles := max(1, pieceBytes/int(unsafe.Sizeof(t))/(kern.MR*kern.NR*depth))
	const perPanel, perPiece = 0.5, 0.1
	best, least := grid{}, math.Inf(1)
	for h := tall; ; h = CeilDiv(h, 2) {
		for v := wide; ; v = CeilDiv(v, 2) {
			down, across := CeilDiv(tall, h), CeilDiv(wide, v)
			mine := CeilDiv(down*across, workers)
			if wanted != full {
				mine = CeilDiv(down*(across+1), 2*workers)
			}
			high, broad := CeilDiv(tall, down), CeilDiv(wide, across)
			time := float64(mine) * (float64(high*broad) + perPanel*float64(broad) + perPiece)
			fits := high <= maxPanels && high*broad <= maxTiles || high == 1 && broad == 1
			if fits && time < least {
				best, least = grid{mc: high * kern.MR, nc: broad * kern.NR}, time
			}
			if v == 1 {
				break
			}
		}
		if h == 1 {
			break
		}
	}
	best.down, best.across = CeilDiv(rows, best.mc), CeilDiv(cols, best.nc)
	return best
}
