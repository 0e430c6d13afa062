package train_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/misuse"
	"ridge/mat"
)

// TestMisusePanicsInWords calls what is exported with zero values and with nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	t.Run("float32", testMisusePanicsInWords[float32])
	t.Run("float64", testMisusePanicsInWords[float64])
}

func testMisusePanicsInWords[T mat.Float](t *testing.T) {
	values := []any{
		train.Data[T]{}, train.Data[T]{X: mat.NewDense[T](3, 2), Labels: []int{7}},
		train.Data[T]{Targets: mat.NewDense[T](1, 2)},
		new(train.Batches), new(train.Adder), train.Alone{}, train.Interval{}, train.Option{}, train.Recipe{},
		new(train.Method), train.MethodOf[int]{}, train.Epoch{}, train.Trace{}, train.Trace{{}}, train.Task[T]{},
		new(train.DivergedError), new(train.StateError),
	}
	functions := map[string]any{
		"Check": train.Check[T], "Run": train.Run[T], "NewBatches": train.NewBatches, "NewAdder": train.NewAdder,
		"AddUpMatrix": train.AddUpMatrix[T], "AddUp": train.AddUp[T], "Accumulate": train.Accumulate[T],
		"Lookup": train.Lookup, "NameOf": train.NameOf, "OneName": train.OneName[uint8],
		"CheckName": train.CheckName[uint8],
		"ProblemOf": train.ProblemOf[T], "Deal": train.Deal,
		"CheckState": train.CheckState, "ReadState": train.ReadState, "WriteState": train.WriteState,
		"Above": train.Above, "From": train.From,
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	misuse.Complete(t, functions, values,
		// A State comes from reading and writing alone.
		"Methods", "State", "Elements", "Matrix", "Weights",
		// Declarations of a method, made once as the program starts.
		"Define", "Register", "Float", "Floats", "Int", "Seed", "Choice",
		"Label", "Key", "Quiet", "Hidden", "Needs", "Checked", "Leading")
}

// TestSamplesOfOtherLengthsAreAnError, before anything is trained.
func TestSamplesOfOtherLengthsAreAnError(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{3}, Outputs: 2},
		nn.Loss[float64](nn.Hinge[float64]{}), nn.Init{}, 1)
	require.NoError(t, err)
	good := train.Data[float64]{X: mat.NewDense[float64](3, 2), Labels: []int{0, 1, 0}}
	require.NoError(t, train.Check(net, train.Samples[float64]{Train: good}, 1))
	for name, bad := range map[string]train.Data[float64]{
		"few labels":      {X: good.X, Labels: []int{0}},
		"no labels":       {X: good.X},
		"no samples":      {Labels: good.Labels},
		"other features":  {X: mat.NewDense[float64](3, 1), Labels: good.Labels},
		"a label beyond":  {X: good.X, Labels: []int{0, 1, 2}},
		"targets as well": {X: good.X, Labels: good.Labels, Targets: mat.NewDense[float64](3, 2)},
	} {
		for part, s := range map[string]train.Samples[float64]{
			"train":      {Train: bad},
			"test":       {Train: good, Test: bad},
			"validation": {Train: good, Validation: bad},
		} {
			assert.Error(t, train.Check(net, s, 2), "%s as %s", name, part)
		}
	}
}

// TestSamplesOfDifferentTasksAreAnError: errors of classes and of numbers don't compare.
func TestSamplesOfDifferentTasksAreAnError(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{3}, Outputs: 2},
		nn.Loss[float64](nn.Squared[float64]{}), nn.Init{}, 1)
	require.NoError(t, err)
	x := mat.NewDense[float64](3, 2)
	classes := train.Data[float64]{X: x, Labels: []int{0, 1, 0}}
	numbers := train.Data[float64]{X: x, Targets: mat.NewDense[float64](3, 2)}
	require.NoError(t, train.Check(net, train.Samples[float64]{Train: numbers, Validation: numbers}, 1))
	for want, s := range map[string]train.Samples[float64]{
		"validation data: labels, while the training samples have targets": {Train: numbers, Validation: classes},
		"test data: targets, while the training samples have labels":       {Train: classes, Test: numbers},
	} {
		err := train.Check(net, s, 1)
		require.ErrorAs(t, err, new(*nn.DataError), want)
		assert.EqualError(t, err, want)
	}
}

func TestRunTakesNoNilContext(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{3}, Outputs: 2},
		nn.Loss[float64](nn.Hinge[float64]{}), nn.Init{}, 1)
	require.NoError(t, err)
	good := train.Data[float64]{X: mat.NewDense[float64](3, 2), Labels: []int{0, 1, 0}}
	assert.PanicsWithValue(t, "train: Run: the context is nil: want context.Background()", func() {
		var none context.Context
		_, _ = train.Run(none, net, train.Samples[float64]{Train: good}, train.Recipe{}, train.Control{})
	})
}
