package gradient

import (
	"testing"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// One batch of 100 samples on 784-500-500-10; an epoch of MNIST has 600 of them.
func BenchmarkBatch(b *testing.B) {
	d := traintest.Clusters[float32](1000, 784, 10, 1)
	for _, s := range solvers {
		b.Run(s.String(), func(b *testing.B) {
			net, err := nn.New(nn.Spec{Inputs: 784, Hidden: []int{500, 500}, Outputs: 10},
				nn.Softmax[float32]{}, nn.Init{}, 1)
			if err != nil {
				b.Fatal(err)
			}
			t := newTrainer(b.Context(), train.Task[float32]{Net: net, Train: d, Workers: 1}, s, s.defaults)
			batch := t.batches.Next()
			b.ReportAllocs()
			for b.Loop() {
				t.step(batch, 1e-6)
			}
			b.ReportMetric(float64(len(batch)*b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
