package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a solver does not have is null or empty.
func TestEachGradientSolverTrains(t *testing.T) {
	data := shapes(t, 60, 9)
	for name, used := range map[string][]string{
		"sgd": {"momentum"}, "nesterov": {"momentum"}, "adagrad": {"delta"}, "rmsprop": {"rms_decay", "delta"},
		"adadelta": {"momentum", "delta"}, "adam": {"momentum", "momentum2", "delta"},
	} {
		t.Run(name, func(t *testing.T) {
			model := filepath.Join(t.TempDir(), "m")
			o := succeed(t, "--data", data, "--solver", name, "--net", "8,5", "--skip", "0:2", "--batch", "7",
				"--epochs", "8", "--validation", "6", "--json", "-", "--save", model)
			for _, fact := range []string{name + ", softmax cross-entropy, centred inputs", "poly, ", "8 in "} {
				assert.Contains(t, o.stderr, fact)
			}
			assert.NotContains(t, o.stderr, "active")
			assert.NotContains(t, o.stderr, "γ")
			var run map[string]any
			require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
			assert.Equal(t, name, run["solver"])
			assert.Equal(t, "softmax", run["loss"])
			assert.Equal(t, "poly", run["rate_policy"])
			assert.Nil(t, run["objective_kind"])
			for _, number := range []string{"momentum", "momentum2", "rms_decay", "delta"} {
				assert.Equal(t, slices.Contains(used, number), run[number] != nil, number)
			}
			trace := run["trace"].([]any)
			require.Len(t, trace, 8)
			last := trace[7].(map[string]any)
			for _, number := range []string{
				"forward_loss", "learning_rate", "train_error", "validation_error", "test_error", "seconds",
			} {
				assert.NotNil(t, last[number], number)
			}
			for _, number := range []string{"objective", "objective_after_w", "stationarity", "eta", "halvings"} {
				assert.Nil(t, last[number], number)
			}
			kept := trace[int(run["best_epoch"].(float64))-1].(map[string]any)
			assert.Equal(t, run["test_error"], kept["test_error"])
			assert.Less(t, last["forward_loss"], trace[0].(map[string]any)["forward_loss"])

			var eval struct {
				TestError float64 `json:"test_error"`
			}
			require.NoError(t,
				json.Unmarshal([]byte(succeed(t, "eval", "--model", model, "--data", data, "--json").stdout), &eval))
			assert.Equal(t, run["test_error"], eval.TestError, "the model is that of the best epoch")
		})
	}
	columns := parseCSV(t,
		succeed(t, "--data", data, "--solver", "adam", "--net", "4", "--epochs", "2", "--csv", "-").stdout)
	require.Len(t, columns, 3)
	for _, absent := range []string{"objective", "theta", "eta", "halvings", "activity_1"} {
		assert.NotContains(t, columns[0], absent)
	}
	assert.NotEmpty(t, columns[2][slices.Index(columns[0], "learning_rate")])
}

func TestOptionsReachTheGradientSolvers(t *testing.T) {
	data := shapes(t, 60, 9)
	saved := func(args ...string) string {
		path := filepath.Join(t.TempDir(), "m")
		succeed(t,
			instead([]string{"--data", data, "--net", "5,5", "--epochs", "2", "--batch", "10", "--save", path},
				args...)...)
		return string(read(t, path))
	}
	seen := map[string][]string{}
	for solver, options := range map[string][][]string{
		"sgd": {
			{}, {"--loss", "hinge"}, {"--loss", "squared"}, {"--rate", "0.01"}, {"--rate-policy", "fixed"},
			{"--rate-policy", "step", "--rate-step", "2"},
			{"--rate-policy", "step", "--rate-step", "3"},
			{"--rate-policy", "step", "--rate-step", "2", "--rate-gamma", "0.5"}, {"--rate-policy", "inv"},
			{"--rate-policy", "inv", "--rate-gamma", "0.1"}, {"--rate-policy", "inv", "--rate-power", "3"},
			{"--rate-power", "2"}, {"--momentum", "0.5"},
			{"--weight-decay", "0.1"}, {"--batch", "9"}, {"--epochs", "3"}, {"--seed", "5"}, {"--center=false"},
			{"--precision", "64"},
		},
		"nesterov": {{}},
		"adagrad":  {{}, {"--delta", "0.1"}},
		"rmsprop":  {{}, {"--rms-decay", "0.5"}, {"--delta", "0.1"}},
		"adadelta": {{}, {"--momentum", "0.5"}, {"--delta", "0.1"}},
		"adam":     {{}, {"--momentum", "0.5"}, {"--momentum2", "0.5"}, {"--delta", "0.1"}},
	} {
		for _, o := range options {
			args := append([]string{"--solver", solver}, o...)
			model := saved(args...)
			assert.Nil(t, seen[model], "%v makes no difference to %v", args, seen[model])
			seen[model] = args
		}
	}
	assert.Contains(t, seen, saved("--solver", "sgd", "--loss", "softmax", "--rate-policy", "poly", "--workers", "2"))
}

func TestSolverThatDiverges(t *testing.T) {
	o := execute(t.Context(), "--data", shapes(t, 60, 9), "--solver", "sgd", "--loss", "squared", "--rate", "1e10",
		"--batch", "10", "--net", "4")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "no network was saved: no epoch was finished\n")
	assert.Contains(t, o.stderr, "lower the learning rate of 1e+10, such as to 1e+09\n")
}
