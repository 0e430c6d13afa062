package mat

// CeilDiv returns a/b, rounded up, for a ≥ 0. It panics if b is not positive.
func CeilDiv(a, b int) int {
	if b < 1 {
		panic("mat: CeilDiv: the divisor is not positive")
	}
	q := a / b
	if q*b < a {
		q++
	}
	return q
}

// roundUp returns the smallest multiple of b that is at least a, for b > 0.
func roundUp(a, b int) int { return CeilDiv(a, b) * b }

func clampInt(v, lo, hi int) int { return max(lo, min(v, hi)) }

// span is the indices from … to−1.
type span struct{ from, to int }
