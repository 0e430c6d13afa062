package train

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/mat"
)

func TestAnIntervalContainsWhatItsTextSays(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		interval Interval
		text     string
		in, out  []float64
	}{
		{Above(0), "a number above 0", []float64{1e-300, 1e300}, []float64{0, -1, inf, nan}},
		{From(0), "a number from 0 up", []float64{0, 1e300}, []float64{-1e-300, inf, nan}},
		{Above(0).UpTo(1), "a number above 0, up to 1", []float64{0.5, 1}, []float64{0, 1.1, nan}},
		{From(0).UpTo(1), "a number from 0 up to 1", []float64{0, 1}, []float64{-0.1, 1.1, nan}},
		{From(0).Below(1), "a number from 0 up, below 1", []float64{0, 0.9}, []float64{1, -0.1, nan}},
	} {
		assert.Equal(t, c.text, c.interval.String())
		for _, v := range c.in {
			assert.True(t, c.interval.Contains(v), "%s: %v", c.text, v)
		}
		for _, v := range c.out {
			assert.False(t, c.interval.Contains(v), "%s: %v", c.text, v)
		}
	}
}

// What a text says an option gives back, as a text and for JSON.
func TestOptionsAreSetFromTexts(t *testing.T) {
	for _, c := range []struct {
		option, text string
		value        any
	}{
		{"by", "0.25", 0.25}, {"by", "2", 2.}, {"scale", "0.1,3", []float64{0.1, 3}}, {"scale", "1", []float64{1}},
		{"epochs", "12", 12}, {"seed", "18446744073709551615", uint64(math.MaxUint64)}, {"mood", "wild", "wild"},
	} {
		o := toy.Method.Defaults(Problem{Layers: 2})
		option, ok := toy.Option(c.option)
		require.True(t, ok)
		require.NoError(t, option.Set(o, c.text, Problem{}))
		assert.Equal(t, c.text, option.Text(o))
		assert.Equal(t, c.value, option.Value(o))
		assert.NoError(t, option.Check(o, Problem{Samples: 5}))
	}
}

func TestTextsThatAreNoValues(t *testing.T) {
	for _, c := range []struct{ option, text, want string }{
		{"by", "2.5", `by: "2.5": want a number above 0, up to 2`},
		{"by", "x", `by: "x": want a number above 0, up to 2`},
		{"by", "1e400", `by: "1e400": want a number above 0, up to 2`},
		{"by", "NaN", `by: "NaN": want a number above 0, up to 2`},
		{"scale", "1e308",
			`scale: "1e308": want a number from 0 up to 1e+18, so that its products are numbers in 32 bits, too`},
		{"scale", "1e999",
			`scale: "1e999": want a number from 0 up to 1e+18, so that its products are numbers in 32 bits, too`},
		{"scale", "-1e999", `scale: "-1e999": want a number from 0 up`},
		{"scale", "1,,2", `scale: "": want a number from 0 up`},
		{"scale", "1,-2", `scale: "-2": want a number from 0 up`},
		{"epochs", "0", `epochs: "0": want a whole number from 1 up`},
		{"epochs", "1.5", `epochs: "1.5": want a whole number from 1 up`},
		{"seed", "-1", `seed: "-1": want a whole number from 0 to 2^64-1`},
		{"mood", "sad", `mood: unknown "sad": want calm or wild`},
	} {
		o := toy.Method.Defaults(Problem{Layers: 2})
		option, _ := toy.Option(c.option)
		before := option.Text(o)
		assert.EqualError(t, option.Set(o, c.text, Problem{}), c.want)
		assert.Equal(t, before, option.Text(o))
	}
}

func TestOptionsAreChecked(t *testing.T) {
	p := Problem{Samples: 5, Layers: 2}
	for _, c := range []struct {
		change func(*toyOptions)
		want   string
	}{
		{func(o *toyOptions) { o.By = math.NaN() }, "by: NaN: want a number above 0, up to 2"},
		{func(o *toyOptions) { o.Scale[1] = -1 }, "scale: -1: want a number from 0 up"},
		{func(o *toyOptions) { o.Epochs = 0 },
			"epochs: 0: want a whole number from 1 up; options of which not all are zero are complete: start from " +
				"the Defaults of the method"},
		{func(o *toyOptions) { o.Mood, o.Fail = 1, 6 }, "fail-at: more than there are samples"},
		{func(o *toyOptions) { o.Mood, o.Fail = 1, 0 }, "fail-at: 0: want a whole number from 1 up"},
	} {
		o := toy.Defaults(p)
		c.change(&o)
		assert.EqualError(t, toy.With(o).Check(p), c.want)
	}
	assert.NoError(t, toy.With(toy.Defaults(p)).Check(p), "an option that is not used is not checked")
}

func TestExtrasOfOptions(t *testing.T) {
	by, _ := toy.Option("by")
	assert.Equal(t, "by %s", by.Label)
	assert.Equal(t, "step_by", by.Key)
	fail, _ := toy.Option("fail-at")
	assert.Equal(t, "fail_at", fail.Key)
	assert.True(t, fail.Hidden)
	calm, wild := toyOptions{}, toyOptions{Mood: 1}
	assert.False(t, fail.Used(toySchema, &calm))
	assert.True(t, fail.Used(toySchema, &wild))
	assert.True(t, by.Used(toySchema, &calm))
}

