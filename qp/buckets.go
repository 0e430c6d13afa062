package qp

// buckets sorts elements by numbers from 0 to n−1 (counting sort): each element is counted, and then, in a second pass,
// gets a place. Elements of the same number are placed in the order of the second pass.
//
// Before elements are placed, bucket k starts at buckets[k+1], and afterwards at buckets[k].
type buckets []int

// newBuckets returns n empty buckets, in the memory of old if it suffices.
func newBuckets(n int, old []int) buckets {
	b := sized(old, n+2)
	clear(b)
	return b
}

// count adds an element to bucket k.
func (b buckets) count(k int) { b[k+2]++ }

// begin ends the counting, and returns the number of elements.
func (b buckets) begin() int {
	for k := 2; k < len(b); k++ {
		b[k] += b[k-1]
	}
	return b[len(b)-1]
}

// place returns the place of the next element of bucket k.
func (b buckets) place(k int) int {
	at := b[k+1]
	b[k+1]++
	return at
}

// starts returns where the buckets start, and the number of elements, once all are placed.
func (b buckets) starts() []int { return b[:len(b)-1] }
