package gradient

import "ridge/mat"

// team shares the work on some things among workers: the large ones are all workers', one after the other, and then the
// small ones one worker's each. What is done to a thing must not depend on the number of workers, nor on other things.
type team[B any] struct {
	workers      mat.Workers
	large, small []B
	work         func(b B, w mat.Workers)
	alone        func(i int) // made once, or a batch would allocate
}

// newTeam returns one that works on all of them. A single small one counts as large: some of its work may be shared.
func newTeam[B any](things []B, isSmall func(B) bool, w mat.Workers, work func(B, mat.Workers)) *team[B] {
	t := &team[B]{workers: w, work: work}
	for _, b := range things {
		if isSmall(b) {
			t.small = append(t.small, b)
		} else {
			t.large = append(t.large, b)
		}
	}
	if len(t.small) == 1 {
		t.large, t.small = things, nil
	}
	t.alone = func(i int) { t.work(t.small[i], 1) }
	return t
}

func (t *team[B]) do() {
	for _, b := range t.large {
		t.work(b, t.workers)
	}
	mat.Parallel(t.workers, len(t.small), t.alone)
}

// hardlyShared reports whether products of so many multiplications gain little from more workers: package mat then
// leaves most of those with packed operands to one worker (packedSerialWork there).
func hardlyShared(multiplications float64) bool { return multiplications < 1<<22 }
