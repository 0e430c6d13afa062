package train

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"ridge/bcd/nn"
	"ridge/internal/memory"
	"ridge/mat"
)

// Definition says what a method is, over the struct O that has its options.
type Definition[O any] struct {
	// Name is what files and the command line call it, such as "bcd".
	Name string
	// Title says what it is, such as "block coordinate descent in mini-batches".
	Title string
	// Round is what it counts: "epoch" or "iteration".
	Round string
	// Loss is the name of its default loss.
	Loss string
	// Options declares the fields of O.
	Options []Option
	// Measures declares the numbers that it measures beyond those of every method.
	Measures []Measure
	// Defaults returns options that are good for a problem.
	Defaults func(Problem) O
	// Rounds returns the largest number of epochs.
	Rounds func(*O) int
	// Extends reports whether what an epoch does is the same however many there are, so that a training that is over
	// can go on as if more had been asked for. Nil is never.
	Extends func(*O) bool
	// Trains reports whether it can train for a loss, an [nn.Loss] in either precision. Nil is all.
	Trains func(loss any) bool
	// Elements is the memory that a trainer takes at most for a network and a number of samples, in numbers of the
	// precision of the weights, besides the samples and what [Recipe.Elements] counts for all methods. A machine of
	// many cores may take a little more. Nil is none.
	Elements func(s nn.Spec, samples int, o *O) int64
	// Single and Double make trainers: the same generic function in both precisions.
	Single func(context.Context, Task[float32], O) (Trainer[float32], error)
	Double func(context.Context, Task[float64], O) (Trainer[float64], error)
}

// Method is a way to train a network, for callers that find it by its name. It does not depend on
// the type of its options, which are passed as a pointer to a struct.
type Method struct {
	Name, Title, Round, Loss string
	Options                  []Option
	Measures                 []Measure

	defaults func(Problem) any
	rounds   func(options any) int
	extends  func(options any) bool
	elements func(s nn.Spec, samples int, options any) int64
	trains   func(loss any) bool
	single   func(context.Context, Task[float32], any) (Trainer[float32], error)
	double   func(context.Context, Task[float64], any) (Trainer[float64], error)
}

// MethodOf is a [Method] for callers that know the type of its options.
type MethodOf[O any] struct {
	*Method
	defaults func(Problem) O
}

// Define makes a method. To be found by its name it must also be registered with
// [Register].
func Define[O any](d Definition[O]) MethodOf[O] {
	m := &Method{
		Name: d.Name, Title: d.Title, Round: d.Round, Loss: d.Loss, Options: d.Options, Measures: d.Measures,
		defaults: func(p Problem) any {
			o := d.Defaults(p)
			return &o
		},
		rounds:  func(options any) int { return d.Rounds(options.(*O)) },
		extends: func(options any) bool { return d.Extends != nil && d.Extends(options.(*O)) },
		elements: func(s nn.Spec, samples int, options any) int64 {
			if d.Elements == nil {
				return 0
			}
			return d.Elements(s, samples, options.(*O))
		},
		trains: d.Trains,
		single: func(ctx context.Context, t Task[float32], options any) (Trainer[float32], error) {
			return d.Single(ctx, t, *options.(*O))
		},
		double: func(ctx context.Context, t Task[float64], options any) (Trainer[float64], error) {
			return d.Double(ctx, t, *options.(*O))
		},
	}
	return MethodOf[O]{m, d.Defaults}
}

// Defaults returns options that are good for a problem.
func (m MethodOf[O]) Defaults(p Problem) O {
	if m.defaults == nil {
		panic("train: a MethodOf that Define has not made")
	}
	return m.defaults(p)
}

// With returns the method with options, which are all zero, and stand for the defaults, or complete.
func (m MethodOf[O]) With(o O) Recipe { return Recipe{m.Method, &o} }

// Defaults returns a pointer to options that are good for a problem.
func (m *Method) Defaults(p Problem) any {
	if m == nil || m.defaults == nil {
		panic("train: a Method that Define has not made")
	}
	return m.defaults(p)
}

// Option returns the option with a name.
func (m *Method) Option(name string) (Option, bool) {
	if m == nil {
		return Option{}, false
	}
	i := slices.IndexFunc(m.Options, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return Option{}, false
	}
	return m.Options[i], true
}

// Trains reports whether the method can train for the loss of a name.
func (m *Method) Trains(loss string) bool {
	l, err := nn.ParseLoss[float64](loss)
	return err == nil && (m.trains == nil || m.trains(l))
}

// Configure returns the method with the defaults for a problem, except for the settings, which map
// names of options to texts. The error is an *[nn.OptionError]; the rest is checked when the
// training begins.
func (m *Method) Configure(p Problem, settings map[string]string) (Recipe, error) {
	options := m.Defaults(p)
	for name := range settings {
		if _, ok := m.Option(name); !ok {
			return Recipe{}, &nn.OptionError{Option: name, Reason: "the method " + m.Name + " has no such option"}
		}
	}
	for _, leading := range []bool{true, false} {
		for _, o := range m.Options {
			text, ok := settings[o.Name]
			if !ok || o.Leads != leading {
				continue
			}
			if err := o.Set(options, text, p); err != nil {
				return Recipe{}, err
			}
		}
	}
	return Recipe{m, options}, nil
}

