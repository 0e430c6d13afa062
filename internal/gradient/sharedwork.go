package gradient

import "ridge/mat"

// sharedWork is work on some things that workers share: the large ones are all workers', one after the other, and then
// the small ones one worker's each. What is done to a thing must not depend on the number of workers, nor on other
// things.
type sharedWork[B any] struct {
	workers      mat.Workers
	large, small []B
	each         func(b B, w mat.Workers)
	alone        func(i int) // made once, or a batch would allocate
}

// newSharedWork returns the work on all of them, each being that on one thing. A single small one counts as large: some
// of its work may be shared.
func newSharedWork[B any](things []B, isSmall func(B) bool, w mat.Workers,
	each func(B, mat.Workers)) *sharedWork[B] {
	s := &sharedWork[B]{workers: w, each: each}
	for _, b := range things {
		if isSmall(b) {
			s.small = append(s.small, b)
		} else {
			s.large = append(s.large, b)
		}
	}
	if len(s.small) == 1 {
		s.large, s.small = things, nil
	}
	s.alone = func(i int) { s.each(s.small[i], 1) }
	return s
}

func (s *sharedWork[B]) do() {
	for _, b := range s.large {
		s.each(b, s.workers)
	}
	mat.Parallel(s.workers, len(s.small), s.alone)
}

// hardlyShared reports whether products of the given number of multiplications gain little from more workers: package
// mat then leaves most of those with packed operands to one worker (packedSerialWork there).
func hardlyShared(multiplications float64) bool { return multiplications < 1<<22 }
