package train

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Batches deals N samples in batches, each sample once in an epoch, in a new order in every epoch. The zero value has
// no samples.
type Batches struct {
	order []int
	count int // of batches in an epoch
	size  int // of a batch; 0: all have nearly the same size
	dealt int // batches of the epoch so far
	from  *rand.PCG
	rng   *rand.Rand // of from
}

// NewBatches deals samples 0 … n−1 in batches of size, of which the last of an epoch
// may be smaller. The same seed deals the same batches. It panics if size < 1 or n < 0.
func NewBatches(n, size int, seed uint64) *Batches {
	if size < 1 || n < 0 {
		panic("train: NewBatches: want a size of at least 1 and no negative number of samples")
	}
	size = min(size, max(1, n)) // no sum below overflows
	return newBatches(&Batches{size: size, count: (n + size - 1) / size}, n, seed)
}

// dealEvenly deals samples 0 … n−1 in count batches, whose sizes differ by 1 at most; there are empty
// ones if there are fewer samples. It is for processes that share the samples of a training, all
// of which must have the same number of batches. It panics if count < 1 or n < 0.
func dealEvenly(n, count int, seed uint64) *Batches {
	if count < 1 || n < 0 {
		panic("train: Deal: want at least 1 batch and no negative number of samples")
	}
	return newBatches(&Batches{count: count}, n, seed)
}

// Deal deals the samples of a process in batches of size, counted over all processes: as [NewBatches] does for one
// process. Several have as many batches each, of nearly the same size. Batches of fewer samples than there are
// processes become as large as that: more batches than any process has samples would be empty for all of them at once.
// It returns the number of samples of all processes, too.
func Deal(n, size int, seed uint64, add *Adder) (b *Batches, all float64) {
	all = add.Number(float64(n))
	if add.Alone() {
		return NewBatches(n, size, seed), all
	}
	least := max(size, add.sum.Processes()) // by the mean number of samples, which some process has
	return dealEvenly(n, max(1, int(math.Ceil(all/float64(least)))), seed), all
}

func newBatches(b *Batches, n int, seed uint64) *Batches {
	const most = min(math.MaxInt, 1<<(28+16*(^uint(0)>>63))) // samples that can be addressed
	if n > most {
		panic(fmt.Sprintf("train: batches of %d samples", n))
	}
	b.order, b.from = make([]int, n), rand.NewPCG(seed, 1)
	b.rng = rand.New(b.from)
	for i := range b.order {
		b.order[i] = i
	}
	b.shuffle()
	return b
}

// Size is the largest number of samples in a batch.
func (b *Batches) Size() int {
	if b.size > 0 || b.count == 0 {
		return min(b.size, len(b.order))
	}
	return (len(b.order) + b.count - 1) / b.count
}

// Next returns the indices of the samples of the next batch, valid until the next
// call. After the last batch of an epoch it returns nil once, and then goes on with
// the first batch of the next epoch.
func (b *Batches) Next() []int {
	if b.dealt == b.count {
		b.dealt = 0
		if b.rng != nil { // the zero value has none
			b.shuffle()
		}
		return nil
	}
	from, to := b.dealt*b.size, min((b.dealt+1)*b.size, len(b.order))
	if b.size == 0 {
		from, to = b.dealtIn(b.dealt), b.dealtIn(b.dealt+1)
	}
	b.dealt++
	return b.order[from:to:to]
}

// dealtIn is how many samples are dealt in the first batches of an epoch, if all have nearly the same size.
func (b *Batches) dealtIn(batches int) int {
	return int(int64(batches) * int64(len(b.order)) / int64(b.count)) // the product may need more than 32 bits
}

// AtStart reports whether no batch of the epoch has been dealt yet.
func (b *Batches) AtStart() bool { return b.dealt == 0 }

// State exchanges what determines the next batches.
func (b *Batches) State(s *State) {
	if b.from == nil {
		panic("train: Batches that NewBatches or Deal has not made have no State")
	}
	s.Count("dealt", &b.dealt, b.count)
	s.Ints("order", b.order)
	source, err := b.from.MarshalBinary()
	if err != nil {
		s.Fail("%v", err)
	}
	s.Bytes("random", &source, len(source))
	if !s.Restoring() {
		return
	}
	if err := b.from.UnmarshalBinary(source); err != nil {
		s.Fail("%v", err)
	}
	seen := make([]bool, len(b.order))
	for _, i := range b.order {
		if i < 0 || i >= len(seen) || seen[i] {
			s.Fail("the order of the samples has %d twice, or out of range", i)
			return
		}
		seen[i] = true
	}
}

// PerEpoch is the number of batches in an epoch.
func (b *Batches) PerEpoch() int { return b.count }

// Total is the number of batches in some epochs, or the largest int if there are more.
func (b *Batches) Total(epochs int) int {
	if b.count > 0 && epochs > math.MaxInt/b.count {
		return math.MaxInt
	}
	return epochs * b.count
}

func (b *Batches) shuffle() {
	b.rng.Shuffle(len(b.order), func(i, j int) { b.order[i], b.order[j] = b.order[j], b.order[i] })
}
