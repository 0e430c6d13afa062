package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestSpecSaysWhatIsWrong(t *testing.T) {
	cases := map[string]struct {
		spec Spec
		want string
	}{
		"inputs":            {Spec{0, []int{3}, 2, nil}, "0 inputs"},
		"no hidden layer":   {Spec{4, nil, 2, nil}, "no hidden layer"},
		"width zero":        {Spec{4, []int{3, 0}, 2, nil}, "hidden layer 2 has width 0"},
		"width negative":    {Spec{4, []int{-3}, 2, nil}, "hidden layer 1 has width -3"},
		"outputs":           {Spec{4, []int{3}, -1, nil}, "-1 outputs"},
		"skip backward":     {Spec{4, []int{3, 3}, 2, []Skip{{2, 1}}}, "skip 2:1 leads backward"},
		"skip to itself":    {Spec{4, []int{3, 3}, 2, []Skip{{2, 2}}}, "skip 2:2 leads backward"},
		"skip to the input": {Spec{4, []int{3, 3}, 2, []Skip{{0, 0}}}, "skip 0:0 leads backward"},
		"skip that is none": {Spec{4, []int{3, 3}, 2, []Skip{{1, 2}}}, "layer 2 reads layer 1 already"},
		"skip twice":        {Spec{4, []int{3, 3}, 2, []Skip{{0, 2}, {0, 2}}}, "skip 0:2 occurs twice"},
		"skip beyond":       {Spec{4, []int{3, 3}, 2, []Skip{{0, 3}}}, "layers are 0 (the input) to 2"},
		"skip from nowhere": {Spec{4, []int{3, 3}, 2, []Skip{{-1, 2}}}, "layers are 0 (the input) to 2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := New(c.spec, Hinge[float64]{}, Init{}, 0)
			var spec *SpecError
			require.ErrorAs(t, err, &spec)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestNetworkHasTheShapeOfItsSpec(t *testing.T) {
	for name, spec := range testSpecs {
		t.Run(name, func(t *testing.T) {
			net := testNetwork[float32](t, spec, "squared", 1)
			require.NoError(t, net.Validate())
			have := net.Spec()
			assert.ElementsMatch(t, spec.Skips, have.Skips)
			assert.Equal(t, spec.Hidden, have.Hidden)
			assert.Equal(t, slices.Concat([]int{spec.Inputs}, spec.Hidden, []int{spec.Outputs}), net.Widths())
		})
	}
	net := testNetwork[float32](t, testSpecs["skips"], "squared", 1)
	assert.Equal(t, []int{0, 1, 2}, net.Layers[2].From)
	assert.Equal(t, 4+3+4+1, net.Layers[2].W.Cols)
	assert.Equal(t, []int{2, 3}, net.Readers(1))
}

func TestInitializationIsThatOfHe(t *testing.T) {
	spec := Spec{Inputs: 200, Hidden: []int{300, 100}, Outputs: 50, Skips: []Skip{{0, 2}}}
	net := testNetwork[float64](t, spec, "hinge", 1)
	check := func(w mat.Dense[float64], variance float64) {
		in := w.Cols - 1
		assert.InEpsilon(t, variance, squaredNorm(w)/float64(w.Rows*in), 0.05)
		for i := range w.Rows {
			assert.Zero(t, w.At(i, in))
		}
	}
	check(net.Layers[0].W, 2./200)
	check(net.Layers[1].W, 2./500)
	check(net.V, 0.01/100)
}

func TestSeedsMakeNetworks(t *testing.T) {
	spec := testSpecs["skips"]
	a, b := testNetwork[float64](t, spec, "hinge", 7), testNetwork[float64](t, spec, "hinge", 7)
	sameWeights(t, a, b)
	other := testNetwork[float64](t, spec, "hinge", 8)
	assert.NotEqual(t, a.V.Data, other.V.Data)
	single := testNetwork[float32](t, spec, "hinge", 7)
	for i, v := range a.V.Data {
		assert.Equal(t, float32(v), single.V.Data[i])
	}
}

func TestValidateSaysWhatIsWrong(t *testing.T) {
	cases := map[string]struct {
		change func(*Network[float64])
		want   string
	}{
		"no layers":         {func(n *Network[float64]) { n.Layers = nil }, "no hidden layer"},
		"reads nothing":     {func(n *Network[float64]) { n.Layers[1].From = nil }, "layer 2 reads []"},
		"not the one below": {func(n *Network[float64]) { n.Layers[1].From = []int{0} }, "want layer 1 as the last"},
		"a later layer": {func(n *Network[float64]) { n.Layers[1].From = []int{2, 1} },
			"want layers in ascending order"},
		"itself": {func(n *Network[float64]) { n.Layers[1].From = []int{1, 2} }, "want layer 1 as the last"},
		"columns": {func(n *Network[float64]) { n.Layers[2].W = mat.NewDense[float64](3, 11) },
			"layer 3 has 11 columns of weights: want 12"},
		"output columns": {func(n *Network[float64]) { n.V = mat.NewDense[float64](2, 3) },
			"the output has 3 columns of weights: want 4"},
		"no outputs": {func(n *Network[float64]) { n.V = mat.NewDense[float64](0, 4) }, "0 outputs"},
		"NaN": {func(n *Network[float64]) { n.Layers[0].W.Set(1, 2, math.NaN()) },
			"layer 1: weight (1, 2) is NaN"},
		"Inf": {func(n *Network[float64]) { n.V.Set(0, 3, math.Inf(1)) },
			"the output: weight (0, 3) is +Inf"},
		"loss": {func(n *Network[float64]) { n.Loss = nil }, "no loss"},
		"classes": {func(n *Network[float64]) { n.Classes = []string{"a"} },
			"1 names of classes for 2 outputs"},
		"mean": {func(n *Network[float64]) { n.Mean = []float64{1} }, "a mean of 1 features for 4 inputs"},
		"mean NaN": {func(n *Network[float64]) { n.Mean = []float64{1, math.NaN(), 0, 0} },
			"the mean of the inputs: weight (0, 1) is NaN"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			net := testNetwork[float64](t, testSpecs["skips"], "hinge", 1)
			c.change(net)
			var spec *SpecError
			err := net.Validate()
			require.ErrorAs(t, err, &spec)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
