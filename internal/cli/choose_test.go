package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/internal/processors"
	"ridge/mat"
)

// trainingOf is a training that these flags ask for.
func trainingOf(t *testing.T, args ...string) *training {
	t.Helper()
	cmd, f := &cobra.Command{}, new(trainFlags)
	cmd.SetContext(t.Context())
	f.define(cmd.Flags())
	require.NoError(t, cmd.ParseFlags(args))
	plan, err := f.plan(cmd.Flags())
	require.NoError(t, err)
	return &training{cmd: cmd, flags: f, plan: plan, say: newSpeaker(cmd)}
}

// preparedOf is a training that these flags ask for, with its samples and its network.
func preparedOf(t *testing.T, args ...string) *trainRun[float32] {
	t.Helper()
	r := &trainRun[float32]{training: trainingOf(t, args...)}
	require.NoError(t, r.read())
	var err error
	r.samples, err = r.weighted(r.set)
	require.NoError(t, err)
	r.learn = trainData[float32](r.samples.train)
	r.net, err = newNetwork(r.plan, r.set, r.learn.X)
	require.NoError(t, err)
	return r
}

// auto chooses for tables of bounded size, yes for any; pieces are tried where they can be few enough.
func TestWhereLambdaAndPiecesAreChosen(t *testing.T) {
	usual, few := extent{samples: 100, inputs: 3}, extent{samples: lambda.MinSamples - 1, inputs: 3}
	wide, long := extent{samples: 100, inputs: lambda.MostColumns + 1}, extent{samples: lambda.MostNumbers, inputs: 2}
	rare := extent{samples: 100, inputs: 3, classes: 51}
	shuffled := extent{samples: lambda.SmallTable - 1, inputs: 3, images: true}
	images := extent{samples: lambda.SmallTable, inputs: 3, images: true} // which choose the input step alone
	manyImages := extent{samples: lambda.MostNumbers, inputs: 2, images: true}
	for _, c := range []struct {
		args          string
		extent        extent
		lambda, piece bool
	}{
		{"", usual, true, true}, {"", few, false, false}, {"", wide, false, false}, {"", long, false, false},
		{"", rare, false, false}, {"--choose-lambda yes", rare, true, true},
		{"", shuffled, false, false}, {"", images, false, false}, {"", manyImages, false, false},
		{"--choose-lambda no", images, false, false}, {"--lambda 1", images, false, false},
		{"--choose-lambda yes", usual, true, true}, {"--choose-lambda yes", few, false, false},
		{"--choose-lambda yes", wide, true, false},
		{"--choose-lambda yes", long, true, true}, {"--choose-lambda yes", shuffled, true, true},
		{"--choose-lambda no", usual, false, false}, {"--lambda 1", usual, false, false},
		{"--solver adam", usual, false, false},
		{"--pieces no", usual, true, false}, {"--pieces yes", usual, true, false},
	} {
		of, e := trainingOf(t, strings.Fields(c.args)...), c.extent
		assert.Equal(t, c.lambda, of.mayChooseLambda(e), "%+v", c)
		alone := c.args == "" && e == images
		assert.Equal(t, c.lambda || alone, of.mayChoose(e), "%+v", c)
		assert.Equal(t, c.piece, of.mayDivide(e), "%+v", c)
	}
}

