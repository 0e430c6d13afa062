package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/misuse"
	"ridge/mat"
)

// TestMisusePanicsInWords calls everything that is exported with zero values and with nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	t.Run("float32", testMisusePanicsInWords[float32])
	t.Run("float64", testMisusePanicsInWords[float64])
}

func testMisusePanicsInWords[T mat.Float](t *testing.T) {
	net := modelNetwork[T](t)
	long := net.Clone()
	long.Mean = make([]T, net.Inputs+3)
	crossed := net.Clone()
	crossed.Layers[0].From = []int{1, 0}
	narrow := net.Clone()
	narrow.Layers[0].W = narrow.Layers[0].W.ColView(0, 1)
	values := []any{
		new(Network[T]), net, long, crossed, narrow, new(Predictor[T]), new(RowPredictor[T]), new(Pass[T]),
		NewPass(net, 3, 1), NewPassInPlace(net, 3, 1),
		new(Model), Spec{}, Skip{}, Part{}, Init{}, new(Init), Hinge[T]{}, Squared[T]{}, Softmax[T]{},
		DoubleSoftmax[T]{},
		new(DataError), new(FormatError), new(OptionError), new(OverflowError), new(SpecError),
	}
	functions := map[string]any{
		"Affine": Affine[T], "Argmax": Argmax[T], "CheckFinite": CheckFinite[T], "ColumnMean": ColumnMean[T],
		"CountNonzero": CountNonzero[T], "CountPositive": CountPositive[T], "FillBias": FillBias[T],
		"FitTemperature": FitTemperature[T], "LossOfZeros": LossOfZeros[T], "SumOfWeights": SumOfWeights,
		"Probabilities": Probabilities[T], "Targets": Targets[T], "ParseInit": ParseInit, "ParseLoss": ParseLoss[T],
		"New": New[T], "ReadModel": ReadModel, "Decode": Decode[T], "NetworkOf": NetworkOf[T], "Load": Load[T],
		"Precision": Precision, "NewPass": NewPass[T], "NewPassInPlace": NewPassInPlace[T],
		"NewPredictor": NewPredictor[T], "NewRowPredictor": NewRowPredictor[T], "OutputDeviation": OutputDeviation,
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	misuse.Complete(t, functions, values, "LossNames", "RegisterLoss") // no arguments; what it adds would stay
}

// TestAffineNeedsAllThatALayerReads: with less the product would be one with the columns of others.
func TestAffineNeedsAllThatALayerReads(t *testing.T) {
	z, w := mat.NewDense[float64](2, 3), mat.NewDense[float64](3, 5)
	part := func(width int) mat.Dense[float64] { return mat.NewDense[float64](2, width) }
	assert.NotPanics(t, func() { Affine(z, w, []mat.Dense[float64]{part(3), part(1)}, 1) })
	for _, parts := range [][]mat.Dense[float64]{nil, {part(3)}, {part(5)}, {part(3), part(2)}} {
		assert.Panics(t, func() { Affine(z, w, parts, 1) }, "%d parts", len(parts))
	}
}

// TestAMeanOfAnotherLengthIsAnError, of whatever runs samples through the network.
func TestAMeanOfAnotherLengthIsAnError(t *testing.T) {
	net := modelNetwork[float64](t)
	x := mat.NewDense[float64](2, net.Inputs)
	for _, length := range []int{0, net.Inputs - 1, net.Inputs + 1} {
		net.Mean = make([]float64, length)
		_, err := net.Scores(x, 1)
		require.ErrorAs(t, err, new(*SpecError))
		assert.ErrorContains(t, err, "a mean of")
		_, err = net.Evaluate(x, []int{0, 0}, 1)
		require.ErrorAs(t, err, new(*SpecError))
		_, err = net.EvaluateNumbers(x, mat.NewDense[float64](2, net.V.Rows), 1)
		require.ErrorAs(t, err, new(*SpecError))
		_, err = NewPredictor(net, 1)
		require.ErrorAs(t, err, new(*SpecError))
	}
}

func TestScoresOfWhatIsNotFiniteAreAnError(t *testing.T) {
	net := modelNetwork[float64](t)
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		x := mat.NewDense[float64](2, net.Inputs)
		x.Set(1, 0, v)
		_, err := net.Scores(x, 1)
		require.ErrorAs(t, err, new(*DataError))
		assert.ErrorContains(t, err, "feature 0 of sample 1")
	}
}
