package methods_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/cli"
	"ridge/mat"
)

// What CONTRIBUTING.md promises of a new method and a new loss: nothing but what is below, and then
// the program trains with them, reports, compares, saves and predicts.

// biasOptions are those of a method that moves the biases of the output alone.
type biasOptions struct {
	Push   float64
	Epochs int
}

var biasMethod = train.Define(train.Definition[biasOptions]{
	Name: "bias", Title: "gradients of the output's biases", Round: "epoch", Loss: "logistic",
	Options: []train.Option{
		train.Float("push", "P", func(o *biasOptions) *float64 { return &o.Push }, train.Above(0),
			"how far the biases go", train.Label("push %s")),
		train.Int("epochs", "N", func(o *biasOptions) *int { return &o.Epochs }, 1, "passes over the training samples"),
	},
	Measures: []train.Measure{{Name: "bias_slope", Title: "slope", Format: train.Scientific,
		Help: "norm of the mean slope"}},
	Defaults: func(train.Problem) biasOptions { return biasOptions{Push: 0.5, Epochs: 3} },
	Rounds:   func(o *biasOptions) int { return o.Epochs },
	Single:   newBias[float32],
	Double:   newBias[float64],
})

type biasTrainer[T mat.Float] struct {
	net  *nn.Network[T]
	task train.Task[T]
	biasOptions
	left int
}

func newBias[T mat.Float](_ context.Context, t train.Task[T], o biasOptions) (train.Trainer[T], error) {
	return &biasTrainer[T]{t.Net.Clone(), t, o, o.Epochs}, nil
}

func (b *biasTrainer[T]) Network() *nn.Network[T] { return b.net }
func (b *biasTrainer[T]) Left() int               { return b.left }

func (b *biasTrainer[T]) State(s *train.State) {
	s.Count("left", &b.left, b.Epochs)
	train.Weights(s, "weights", b.net)
}

func (b *biasTrainer[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	b.left--
	scores, err := b.net.Scores(b.task.Train.X, b.task.Workers)
	if err != nil {
		return train.Epoch{}, err
	}
	y := b.task.Train.AllTargets(b.net.Loss, scores.Cols)
	mean := make([]T, scores.Cols)
	var loss float64
	var wrong int
	for i := range scores.Rows {
		if b.task.Train.Wrong(scores.Row(i), i) {
			wrong++
		}
		loss += b.net.Loss.Value(scores.Row(i), y.Row(i))
		b.net.Loss.Slope(scores.Row(i), scores.Row(i), y.Row(i), 1/float64(scores.Rows))
		mat.Axpy(1, scores.Row(i), mean)
	}
	for k, slope := range mean {
		bias := b.net.V.Cols - 1
		b.net.V.Set(k, bias, b.net.V.At(k, bias)-T(b.Push)*slope)
	}
	n := float64(scores.Rows)
	return train.Epoch{
		Loss: loss / n, TrainError: float64(wrong) / n,
		Values: map[string]float64{"bias_slope": float64(mat.Nrm2(mean))},
	}, ctx.Err()
}

// logistic is Σ_k log(1 + exp(−y_k·o_k)), y_k = ±1.
type logistic[T mat.Float] struct{}

func (logistic[T]) Name() string  { return "logistic" }
func (logistic[T]) Title() string { return "logistic loss" }

func (logistic[T]) Targets(y []T, label int) {
	for k := range y {
		y[k] = -1
	}
	y[label] = 1
}

func (logistic[T]) Value(o, y []T) float64 {
	var sum float64
	for k, v := range o {
		sum += math.Log1p(math.Exp(-float64(y[k]) * float64(v)))
	}
	return sum
}

func (logistic[T]) Slope(d, o, y []T, scale float64) {
	for k, v := range o {
		d[k] = T(-scale * float64(y[k]) / (1 + math.Exp(float64(y[k])*float64(v))))
	}
}

func init() {
	train.Register(biasMethod.Method)
	nn.RegisterLoss(logistic[float32]{}, logistic[float64]{})
}

// program runs the command line, which must succeed, and returns its standard output.
func program(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	require.Zero(t, cli.Main(args, &out, &errs), "%v: %s", args, errs.String())
	return out.String()
}

func TestANewMethodIsInTheWholeProgram(t *testing.T) {
	help := program(t, "--help")
	for _, part := range []string{"--push P", "how far the biases go (default 0.5)", "bias"} {
		assert.Contains(t, help, part)
	}
	model := filepath.Join(t.TempDir(), "m.safetensors")
	run := []string{"--solver", "bias", "--push", "0.25", "--net", "8", "--limit", "300", "--epochs", "2"}
	table := program(t, append(run, "--save", model)...)
	for _, part := range []string{"slope", "bias, logistic loss, centred inputs", "push 0.25, seed 1", "2 in "} {
		assert.Contains(t, table, part)
	}
	var result map[string]any
	require.NoError(t, json.Unmarshal([]byte(program(t, append(run, "--json", "-")...)), &result))
	assert.Equal(t, "bias", result["solver"])
	assert.Equal(t, 0.25, result["push"])
	assert.Nil(t, result["learning_rate"])
	trace := result["trace"].([]any)
	require.Len(t, trace, 2)
	assert.Positive(t, trace[1].(map[string]any)["bias_slope"])
	header, _, _ := strings.Cut(program(t, append(run, "--csv", "-")...), "\n")
	assert.Contains(t, strings.Split(header, ","), "bias_slope")

	assert.Contains(t, program(t, "eval", "--model", model, "--data", "digits"), "test error")
	assert.True(t,
		strings.HasPrefix(program(t, "predict", "--model", model, "--data", "digits"), "index,class,score\n"))
}

func TestANewMethodChecksItsOptions(t *testing.T) {
	for args, want := range map[string]string{
		"--solver bias --push -1":  `--push: "-1": want a number above 0`,
		"--push 1":                 "--push: the solver bcd does not use it, want --solver bias",
		"--solver bias --batch 20": "--batch: the solver bias does not use it",
		"--solver bias --gamma 1":  "--gamma: the solver bias does not use it, want --solver bcd",
		"--solver bcd --loss logistic": "--loss logistic: the solver bcd takes hinge, squared or softmax2; " +
			"logistic needs --solver sgd",
	} {
		var out, errs bytes.Buffer
		assert.Equal(t, 2, cli.Main(strings.Fields(args), &out, &errs), args)
		assert.Contains(t, errs.String(), want)
	}
}

func TestANewMethodIsCompared(t *testing.T) {
	dir := t.TempDir()
	report := program(t, "compare", "--quick", "--limit", "240", "--solver", "bias,bcd-full", "--out", dir)
	assert.Contains(t, report, "bias")
	assert.Contains(t, report, "bcd-full")
	assert.Contains(t, program(t, "compare", "--report", dir), "| bias |")
}

func TestANewLossIsTrainedByGradients(t *testing.T) {
	model := filepath.Join(t.TempDir(), "m.safetensors")
	table := program(t, "--solver", "adam", "--loss", "logistic", "--net", "30",
		"--epochs", "30", "--rate", "5e-3", "--save", model)
	assert.Contains(t, table, "adam, logistic loss, centred inputs")
	var eval struct {
		TestError float64 `json:"test_error"`
	}
	require.NoError(t,
		json.Unmarshal([]byte(program(t, "eval", "--model", model, "--data", "digits", "--json")), &eval))
	assert.Less(t, eval.TestError, 0.1)
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	assert.Equal(t, "logistic", net.Loss.Name())
}
