package nn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"ridge/mat"
)

// Init is how the weights of a new network are drawn. Biases are 0 in any case.
type Init struct {
	// Gaussian, if positive, is the standard deviation of all weights: Caffe's filler of that name.
	// 0 stands for deviations that depend on the fan-in: normal weights with variance 2/fan-in in the
	// hidden layers, which keeps the size of the activations from layer to layer (He, Zhang, Ren and
	// Sun, ICCV 2015), and with variance 0.01/d_L in the output, so small that the first step is determined by the
	// forward activations.
	Gaussian float64
}

// String returns "he" or, with the deviation, "gaussian:0.01".
func (i Init) String() string {
	if i.Gaussian == 0 {
		return "he"
	}
	return fmt.Sprintf("gaussian:%v", i.Gaussian)
}

// ParseInit is the inverse of [Init.String]. Its error is an *[OptionError].
func ParseInit(s string) (Init, error) {
	if s == "he" {
		return Init{}, nil
	}
	number, ok := strings.CutPrefix(s, "gaussian:")
	deviation, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil && !errors.Is(err, strconv.ErrRange) || deviation == 0 {
		return Init{}, &OptionError{"init",
			fmt.Sprintf("%q: want he, or gaussian: and a standard deviation, as in gaussian:0.01", s)}
	}
	i := Init{deviation}
	return i, i.checkAs(number)
}

// MarshalText implements [encoding.TextMarshaler]: it is [Init.String].
func (i Init) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: it is [ParseInit].
func (i *Init) UnmarshalText(text []byte) error {
	parsed, err := ParseInit(string(text))
	if err == nil {
		*i = parsed
	}
	return err
}

// The bounds of a deviation: that weights, and their products, are numbers in float32.
const (
	smallest = 1e-37
	largest  = 1e18
)

func (i Init) check() error { return i.checkAs(strconv.FormatFloat(i.Gaussian, 'g', -1, 64)) }

// checkAs is check with the deviation as it was written, for errors.
func (i Init) checkAs(written string) error {
	switch {
	case !(i.Gaussian >= 0):
		return &OptionError{"init", fmt.Sprintf("standard deviation %s: want a positive number", written)}
	case i.Gaussian > 0 && i.Gaussian < smallest || i.Gaussian > largest:
		return &OptionError{"init",
			fmt.Sprintf("standard deviation %s: want one from %v to %v", written, smallest, largest)}
	}
	return nil
}

// deviation returns the standard deviation of weights for which He's rule gives he.
func (i Init) deviation(he float64) float64 {
	if i.Gaussian == 0 {
		return he
	}
	return i.Gaussian
}

// OutputDeviation is the standard deviation of the first weights of an output that reads the given number of units,
// 0.1/√units, where [Init] has no other.
func OutputDeviation(units int) float64 { return 0.1 / math.Sqrt(float64(units)) }

// New returns a network of the given shape with random weights. The same seed gives the same
// numbers, rounded to T; every [Init] draws the same normal numbers from it, and scales them
// differently. The error is a *[SpecError] or an *[OptionError].
func New[T mat.Float](s Spec, loss Loss[T], init Init, seed uint64) (*Network[T], error) {
	if err := init.check(); err != nil {
		return nil, err
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if loss == nil {
		return nil, &SpecError{"no loss"}
	}
	net := &Network[T]{Inputs: s.Inputs, Loss: loss}
	rng := rand.New(rand.NewPCG(seed, 0))
	widths := append([]int{s.Inputs}, s.Hidden...)
	for i, width := range s.Hidden {
		from := s.Reads(i + 1)
		in := fanIn(widths, from)
		net.Layers = append(net.Layers,
			Layer[T]{from, randomWeights[T](rng, width, in, init.deviation(math.Sqrt(2/float64(in))))})
	}
	last := s.Hidden[len(s.Hidden)-1]
	net.V = randomWeights[T](rng, s.Outputs, last, init.deviation(OutputDeviation(last)))
	return net, nil
}

// randomWeights returns a matrix of normal numbers with a last column of zeros.
func randomWeights[T mat.Float](rng *rand.Rand, rows, in int, deviation float64) mat.Dense[T] {
	w := mat.NewDense[T](rows, in+1)
	for i := range rows {
		row := w.Row(i)[:in]
		for j := range row {
			row[j] = T(deviation * rng.NormFloat64())
		}
	}
	return w
}
