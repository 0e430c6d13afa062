package mat

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// roundUp returns the smallest multiple of b that is at least a, for b > 0.
func roundUp(a, b int) int { return ceilDiv(a, b) * b }

func clampInt(v, lo, hi int) int { return max(lo, min(v, hi)) }

// span is the indices from … to−1.
type span struct{ from, to int }
