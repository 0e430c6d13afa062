package methods_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/gradient"
	"ridge/mat"
)

// threeClasses are samples on a line, and a network for them.
func threeClasses(t *testing.T) (*nn.Network[float32], train.Data[float32]) {
	t.Helper()
	d := train.Data[float32]{X: mat.NewDense[float32](30, 2)}
	for i := range d.X.Rows {
		d.X.Set(i, 0, float32(i)/30)
		d.X.Set(i, 1, float32(i%7)/7)
		d.Labels = append(d.Labels, i/10)
	}
	net, err := nn.New[float32](nn.Spec{Inputs: 2, Hidden: []int{4, 4}, Outputs: 3}, nn.Hinge[float32]{}, nn.Init{}, 1)
	require.NoError(t, err)
	return net, d
}

// Options{} is a training by the defaults, to the bit; what is not all zero is taken as it is.
func TestAllZeroOptionsTrainByTheDefaults(t *testing.T) {
	net, d := threeClasses(t)
	p := train.ProblemOf(net, d)
	gradients := map[string]train.MethodOf[gradient.Options]{
		"sgd": gradient.SGD, "nesterov": gradient.Nesterov, "adagrad": gradient.AdaGrad,
		"rmsprop": gradient.RMSProp, "adadelta": gradient.AdaDelta, "adam": gradient.Adam,
		"adamw": gradient.AdamW, "schedulefree": gradient.ScheduleFree, "muon": gradient.Muon,
		"soap": gradient.SOAP, "kfac": gradient.KFAC, "foof": gradient.FOOF,
	}
	type recipes struct{ zero, defaults, incomplete train.Recipe }
	all := map[string]recipes{
		"mini-batches": {bcd.MiniBatches.With(bcd.BatchOptions{}), bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)),
			bcd.MiniBatches.With(bcd.BatchOptions{Lambda: 1})},
		"full batches": {bcd.FullBatches.With(bcd.FullOptions{}), bcd.FullBatches.With(bcd.DefaultFullOptions(p)),
			bcd.FullBatches.With(bcd.FullOptions{Lambda: 1})},
	}
	for name, m := range gradients {
		all[name] = recipes{m.With(gradient.Options{}), m.With(m.Defaults(p)), m.With(gradient.Options{WeightDecay: 1})}
	}
	for _, m := range train.Methods() {
		known := slices.ContainsFunc(slices.Collect(maps.Values(all)), func(r recipes) bool {
			return r.zero.Method() == m
		})
		assert.True(t, known || m == biasMethod.Method, "%s is not among those that are tested", m.Name)
	}
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			byZero, byDefaults := net.Clone(), net.Clone()
			zero, err := train.Run(t.Context(), byZero, train.Samples[float32]{Train: d}, r.zero, train.Control{})
			require.NoError(t, err)
			defaults, err := train.Run(t.Context(), byDefaults, train.Samples[float32]{Train: d},
				r.defaults, train.Control{})
			require.NoError(t, err)
			assert.Len(t, zero, len(defaults))
			assert.Equal(t, byDefaults.V, byZero.V)
			assert.Equal(t, byDefaults.Layers, byZero.Layers)

			_, err = train.Run(t.Context(), net.Clone(), train.Samples[float32]{Train: d},
				r.incomplete, train.Control{})
			var option *nn.OptionError
			require.ErrorAs(t, err, &option)
			assert.Contains(t, option.Reason, "start from the Defaults of the method")
		})
	}
}