// Who waits for a choice that is not made is told so, and how to get it.
func TestATableThatIsTooLargeForAChoiceIsNoted(t *testing.T) {
	const yes = ": --choose-lambda yes chooses them all the same"
	for _, c := range []struct {
		args                     string
		samples, inputs, classes int
		images                   bool
		want                     string
	}{
		{"", 100, lambda.MostColumns + 1, 2, false, "as 100 samples of 1,001 inputs are too large for that" + yes},
		{"", 10_001, 1000, 0, false, "as 10,001 samples of 1,000 inputs are too large for that" + yes},
		{"", 8000, 3, 4001, false, "as 8,000 samples of 4,001 classes are too few for some to be held out" + yes},
		{"", 8000, 3, 4000, false, ""},
		{"", 100_000, 3, 4500, false, "as the 8,000 samples that a choice uses at most have less than two of each of " +
			"4,500 classes" + yes},
		{"", 99, 3, 50, false, "as 99 samples of 50 classes"}, {"", 100, 3, 50, false, ""},
		{"", lambda.MinSamples - 1, 2000, 2, false, ""}, {"", 10_001, 1000, 10, true, ""},
		{"--choose-lambda yes", 100, 2000, 2, false, ""}, {"--choose-lambda no", 100, 2000, 2, false, ""},
		{"--lambda 1", 100, 2000, 2, false, ""}, {"--solver adam", 100, 2000, 2, false, ""},
	} {
		of := trainingOf(t, strings.Fields(c.args)...)
		var said strings.Builder
		of.say = &speaker{w: &said}
		of.set = &dataset.Set{Classes: make([]string, c.classes), LikeMNIST: c.images}
		of.samples.once = dataset.Samples{Dim: c.inputs, Labels: make([]int, c.samples)}
		_, err := of.chooses()
		require.NoError(t, err)
		assert.Equal(t, c.want != "", said.Len() > 0, "%+v: %s", c, said.String())
		assert.Contains(t, said.String(), c.want, "%+v", c)
	}
}

// A set in the layout of MNIST has layers that need no choice, also if it is sorted.
func TestLayersAreChosenForTablesOnly(t *testing.T) {
	cmd := trainingOf(t).cmd
	assert.True(t, choosesLayers(cmd, &dataset.Set{}))
	assert.False(t, choosesLayers(cmd, &dataset.Set{LikeMNIST: true}))
	assert.False(t, choosesLayers(cmd, &dataset.Set{Random: true, LikeMNIST: true}))
}

// What counts are inputs, of which a column of text makes many.
func TestATableIsKeptOnlyForAChoiceThatIsMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	var b strings.Builder
	for i := range 16_000 {
		fmt.Fprintf(&b, "t%d,u%d,%d,%s\n", i%450, i%449, i%7, "kl"[i%2:i%2+1])
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	for _, c := range []struct {
		args string
		kept bool
	}{
		{"", false}, {"--limit 2000", true}, {"--choose-lambda yes", true}, {"--split 0.5", true},
		{"--limit 2000 --pieces no", false},
	} {
		of := trainingOf(t, append(strings.Fields(c.args), "--data", path)...)
		require.NoError(t, of.read())
		assert.Equal(t, c.kept, of.divided != nil, c.args)
	}
	digits := trainingOf(t, "--data", "digits")
	require.NoError(t, digits.read())
	assert.Nil(t, digits.divided, "whose λ is not chosen")
}

// The trainings of the choice have what is left beside both forms of the samples.
func TestPiecesLeaveLessMemoryToTheChoice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t,
		os.WriteFile(path, []byte(bands(700, func(band int) string { return string("abab"[band%4]) })), 0o644))
	r := preparedOf(t, "--data", path, "--net", "20")
	set, divided := r.set, r.divided
	require.NotNil(t, divided)
	r.divided = nil
	_, left, err := r.task()
	require.NoError(t, err)
	assert.Equal(t, set.Left, left, "without pieces")
	r.divided = divided
	task, left, err := r.task()
	require.NoError(t, err)
	pieces, err := divided.data.Learning(divided.parts, lambda.MostColumns)
	require.NoError(t, err)
	assert.Equal(t, pieces.Left-set.Bytes(), left)
	assert.Less(t, left, set.Left)
	assert.Equal(t, pieces.Train.Dim, task.Candidates[0].InPieces.Widths()[0])
}

