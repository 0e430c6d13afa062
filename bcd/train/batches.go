package train

import "math/rand/v2"

// Batches deals N samples in batches, each sample once in an epoch, in an order that
// is new in every epoch. The zero value has no samples.
type Batches struct {
	order []int
	size  int
	next  int
	rng   *rand.Rand
}

// NewBatches deals samples 0 … n−1 in batches of size, of which the last of an epoch
// may be smaller. The same seed deals the same batches. It panics if size < 1 or n < 0.
func NewBatches(n, size int, seed uint64) *Batches {
	if size < 1 || n < 0 {
		panic("train: NewBatches: want a size of at least 1 and no negative number of samples")
	}
	b := &Batches{order: make([]int, n), size: size, rng: rand.New(rand.NewPCG(seed, 1))}
	for i := range b.order {
		b.order[i] = i
	}
	b.shuffle()
	return b
}

// Next returns the indices of the samples of the next batch, valid until the next
// call. After the last batch of an epoch it returns nil once, and then goes on with
// the first batch of the next epoch.
func (b *Batches) Next() []int {
	if b.next == len(b.order) {
		b.next = 0
		b.shuffle()
		return nil
	}
	from := b.next
	b.next = min(from+b.size, len(b.order))
	return b.order[from:b.next]
}

// PerEpoch is the number of batches in an epoch.
func (b *Batches) PerEpoch() int {
	if b.size == 0 {
		return 0
	}
	return (len(b.order) + b.size - 1) / b.size
}

func (b *Batches) shuffle() {
	b.rng.Shuffle(len(b.order), func(i, j int) { b.order[i], b.order[j] = b.order[j], b.order[i] })
}
