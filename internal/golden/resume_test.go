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
	methods "ridge/bcd/train"
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
		t.Run(command, func(t *testing.T) {
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
	want, wantTrace, wantErr := trainAs[T](t, set, command, &methods.Checkpoints{
		Due: func(methods.Moment) bool { places++; return false },
	})
	hash := fnv.New64()
	hash.Write([]byte(command))
	random := rand.New(rand.NewPCG(hash.Sum64(), 0))
	var state []byte
	for left := places; left > 1; {
		stop := random.IntN(left)
		state = stopAt[T](t, set, command, stop, state)
		left -= stop + 1 // the place where it stopped may be the first one of those to come, too
		if random.IntN(2) == 0 {
			break
		}
	}
	net, trace, err := trainAs[T](t, set, command, from(state))
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
	c.Due = func(methods.Moment) bool { passed++; return passed > place }
	c.Save = func(write func(io.Writer) error) error {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		next = b.Bytes()
		return stop
	}
	_, _, err := trainAs[T](t, set, command, c)
	require.ErrorIs(t, err, stop)
	_, err = methods.CheckState(bytes.NewReader(next))
	require.NoError(t, err)
	return next
}

// from are the checkpoints of a training that goes on from a state and saves none.
func from(state []byte) *methods.Checkpoints {
	c := &methods.Checkpoints{Due: func(methods.Moment) bool { return false }}
	if state != nil {
		c.Resume = bytes.NewReader(state)
	}
	return c
}

// timeless returns the numbers of an epoch that do not depend on the clock, as texts: NaN is NaN.
func timeless(s methods.Step) []string {
	numbers := append([]float64{s.Loss, s.TrainError, s.ValidationError, s.TestError}, s.Activity...)
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if !strings.HasPrefix(name, "seconds") {
			numbers = append(numbers, s.Values[name])
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
func trainAs[T mat.Float](t *testing.T, set *dataset.Set, command string, c *methods.Checkpoints) (*nn.Network[T], methods.Trace, error) {
	t.Helper()
	given := settings(command)
	take := func(name, usual string) string {
		text, ok := given[name]
		delete(given, name)
		if !ok {
			return usual
		}
		return text
	}
	number := func(name, usual string) int {
		n, err := strconv.Atoi(take(name, usual))
		require.NoError(t, err)
		return n
	}
	take("precision", "")
	validation, fold := number("validation", "0"), number("fold", "1")
	fit, held, err := set.Train.SplitFold(validation, fold)
	require.NoError(t, err)
	if limit := number("limit", "0"); limit > 0 {
		fit = fit.Head(limit)
	}
	method := take("solver", "bcd")
	if method == "bcd" && given["batch"] == "0" {
		method = "bcd-full"
		take("batch", "")
	}
	m, err := methods.Lookup(method)
	require.NoError(t, err)
	spec := nn.Spec{Inputs: fit.Dim, Outputs: len(set.Classes)}
	for width := range strings.SplitSeq(take("net", "300"), ",") {
		n, err := strconv.Atoi(width)
		require.NoError(t, err)
		spec.Hidden = append(spec.Hidden, n)
	}
	if skips := take("skip", ""); skips != "" {
		for skip := range strings.SplitSeq(skips, ",") {
			from, to, _ := strings.Cut(skip, ":")
			m, err1 := strconv.Atoi(from)
			n, err2 := strconv.Atoi(to)
			require.NoError(t, errors.Join(err1, err2))
			spec.Skips = append(spec.Skips, nn.Skip{From: m, To: n})
		}
	}
	loss, err := nn.ParseLoss[T](take("loss", m.Loss))
	require.NoError(t, err)
	init, err := nn.ParseInit(take("init", "he"))
	require.NoError(t, err)
	seed := uint64(number("seed", "1"))
	net, err := nn.New(spec, loss, init, seed)
	require.NoError(t, err)
	data := samples[T](fit)
	if take("center", "true") == "true" {
		net.Mean = nn.ColumnMean(data.X, 1)
	}
	if _, ok := m.Option("seed"); ok {
		given["seed"] = strconv.FormatUint(seed, 10)
	}
	r, err := m.Configure(methods.ProblemOf(net, data), given)
	require.NoError(t, err)
	trace, err := methods.Run(context.Background(), net, methods.Samples[T]{Train: data, Validation: samples[T](held)}, r, methods.Control{
		Workers: 1, Checkpoints: c, KeepBest: true,
	})
	return net, trace, err
}

// settings are the flags of a command line with their values.
func settings(command string) map[string]string {
	given := map[string]string{}
	words := strings.Fields(strings.ReplaceAll(command, "=", " "))
	for i := 0; i+1 < len(words); i += 2 {
		given[strings.TrimPrefix(words[i], "--")] = words[i+1]
	}
	return given
}

func samples[T mat.Float](s dataset.Samples) methods.Data[T] {
	d := methods.Data[T]{X: mat.NewDense[T](s.Len(), s.Dim), Labels: s.Labels}
	mat.Convert(d.X, mat.DenseOf(s.Len(), s.Dim, s.X))
	return d
}
