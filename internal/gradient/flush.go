package gradient

import (
	"ridge/bcd/vec"
	"ridge/mat"
)

// flushIsDue reports whether histories are flushed after batch t.
func flushIsDue(t int) bool {
	const every = 64
	return t%every == every-1
}

// flush makes elements of a history 0 that are no normal numbers any more. Those of weights that have no gradients any
// more fall with every batch, and near the least number rounding holds them for ever, while arithmetic on subnormal
// numbers takes many times as long.
func flush[T mat.Float](history []T) { vec.Flush(history, mat.SmallestNormal[T]()) }
