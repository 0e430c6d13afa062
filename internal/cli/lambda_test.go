package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// lambdaRun is what a run says about the choice of λ.
type lambdaRun struct {
	Lambda    float64
	LambdaOut float64 `json:"lambda_out"`
	Choice    *struct {
		Folds, Chosen int
		Tried         []struct {
			Lambda    float64
			LambdaOut float64 `json:"lambda_out"`
			Loss      float64
		}
	} `json:"lambda_choice"`
}

// chosen trains on a table of ten columns, of which the first one decides but for so much noise.
func chosen(t *testing.T, noise float64, args ...string) lambdaRun {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 150 {
		var first float64
		for j := range 10 {
			x := rng.NormFloat64()
			if j == 0 {
				first = x
			}
			fmt.Fprintf(&b, "%.4f,", x)
		}
		fmt.Fprintln(&b, math.Sin(3*first)+noise*rng.NormFloat64() > 0)
	}
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	var run lambdaRun
	out := succeed(t, append([]string{"--data", path, "--net", "50", "--json", "-"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(out.stdout), &run))
	return run
}

func TestSmallTablesChooseLambdaByHeldOutSamples(t *testing.T) {
	tried := chosen(t, 0)
	require.NotNil(t, tried.Choice)
	assert.Equal(t, lambdaFolds, tried.Choice.Folds)
	require.Len(t, tried.Choice.Tried, len(lambdaFactors))
	best := tried.Choice.Tried[tried.Choice.Chosen]
	assert.Equal(t, best.Lambda, tried.Lambda, "it is what the training has")
	assert.Equal(t, best.LambdaOut, tried.LambdaOut)
	usual := tried.Choice.Tried[2]
	assert.NotEqual(t, tried.Lambda, usual.Lambda)
	assert.Less(t, best.Loss, usual.Loss)

	assert.Equal(t, tried, chosen(t, 0, "--workers", "1"))
	assert.Equal(t, tried, chosen(t, 0, "--workers", "3"))
}

func TestLambdaIsNotChosenWhereItIsGiven(t *testing.T) {
	for _, args := range [][]string{
		{"--lambda", "0.1"}, {"--lambda-out", "0.1"}, {"--choose-lambda", "no"}, {"--weight", "balanced"}, {"--l1", "1e-4"},
		{"--batch", "0", "--iterations", "1"}, {"--solver", "adam"},
	} {
		assert.Nil(t, chosen(t, 1, args...).Choice, "%v", args)
	}
	for _, args := range [][]string{{"--lambda", "1"}, {"--solver", "adam"}, {"--weight", "balanced"}} {
		o := execute(t.Context(), append(args, "--choose-lambda", "yes")...)
		assert.EqualValues(t, 2, o.code, "%v", args)
		assert.Contains(t, o.stderr, "--choose-lambda yes: ")
	}
}

func TestAnotherLambdaMustBeBetterByMoreThanNoise(t *testing.T) {
	flat, inf := []float64{1, 1, 1, 1}, math.Inf(1)
	assert.Equal(t, 2, better([][]float64{flat, flat, flat, flat}), "the usual one of equal ones")
	assert.Equal(t, 0, better([][]float64{{0.8, 0.9, 0.8, 0.9}, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{{-1, 2, 0.9, 1}, flat, flat, flat}), "one sample says nothing")
	assert.Equal(t, 3, better([][]float64{{2, 2, 2, 2}, {inf, inf, inf, inf}, {inf, inf, inf, inf}, flat}), "the usual one diverges")
	assert.Equal(t, 2, better([][]float64{{inf, inf, inf, inf}, flat, flat, flat}))
	nan := []float64{1, math.NaN(), 1, 1}
	assert.Equal(t, 2, better([][]float64{nan, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{nan, nan, nan, nan}))
}

// A training that is to end early has as many epochs as it likes; those before it have the usual number.
func TestTheChoiceOfLambdaTakesTheUsualEpochs(t *testing.T) {
	usual := chosen(t, 0)
	long := chosen(t, 0, "--epochs", "1000000", "--validation", "30", "--early-stop", "1")
	require.NotNil(t, long.Choice)
	assert.NotEqual(t, usual.Choice.Tried, long.Choice.Tried, "of fewer samples")
}

// Labels that nothing tells are learnt by heart: only samples that had no part in the training show it.
func TestTheChoiceOfLambdaIsBySamplesThatAreHeldOut(t *testing.T) {
	for _, tried := range chosen(t, 1e9).Choice.Tried {
		assert.Greater(t, tried.Loss, 0.5, "λ = %g", tried.Lambda)
	}
}

func TestLossesOfOutputsThatOverflowAreInfinite(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{2}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
	require.NoError(t, err)
	copy(net.Weights(1).Data, []float32{1e30, 0, 0, 0, 1e30, 0})
	net.V.Fill(1e30)
	net.V.Set(0, 1, 0) // 0·∞
	losses, err := lossesOf(net, train.Data[float32]{X: mat.DenseOf(1, 2, []float32{1e30, 1e30}), Labels: []int{0}})
	require.NoError(t, err)
	assert.Equal(t, []float64{math.Inf(1)}, losses)
}