// Recipe is a method with options: everything that a training needs besides the network and the
// samples.
type Recipe struct {
	method  *Method
	options any
}

// Method is the method.
func (r Recipe) Method() *Method { return r.method }

// For returns the recipe with options for a problem: if all of them are zero those are the defaults of the method, and
// else they are taken as they are. [Run] calls it.
func (r Recipe) For(p Problem) Recipe {
	if r.method == nil || !reflect.ValueOf(r.options).Elem().IsZero() {
		return r
	}
	return Recipe{r.method, r.method.defaults(p)}
}

// Options points to the options, a copy of those that the recipe was made with.
func (r Recipe) Options() any { return r.options }

// Rounds is the largest number of epochs. Options that stand for the defaults have none before [Recipe.For], nor has
// the zero Recipe, which has no method.
func (r Recipe) Rounds() int {
	if r.method == nil {
		return 0
	}
	return r.method.rounds(r.options)
}

// Extends reports whether a training that is over can go on with more epochs, to the bits of one that was asked for so
// many from the beginning.
func (r Recipe) Extends() bool { return r.method != nil && r.method.extends(r.options) }

// Elements is about the memory that a training takes at most for a network and a number of samples, in numbers of the
// precision of the weights, besides the samples: that of the method, and four copies of the weights, which are the
// network, the one under way, the best one, and a gradient or the network of the last epoch. The options must be
// complete ([Recipe.For]). What is math.MaxInt64 or more is that.
func (r Recipe) Elements(s nn.Spec, samples int) int64 {
	const copies = 4
	all := memory.Product(copies, s.Weights())
	if r.method == nil {
		return all
	}
	return memory.Sum(all, r.method.elements(s, samples, r.options))
}

// Check returns an *[nn.OptionError] unless the options can be used on the problem. [Run] calls
// it, too.
func (r Recipe) Check(p Problem) error {
	if r.method == nil {
		return &nn.OptionError{Option: "method", Reason: "none"}
	}
	r = r.For(p)
	for _, o := range r.method.Options {
		if !o.Used(r.method.Options, r.options) {
			continue
		}
		if err := o.Check(r.options, p); err != nil {
			return r.incomplete(o, err)
		}
	}
	return nil
}

// incomplete adds to the error of an option that is zero, as one that was forgotten is, where to find good ones.
func (r Recipe) incomplete(o Option, err error) error {
	if e, ok := errors.AsType[*nn.OptionError](err); ok && o.Needs == nil &&
		reflect.ValueOf(o.Value(r.options)).IsZero() {
		e.Reason += "; options of which not all are zero are complete: start from the Defaults of the method"
	}
	return err
}

// checkLoss returns an *[nn.OptionError] unless the method can train for the loss.
func checkLoss[T mat.Float](r Recipe, loss nn.Loss[T]) error {
	if r.method.trains == nil || r.method.trains(loss) {
		return nil
	}
	return &nn.OptionError{Option: "loss",
		Reason: fmt.Sprintf("%s: the method %s can't train for it", loss.Name(), r.method.Name)}
}

// newTrainer makes the trainer of a recipe.
func newTrainer[T mat.Float](ctx context.Context, t Task[T], r Recipe) (Trainer[T], error) {
	var trainer any
	var err error
	switch t := any(t).(type) {
	case Task[float32]:
		trainer, err = r.method.single(ctx, t, r.options)
	case Task[float64]:
		trainer, err = r.method.double(ctx, t, r.options)
	}
	if err != nil {
		return nil, err
	}
	return trainer.(Trainer[T]), nil
}

// registry holds the methods in the order in which messages list them.
var registry struct {
	sync.RWMutex
	methods []*Method
}

// Register lets the program find methods by their names. It panics if a name is taken.
func Register(methods ...*Method) {
	registry.Lock()
	defer registry.Unlock()
	for _, m := range methods {
		if slices.ContainsFunc(registry.methods, func(other *Method) bool { return other.Name == m.Name }) {
			panic(fmt.Sprintf("train: Register: there is a method %q already", m.Name))
		}
		registry.methods = append(registry.methods, m)
	}
}

// Methods returns all methods that are registered.
func Methods() []*Method {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Clone(registry.methods)
}

// Lookup returns the method with a name. Its error is an *[nn.OptionError] about
// "solver", as the command line calls a method.
func Lookup(name string) (*Method, error) {
	all := Methods()
	names := make([]string, len(all))
	for i, m := range all {
		if m.Name == name {
			return m, nil
		}
		names[i] = m.Name
	}
	return nil, &nn.OptionError{Option: "solver",
		Reason: fmt.Sprintf("unknown %q: want one of %s", name, strings.Join(names, ", "))}
}