// As many trainings run at a time as fit of the largest network, wherever it is among the candidates.
func TestTheLargestNetworkBoundsHowManyTrainingsRun(t *testing.T) {
	defer processors.Pretend(8)()
	plan := trainingOf(t, "--workers", "8").plan
	network := func(inputs, hidden int) *nn.Network[float32] {
		net, err := nn.New(nn.Spec{Inputs: inputs, Hidden: []int{hidden}, Outputs: 2},
			nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
		require.NoError(t, err)
		return net
	}
	small, wide, pieces := network(3, 5), network(3, 2000), network(600, 5)
	learn := train.Data[float32]{X: mat.NewDense[float32](100, 3)}
	const most = 8
	for name, c := range map[string]struct {
		candidates []lambda.Candidate[float32]
		left       int64
		want       int
	}{
		"room":          {[]lambda.Candidate[float32]{{Net: small}, {Net: wide, InPieces: pieces}}, 1 << 40, most},
		"small ones":    {[]lambda.Candidate[float32]{{Net: small}, {Net: small, InPieces: small}}, 1 << 20, most},
		"wide, first":   {[]lambda.Candidate[float32]{{Net: wide}, {Net: small}}, 1 << 20, 1},
		"wide, last":    {[]lambda.Candidate[float32]{{Net: small}, {Net: wide}}, 1 << 20, 1},
		"many inputs":   {[]lambda.Candidate[float32]{{Net: small, InPieces: pieces}}, 1 << 20, 1},
		"not in pieces": {[]lambda.Candidate[float32]{{Net: small}}, 1 << 20, most},
	} {
		got, err := choiceJobs(plan, lambda.Task[float32]{Learn: learn, Candidates: c.candidates}, c.left)
		require.NoError(t, err)
		assert.EqualValues(t, c.want, got, name)
	}
	copied := lambda.Task[float32]{Learn: learn, Candidates: []lambda.Candidate[float32]{{Net: pieces}},
		Copies: slices.Repeat([]int{100}, 100)}
	got, err := choiceJobs(plan, copied, 16<<20)
	require.NoError(t, err)
	assert.EqualValues(t, 1, got, "copies take memory")
	copied.Copies = nil
	got, err = choiceJobs(plan, copied, 16<<20)
	require.NoError(t, err)
	assert.EqualValues(t, most, got)
}

// A network that was chosen in place of the usual one is trained, and saved.
func TestTheChosenLayersAreTrained(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var b strings.Builder
	for range 1300 {
		x, y := rng.Float64(), rng.Float64()
		fmt.Fprintf(&b, "%.4f,%.4f,%d\n", x, y, (int(4*x)+int(4*y))%2)
	}
	model := filepath.Join(t.TempDir(), "m.safetensors")
	run := ran(t, b.String(), "--pieces", "no", "--epochs", "8", "--save", model)
	require.NotNil(t, run.Choice)
	best := run.Choice.Tried[run.Choice.Chosen]
	require.NotEqual(t, []int{300}, best.Hidden, "one layer can't tell the fields of a checkerboard")
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	assert.Equal(t, best.Hidden, net.Widths()[1:len(net.Widths())-1])
	assert.Equal(t, net.Widths(), run.Network)
	assert.Equal(t, best.Epochs, run.Epochs)
}

// Beyond the limits of auto, yes chooses layers, too, but no pieces of more inputs than auto may have.
func TestAWideTableChoosesIfAskedTo(t *testing.T) {
	var b strings.Builder
	for i := range 12 {
		for j := range lambda.MostColumns + 100 {
			fmt.Fprintf(&b, "%d,", (i*(j+7))%13)
		}
		fmt.Fprintln(&b, "kl"[i%2:i%2+1])
	}
	assert.Nil(t, ran(t, b.String(), "--split", "2", "--epochs", "1").Choice)
	run := ran(t, b.String(), "--split", "2", "--epochs", "1", "--choose-lambda", "yes")
	require.Len(t, run.Choice.Tried, 7)
	assert.Equal(t, []int{300, 100}, run.Choice.Tried[4].Hidden)
}

// Layers that nobody asked for are not tried where memory lacks.
func TestLayersThatDoNotFitAreNotTried(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%s\n", (i*i)%59, "kl"[i%2:i%2+1])
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	with := func(tenths int, more ...string) []string {
		return append([]string{"--data", path, "--epochs", "1", "--json", "-", "--memory",
			fmt.Sprint(tenths*100, "KB")}, more...)
	}
	least := sort.Search(2000, func(m int) bool {
		return execute(t.Context(), with(m+1, "--net", "300", "--choose-lambda", "no")...).code == 0
	}) + 1
	for tenths, tried := range map[int]int{least: 6, 2000: 8} {
		var run lambdaRun
		require.NoError(t, json.Unmarshal([]byte(succeed(t, with(tenths)...).stdout), &run), tenths)
		assert.Len(t, run.Choice.Tried, tried, tenths)
	}
}
