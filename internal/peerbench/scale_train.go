package main

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/mat"
)

// trainingSet is what the networks learn.
type trainingSet struct {
	data    train.Data[float32]
	classes int
}

// networks are trained in mini-batches with default options: the hidden layers of each.
var networks = []struct {
	name   string
	hidden []int
}{
	{"300", []int{300}},
	{"500-500", []int{500, 500}},
	{"784x3", slices.Repeat([]int{784}, 3)},
	{"100x10", slices.Repeat([]int{100}, 10)},
}

// readTrainingSet reads the MNIST files from folder, or makes data of that shape if there is none.
func readTrainingSet(folder string) (trainingSet, error) {
	if folder == "" {
		return madeSet(), nil
	}
	set, err := dataset.Load(context.Background(), dataset.Request{Data: folder})
	if err != nil {
		return trainingSet{}, err
	}
	x := mat.DenseOf(set.Train.Len(), set.Train.Dim, set.Train.X)
	return trainingSet{train.Data[float32]{X: x, Labels: set.Train.Labels}, len(set.Classes)}, nil
}

// madeSet returns classes of points around centres of their own, many of whose coordinates are zero, as in
// pictures.
func madeSet() trainingSet {
	const samples, inputs, classes = 12000, 784, 10
	r := rand.New(rand.NewPCG(1, 2))
	random := func() float32 { return max(0, float32(r.NormFloat64())) / 2 }
	centres := mat.NewDense[float32](classes, inputs)
	for i := range centres.Data {
		centres.Data[i] = random()
	}
	x, labels := mat.NewDense[float32](samples, inputs), make([]int, samples)
	for i := range labels {
		labels[i] = r.IntN(classes)
		for j, c := range centres.Row(labels[i]) {
			x.Set(i, j, c*random())
		}
	}
	return trainingSet{train.Data[float32]{X: x, Labels: labels}, classes}
}

// trainings measures the seconds of an epoch of each network.
func (s *scaling) trainings() error {
	var set trainingSet
	for _, n := range networks {
		if !s.wants("train", n.name, "f32") {
			continue
		}
		if set.classes == 0 {
			var err error
			if set, err = s.samples(); err != nil {
				return err
			}
		}
		least, err := s.turns(func(workers int) (float64, error) {
			runtime.GC() // of the training before
			return s.epoch(set, n.hidden, mat.Workers(workers))
		})
		if err != nil {
			return err
		}
		s.rows("train", n.name, "f32", least, func(float64) string { return "" })
	}
	return nil
}

// epoch trains, and returns the seconds of an epoch: what comes before the first and after the last one
// is shared out.
func (s *scaling) epoch(set trainingSet, hidden []int, w mat.Workers) (float64, error) {
	spec := nn.Spec{Inputs: set.data.X.Cols, Hidden: hidden, Outputs: set.classes}
	net, err := nn.New(spec, nn.Hinge[float32]{}, nn.Init{}, 1)
	if err != nil {
		return 0, err
	}
	net.Mean = nn.ColumnMean(set.data.X, w)
	options := bcd.MiniBatches.Defaults(train.ProblemOf(net, set.data))
	options.Epochs = s.epochs
	begin := time.Now()
	_, err = train.Run(context.Background(), net, train.Samples[float32]{Train: set.data},
		bcd.MiniBatches.With(options), train.Control{Workers: w})
	return time.Since(begin).Seconds() / float64(s.epochs), err
}
