package gradient

import (
	"ridge/bcd/train"
	"ridge/mat"
)

// solver describes what distinguishes a method from the others. Each is in the file of its
// rule.
type solver struct {
	name, title  string
	defaults     Options
	own          []optionName        // options that not all methods have
	proportional bool                // steps are proportional to gradients
	takes        footprint           // of memory
	trains       func(loss any) bool // nil: for every loss
	single       func(*trainer[float32]) rule[float32]
	double       func(*trainer[float64]) rule[float64]
}

// String returns the name of the method.
func (s *solver) String() string { return s.name }

// rule turns gradients into updates of the weights. It may keep state from batch to batch.
type rule[T mat.Float] interface {
	// observe looks at batch t, counted from 0, after the backward pass. It may add up its results
	// over the processes of the training.
	observe(t int)
	// apply updates the weights by the gradients of batch t at a learning rate.
	apply(t int, rate float64)
	// state exchanges everything that apply and observe read and that does not follow from the
	// weights, the options and t.
	state(s *train.State)
}

// ruleOf makes the rule of a solver for a trainer.
func ruleOf[T mat.Float](s *solver, t *trainer[T]) rule[T] {
	var r any
	switch t := any(t).(type) {
	case *trainer[float32]:
		r = s.single(t)
	case *trainer[float64]:
		r = s.double(t)
	}
	return r.(rule[T])
}

// unobservant is the observe of a rule that needs nothing but gradients.
type unobservant struct{}

func (unobservant) observe(int) {}
