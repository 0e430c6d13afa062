package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
)

// pacedTraining lets a pace choose the team of some batches, of which each takes as long as seconds says, and now and
// then longer. It returns the seconds of all of them, and the size of the last team.
func pacedTraining(t *testing.T, p *pace, batches, most int, seconds func(size int) float64) (sum float64, size int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var now time.Time
	p.clock = func() time.Time { return now }
	for b := range batches {
		work := 1e7 * (1 + rng.Float64()) // fewer or more active samples
		size = p.next(work, most)
		require.True(t, 1 <= size && size <= most)
		took := seconds(size) * work / 1e7 * (1 + 0.1*rng.Float64())
		if b%32 == 0 {
			took *= 3 // what is not due for every batch
		}
		now = now.Add(time.Duration(took * 1e9))
		sum += took
		p.done()
	}
	return sum, size
}

func TestTheTeamIsTheFastest(t *testing.T) {
	shared := func(barriers float64) func(size int) float64 {
		return func(size int) float64 { return 1e-3/float64(size) + barriers*float64(size) }
	}
	for name, c := range map[string]struct {
		most, want int
		seconds    func(size int) float64
	}{
		"one alone":                    {1, 1, func(int) float64 { return 1e-4 }},
		"two share a cache":            {2, 2, shared(0)},
		"two don't":                    {2, 1, func(size int) float64 { return 1e-4 * (0.7 + 0.3*float64(size)) }},
		"sixteen gain":                 {16, 16, shared(1e-6)},
		"sixteen gain as much as four": {16, 4, shared(6e-5)},
		"thirteen":                     {13, 3, shared(1e-4)},
		"other processes have all processors but one": {128, 1, func(size int) float64 { return 1e-4 * float64(size) }},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPace()
			_, size := pacedTraining(t, &p, 1000, c.most, c.seconds)
			assert.Equal(t, c.want, size)
			sum, size := pacedTraining(t, &p, 5000, c.most, c.seconds)
			assert.Equal(t, c.want, size)
			fixed := newPace()
			fixed.left = math.MaxInt
			least, _ := pacedTraining(t, &fixed, 5000, c.want, func(int) float64 { return c.seconds(c.want) })
			assert.Less(t, sum, 1.01*least, "trials are short and rare")
		})
	}
}

// A team that was made smaller, as others needed the processors, is made larger again, and smaller where the work is.
func TestTheTeamFollowsWhatChanges(t *testing.T) {
	p := newPace()
	busy := func(size int) float64 { return 1e-4 * float64(size) }
	idle := func(size int) float64 { return 1e-3 / float64(size) }
	_, size := pacedTraining(t, &p, 1000, 8, busy)
	assert.Equal(t, 1, size)
	_, size = pacedTraining(t, &p, 5000, 8, idle)
	assert.Equal(t, 8, size)
	_, size = pacedTraining(t, &p, 2000, 4, idle)
	assert.Equal(t, 4, size)
	_, size = pacedTraining(t, &p, 10000, 4, busy)
	assert.Equal(t, 1, size)
	_, size = pacedTraining(t, &p, 1, 1, idle)
	assert.Equal(t, 1, size)
}

// A pace makes the team smaller or larger between any two batches.
func TestATeamThatChangesChangesNoBits(t *testing.T) {
	defer processors.Pretend(7)()
	spec := nn.Spec{Inputs: 6, Hidden: []int{40, 70, 5}, Outputs: 3}
	trained := func(most int) *nn.Network[float32] {
		rng := rand.New(rand.NewPCG(3, 4))
		o := testBatchOptions(100, len(spec.Hidden))
		o.Batch, o.Epochs = 17, 3
		var m *minibatch[float32]
		task := train.Task[float32]{Net: testNetwork[float32](t, spec, hinge, 1), Workers: 1,
			Train: traintest.Clusters[float32](100, 6, 3, 1),
			Pause: func(context.Context) error {
				m.graph.all = team{2, 1 + rng.IntN(most)}
				return nil
			}}
		m, err := newMinibatch(t.Context(), task, o)
		require.NoError(t, err)
		m.graph.few = 0
		for range o.Epochs {
			_, err := m.Epoch(t.Context())
			require.NoError(t, err)
		}
		return m.Network()
	}
	want, got := trained(1), trained(7)
	for n := 1; n <= len(spec.Hidden)+1; n++ {
		require.Equal(t, want.Weights(n).Data, got.Weights(n).Data)
	}
}