// A setting that changes the defaults of others comes first, wherever it is declared.
func TestSettingsReplaceDefaults(t *testing.T) {
	p := Problem{Samples: 5, Layers: 2}
	r, err := toy.Configure(p, map[string]string{"mood": "wild", "by": "0.5"})
	require.NoError(t, err)
	assert.Equal(t, &toyOptions{By: 0.5, Scale: []float64{18}, Epochs: 3, Seed: 1, Mood: 1}, r.Options())
	assert.Equal(t, 3, r.Rounds())
	assert.Equal(t, "toy", r.Method().Name)

	var option *nn.OptionError
	_, err = toy.Configure(p, map[string]string{"wings": "2"})
	require.ErrorAs(t, err, &option)
	assert.Equal(t, "wings", option.Option)
	_, err = toy.Configure(p, map[string]string{"by": "-1"})
	require.ErrorAs(t, err, &option)
}

func TestMethodsAreFoundByTheirNames(t *testing.T) {
	_, err := Lookup("toy")
	require.Error(t, err)
	Register(toy.Method)
	m, err := Lookup("toy")
	require.NoError(t, err)
	assert.Same(t, toy.Method, m)
	assert.Contains(t, Methods(), m)
	assert.Panics(t, func() { Register(toy.Method) })
	_, err = Lookup("play")
	assert.EqualError(t, err, `solver: unknown "play": want one of toy`)
	assert.True(t, m.Trains("hinge"))
	assert.False(t, m.Trains("softmax"))
	assert.False(t, m.Trains("huber"))
}

func TestProblemOfANetwork(t *testing.T) {
	net := testNetwork(t)
	assert.Equal(t, Problem{Samples: 10, Inputs: 5, Layers: 2, Width: 3, Bits: 64, Loss: "hinge"},
		ProblemOf(net, testData[float64](10, 5, 3, 1)))
}

func TestSumOfOneProcess(t *testing.T) {
	for _, sum := range []Sum{nil, Alone{}} {
		add := NewAdder(t.Context(), sum)
		assert.True(t, add.Alone())
		x := []float32{1, 2}
		AddUp(add, x)
		assert.Equal(t, []float32{1, 2}, x)
		assert.Equal(t, 3., add.Number(3))
		assert.Equal(t, []float64{3, 4}, add.Numbers(3, 4))
		assert.NoError(t, add.Err())
	}
}

// doubling is the sum of two processes that have the same, until it fails.
type doubling struct{ left int }

func (d *doubling) Processes() int { return 2 }

func (d *doubling) Float32(_ context.Context, x []float32) error { return double(d, x) }

func (d *doubling) Float64(_ context.Context, x []float64) error { return double(d, x) }

func double[T mat.Float](d *doubling, x []T) error {
	if d.left--; d.left < 0 {
		return errors.New("the other one is gone")
	}
	mat.Scal(2, x)
	return nil
}

func TestSumOfTwoProcesses(t *testing.T) {
	add := NewAdder(t.Context(), &doubling{left: 3})
	assert.False(t, add.Alone())
	assert.Equal(t, 6., add.Number(3))
	assert.Equal(t, []float64{6, 8}, add.Numbers(3, 4))
	m := mat.DenseOf(2, 1, []float32{1, 5})
	AddUpMatrix(add, m)
	assert.Equal(t, []float32{2, 10}, m.Data)
	require.NoError(t, add.Err())
	assert.Equal(t, 3., add.Number(3), "the error, which stays")
	require.EqualError(t, add.Err(), "the other one is gone")
	add.Begin(t.Context())
	require.NoError(t, add.Err())
}

func TestOptionsThatAreAllZeroStandForTheDefaults(t *testing.T) {
	const incomplete = "by: 0: want a number above 0, up to 2; " +
		"options of which not all are zero are complete: start from the Defaults of the method"
	p := Problem{Samples: 10, Layers: 2}
	for name, c := range map[string]struct {
		given, want toyOptions
		bad         string
	}{
		"all zero": {given: toyOptions{}, want: toy.Defaults(p)},
		"complete": {given: toyOptions{By: 2, Epochs: 1}, want: toyOptions{By: 2, Epochs: 1}},
		"no scale": {given: toyOptions{By: 1, Epochs: 3, Scale: []float64{}},
			want: toyOptions{By: 1, Epochs: 3, Scale: []float64{}}},
		"incomplete": {given: toyOptions{Epochs: 1}, want: toyOptions{Epochs: 1},
			bad: incomplete},
		"a seed alone": {given: toyOptions{Seed: 1}, want: toyOptions{Seed: 1},
			bad: incomplete},
		"wrong": {given: toyOptions{By: 3, Epochs: 1}, want: toyOptions{By: 3, Epochs: 1},
			bad: "by: 3: want a number above 0, up to 2"},
	} {
		t.Run(name, func(t *testing.T) {
			r := toy.With(c.given)
			assert.Equal(t, &c.want, r.For(p).Options())
			assert.Equal(t, &c.given, r.Options(), "the recipe itself is as it was")
			if err := r.Check(p); c.bad == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, c.bad)
			}
		})
	}
	assert.Equal(t, Recipe{}, Recipe{}.For(p))
}
