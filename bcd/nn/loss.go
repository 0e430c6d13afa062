package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"ridge/internal/words"
	"ridge/mat"
)

// Loss measures how far the outputs of a sample are from its targets. A loss has no state: methods may be called by
// several goroutines at once. o, y and d have an element for each output.
//
// A loss is a type in a file of its own, and a line in the registry, where files and the command line find it by name.
type Loss[T mat.Float] interface {
	// Name is what files and the command line call it, such as "hinge".
	Name() string
	// Title is what reports call it, such as "squared hinge loss".
	Title() string
	// Targets writes the targets of a sample of class label to y.
	Targets(y []T, label int)
	// Value returns ℓ(o, y), which is at least 0, and NaN if an output is NaN.
	Value(o, y []T) float64
	// Slope writes scale·∂ℓ/∂o to d, which may be o.
	Slope(d, o, y []T, scale float64)
}

// BoxLoss is a [Loss] that is half the squared distance of the outputs to a box, in which the
// sample is satisfied: with t_k = o_k − y_k clipped to [lower_k, upper_k],
//
//	ℓ(o, y) = min ½Σ_k (o_k − y_k − t_k)²  over  lower_k ≤ t_k ≤ upper_k.
//
// That is what block coordinate descent needs: a quadratic of curvature 1 lies above the loss at
// every output, and with the slack t as a variable the loss is a bounded quadratic program.
type BoxLoss[T mat.Float] interface {
	Loss[T]
	// Slack returns the bounds of the slack of an output with target y. They are 0 and 0 for all
	// targets if the loss has no slack, and infinite where there is no bound.
	Slack(y T) (lower, upper T)
}

// BoundedLoss is a [Loss] whose curvature is bounded: a quadratic of curvature [BoundedLoss.MostCurvature] lies above
// the loss at every output. If that is 1, mini-batches of block coordinate descent can train for it, as for a
// [BoxLoss].
type BoundedLoss[T mat.Float] interface {
	Loss[T]
	// MostCurvature is no less than any eigenvalue of the Hessian of ℓ by the outputs.
	MostCurvature() float64
}

// NumberLoss is a [Loss] that takes any numbers as targets, which regressions need.
type NumberLoss[T mat.Float] interface {
	Loss[T]
	// Numbers does nothing: it marks the loss.
	Numbers()
}

// CurvedLoss is a [Loss] whose curvature can be sampled, which natural gradients need.
type CurvedLoss[T mat.Float] interface {
	Loss[T]
	// DrawCurvature writes a random vector to d, which may be o, such that the mean of ddᵀ is the
	// Hessian of ℓ by the outputs at o for targets y, a generalized one where there is a kink.
	DrawCurvature(d, o, y []T, rng *rand.Rand)
}

// drawSign returns 1 or −1.
func drawSign[T mat.Float](rng *rand.Rand) T { return T(2*rng.IntN(2) - 1) }

// registered is a loss in both precisions.
type registered struct {
	single Loss[float32]
	double Loss[float64]
}

// registry has the losses in the order in which messages list them.
var registry = struct {
	sync.RWMutex
	losses []registered
}{losses: []registered{
	{Hinge[float32]{}, Hinge[float64]{}},
	{Squared[float32]{}, Squared[float64]{}},
	{Softmax[float32]{}, Softmax[float64]{}},
	{DoubleSoftmax[float32]{}, DoubleSoftmax[float64]{}},
}}

// RegisterLoss lets files and the command line find a loss, given in both precisions, by its name.
// It panics if the name is taken, or if the two have different names.
func RegisterLoss(single Loss[float32], double Loss[float64]) {
	registry.Lock()
	defer registry.Unlock()
	name := single.Name()
	if name != double.Name() ||
		slices.ContainsFunc(registry.losses, func(r registered) bool { return r.single.Name() == name }) {
		panic(fmt.Sprintf("nn: RegisterLoss: %q and %q: want one name that is new", name, double.Name()))
	}
	registry.losses = append(registry.losses, registered{single, double})
}

// LossNames returns the names of all losses.
func LossNames() []string {
	registry.RLock()
	defer registry.RUnlock()
	names := make([]string, len(registry.losses))
	for i, r := range registry.losses {
		names[i] = r.single.Name()
	}
	return names
}

// ParseLoss returns the loss with a name. Its error is an *[OptionError].
func ParseLoss[T mat.Float](name string) (Loss[T], error) {
	registry.RLock()
	for _, r := range registry.losses {
		if r.single.Name() != name {
			continue
		}
		registry.RUnlock()
		if loss, ok := any(r.single).(Loss[T]); ok {
			return loss, nil
		}
		return any(r.double).(Loss[T]), nil
	}
	registry.RUnlock()
	return nil, &OptionError{"loss", fmt.Sprintf("unknown %.60q: want %s", name, words.Or(LossNames()))}
}

// Targets returns the targets of samples of the given classes, a row for each.
func Targets[T mat.Float](loss Loss[T], labels []int, classes int) mat.Dense[T] {
	checkLoss(loss)
	y := mat.NewDense[T](len(labels), classes)
	for i, label := range labels {
		loss.Targets(y.Row(i), label)
	}
	return y
}

// LossOfZeros returns the loss of a sample for which all outputs are 0.
func LossOfZeros[T mat.Float](loss Loss[T], classes int) float64 {
	checkLoss(loss)
	if classes < 1 || classes > math.MaxInt32 {
		panic(fmt.Sprintf("nn: the loss of %d outputs", classes))
	}
	o, y := make([]T, classes), make([]T, classes)
	loss.Targets(y, 0)
	return loss.Value(o, y)
}

// oneHot writes 1 for the label and other for all other classes to y.
func oneHot[T mat.Float](y []T, label int, other T) {
	if label < 0 || label >= len(y) {
		panic(fmt.Sprintf("nn: label %d of %d classes", label, len(y)))
	}
	for k := range y {
		y[k] = other
	}
	y[label] = 1
}

func checkLoss[T mat.Float](loss Loss[T]) {
	if loss == nil {
		panic("nn: the loss is nil")
	}
}

// sameOutputs panics unless the arguments of a loss have equal lengths.
func sameOutputs(o, other int) {
	if o != other {
		panic(fmt.Sprintf("nn: a loss of %d outputs and of %d", o, other))
	}
}
