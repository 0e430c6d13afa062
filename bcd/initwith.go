package bcd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"ridge/mat"
)

// Init is how the weights of a new network are drawn. The zero value is that of
// [NewNetwork]. Biases are 0 in any case.
type Init struct {
	// Gaussian, if positive, is the standard deviation of all weights: Caffe's filler
	// of that name. 0 stands for deviations that depend on the fan-in, as [NewNetwork]
	// has them.
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
	if !ok || err != nil || deviation == 0 {
		return Init{}, &OptionError{"init", fmt.Sprintf("%q: want he, or gaussian: and a standard deviation, as in gaussian:0.01", s)}
	}
	i := Init{deviation}
	return i, i.check()
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

func (i Init) check() error {
	if !(i.Gaussian >= 0) || math.IsInf(i.Gaussian, 1) {
		return &OptionError{"init", fmt.Sprintf("standard deviation %v: want a positive number", i.Gaussian)}
	}
	return nil
}

// NewNetworkWith is [NewNetwork] with a choice of the initial weights. All choices draw
// the same normal numbers from a seed, and scale them differently. The error is a
// *[SpecError] or an *[OptionError].
func NewNetworkWith[T mat.Float](s Spec, loss Loss, init Init, seed uint64) (*Network[T], error) {
	if err := init.check(); err != nil {
		return nil, err
	}
	n, err := NewNetwork[T](s, loss, seed)
	if err != nil || init.Gaussian == 0 {
		return n, err
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for i, l := range n.Layers {
		n.Layers[i].W = randomWeights[T](rng, l.W.Rows, l.W.Cols-1, init.Gaussian)
	}
	n.V = randomWeights[T](rng, n.V.Rows, n.V.Cols-1, init.Gaussian)
	return n, nil
}
