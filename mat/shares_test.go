package mat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
)

func TestAStepOfAFactorizationHasNoMoreWorkersThanItIsWorth(t *testing.T) {
	t.Cleanup(processors.Pretend(maxHelpers + 1))
	const n, k = 300, 64
	a, c := NewDense[float64](n, k), NewDense[float64](n, n)
	p := product[float64]{m: n, n: n, k: k, tB: Trans, alpha: -1, beta: 1, a: a, b: a, c: c, part: lower}
	require.GreaterOrEqual(t, p.multiplications(), float64(packedSerialWork))
	worth := workersWorth(p.multiplications(), AllWorkers)
	for _, s := range sharesOf(func() { p.runConcurrently(function(func(int) {}), AllWorkers) }) {
		require.Equal(t, int(worth), s.workers)
	}
}

// share is what is handed to goroutines at a time.
type share struct{ workers, indices int }

// sharesOf returns what a call hands to goroutines. It does all of that itself.
func sharesOf(call func()) (shares []share) {
	before := dispatch
	defer func() { dispatch = before }()
	dispatch = func(workers, n int, b body) {
		shares = append(shares, share{workers, n})
		for i := range n {
			b.do(i)
		}
	}
	call()
	return shares
}
