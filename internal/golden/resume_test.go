package golden

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	_ "ridge/internal/methods" // finds methods by their names
	"ridge/mat"
)

// TestResumedTrainingsHaveTheSameBits: a training that is saved at some place within an epoch, and
// goes on in a trainer that knows nothing but what was saved, makes the same numbers as one that was
// left alone, of every method with every option.
func TestResumedTrainingsHaveTheSameBits(t *testing.T) {
	set, err := dataset.Open(t.Context(), "digits")
	require.NoError(t, err)
	for _, command := range cases() {
		if strings.Contains(command, "--precision 32") {
			continue // it is among the cases with 64, too, and what is saved is the same
		}
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(command, "--precision 64") {
				resumes[float64](t, set, command)
			} else {
				resumes[float32](t, set, command)
			}
		})
	}
}

// resumes compares a training with one that is stopped twice.
func resumes[T mat.Float](t *testing.T, set *dataset.Set, command string) {
	var places int
	want, wantTrace, wantErr := trainAs[T](t, set, command, &train.Checkpoints{
		Due: func(train.Moment) bool { places++; return false },
	})
	if wantErr == nil {
		require.Greater(t, places, 1, "there is no place to stop at")
	}
	hash := fnv.New64()
	hash.Write([]byte(command))
	random := rand.New(rand.NewPCG(hash.Sum64(), 0))
	var state []byte
	left, stops, passed := places, 0, 0
	for left > 1 {
		stop := random.IntN(left)
		state = stopAt[T](t, set, command, stop, state)
		left -= stop + 1 // the place where it stopped may be the first one of those to come, too
		stops++
		if random.IntN(2) == 0 {
			break
		}
	}
	rest := from(state)
	rest.Due = func(train.Moment) bool { passed++; return false }
	net, trace, err := trainAs[T](t, set, command, rest)
	assert.LessOrEqual(t, passed, left+stops, "what was done is not done again")
	assert.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err))
	assert.Equal(t, weights(want), weights(net))
	require.Len(t, trace, len(wantTrace))
	for i := range trace {
		assert.Equal(t, timeless(wantTrace[i]), timeless(trace[i]))
	}
}

// stopAt goes on from a state, and returns that at the place of a number, counted from 0.
func stopAt[T mat.Float](t *testing.T, set *dataset.Set, command string, place int, state []byte) (next []byte) {
	t.Helper()
	stop := errors.New("stop here")
	c, passed := from(state), 0
	c.Due = func(train.Moment) bool { passed++; return passed > place }
	c.Save = func(write func(io.Writer) error) error {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		next = b.Bytes()
		return stop
	}
	_, _, err := trainAs[T](t, set, command, c)
	require.ErrorIs(t, err, stop)
	_, err = train.CheckState(bytes.NewReader(next))
	require.NoError(t, err)
	return next
}

// from are the checkpoints of a training that goes on from a state and saves none.
func from(state []byte) *train.Checkpoints {
	c := &train.Checkpoints{Due: func(train.Moment) bool { return false }}
	if state != nil {
		c.Resume = bytes.NewReader(state)
	}
	return c
}

// timeless returns the numbers of an epoch that do not depend on the clock, as texts: NaN is NaN.
func timeless(e train.Epoch) []string {
	numbers := append([]float64{e.Loss, e.TrainError, e.ValidationError, e.TestError}, e.Activity...)
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		if !strings.HasPrefix(name, "seconds") {
			numbers = append(numbers, e.Values[name])
		}
	}
	var texts []string
	for _, v := range numbers {
		texts = append(texts, strconv.FormatFloat(v, 'g', -1, 64))
	}
	return texts
}

func weights[T mat.Float](net *nn.Network[T]) [][]T {
	var all [][]T
	for n := 1; n <= len(net.Layers)+1; n++ {
		all = append(all, net.Weights(n).Data)
	}
	return all
}

// trainAs trains as the command line says.
func trainAs[T mat.Float](t *testing.T, set *dataset.Set, command string,
	c *train.Checkpoints) (*nn.Network[T], train.Trace, error) {
	t.Helper()
	given := settings(command)
	given.take("precision", "")
	fit, held, err := set.Train.SplitFold(given.number(t, "validation", "0"), given.number(t, "fold", "1"))
	require.NoError(t, err)
	if limit := given.number(t, "limit", "0"); limit > 0 {
		fit = fit.Head(limit)
	}
	name := given.take("solver", "bcd")
	if name == "bcd" && given["batch"] == "0" {
		name = "bcd-full"
		given.take("batch", "")
	}
	m, err := train.Lookup(name)
	require.NoError(t, err)
	loss, err := nn.ParseLoss[T](given.take("loss", m.Loss))
	require.NoError(t, err)
	init, err := nn.ParseInit(given.take("init", "he"))
	require.NoError(t, err)
	seed := given.number(t, "seed", "1")
	net, err := nn.New(given.spec(t, fit.Dim, len(set.Classes)), loss, init, uint64(seed))
	require.NoError(t, err)
	data := samples[T](fit)
	if given.take("center", "true") == "true" {
		net.Mean = nn.ColumnMean(data.X, 1)
	}
	if _, ok := m.Option("seed"); ok {
		given["seed"] = strconv.Itoa(seed)
	}
	r, err := m.Configure(train.ProblemOf(net, data), given)
	require.NoError(t, err)
	trace, err := train.Run(context.Background(), net, train.Samples[T]{Train: data, Validation: samples[T](held)},
		r, train.Control{
			Workers: 1, Checkpoints: c, KeepBest: true,
		})
	return net, trace, err
}

// flags are those of a command line with their values.
type flags map[string]string

// take returns the value of a flag, which is then gone.
func (f flags) take(name, usual string) string {
	text, ok := f[name]
	delete(f, name)
	if !ok {
		return usual
	}
	return text
}

func (f flags) number(t *testing.T, name, usual string) int {
	t.Helper()
	n, err := strconv.Atoi(f.take(name, usual))
	require.NoError(t, err)
	return n
}

// spec is the shape of the network.
func (f flags) spec(t *testing.T, inputs, outputs int) nn.Spec {
	t.Helper()
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		return n
	}
	spec := nn.Spec{Inputs: inputs, Outputs: outputs}
	for width := range strings.SplitSeq(f.take("net", "300"), ",") {
		spec.Hidden = append(spec.Hidden, number(width))
	}
	for skip := range strings.SplitSeq(f.take("skip", ""), ",") {
		if from, to, ok := strings.Cut(skip, ":"); ok {
			spec.Skips = append(spec.Skips, nn.Skip{From: number(from), To: number(to)})
		}
	}
	return spec
}

func settings(command string) flags {
	given := flags{}
	words := strings.Fields(strings.ReplaceAll(command, "=", " "))
	for i := 0; i+1 < len(words); i += 2 {
		given[strings.TrimPrefix(words[i], "--")] = words[i+1]
	}
	return given
}

func samples[T mat.Float](s dataset.Samples) train.Data[T] {
	d := train.Data[T]{X: mat.NewDense[T](s.Len(), s.Dim), Labels: s.Labels}
	mat.Convert(d.X, mat.DenseOf(s.Len(), s.Dim, s.X))
	return d
}
