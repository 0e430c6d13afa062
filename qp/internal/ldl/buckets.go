package ldl

// Buckets sorts elements by numbers from 0 to n−1 (counting sort): each element is counted, and then, in a second pass,
// gets a place. Elements of the same number are placed in the order of the second pass.
//
// Before elements are placed, bucket k starts at element k+1, and afterwards at element k.
type Buckets []int

// NewBuckets returns n empty buckets, in the memory of old if it suffices.
func NewBuckets(n int, old []int) Buckets {
	b := sized(old, n+2)
	clear(b)
	return b
}

// Count adds an element to bucket k.
func (b Buckets) Count(k int) { b[k+2]++ }

// Begin ends the counting, and returns the number of elements.
func (b Buckets) Begin() int {
	for k := 2; k < len(b); k++ {
		b[k] += b[k-1]
	}
	return b[len(b)-1]
}

// Place returns the place of the next element of bucket k.
func (b Buckets) Place(k int) int {
	at := b[k+1]
	b[k+1]++
	return at
}

// Starts returns where the buckets start, and the number of elements, once all are placed.
func (b Buckets) Starts() []int { return b[:len(b)-1] }

// sized returns a slice of n elements, in the memory of s if that is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
