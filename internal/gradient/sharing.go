package gradient

import "ridge/mat"

// soonDone is the number of multiplications up to which package mat leaves a product on one worker. So matrices whose
// products are that small keep more workers busy if each has a worker of its own.
const soonDone = 1 << 22

// sharing divides steps that don't depend on each other among workers: small ones go side by side, a worker each, and
// then the others, with all workers each. What a step computes must not depend on its workers.
type sharing struct {
	step         func(i int, w mat.Workers)
	alone        func(k int) // step small[k]
	small, large []int
}

// newSharing returns that of the steps whose largest products take so many multiplications.
func newSharing(multiplications []float64, step func(i int, w mat.Workers)) *sharing {
	s := &sharing{step: step}
	s.alone = func(k int) { step(s.small[k], 1) }
	for i, m := range multiplications {
		if m < soonDone {
			s.small = append(s.small, i)
		} else {
			s.large = append(s.large, i)
		}
	}
	if len(s.small) == 1 { // it shares what can be shared
		s.small, s.large = nil, upTo(len(multiplications))
	}
	return s
}

func (s *sharing) do(w mat.Workers) {
	mat.Parallel(w, len(s.small), s.alone)
	for _, i := range s.large {
		s.step(i, w)
	}
}

// upTo returns 0 … n−1.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// products is how many multiplications the product of an m×k and a k×n matrix takes.
func products(m, k, n int) float64 { return float64(m) * float64(k) * float64(n) }
