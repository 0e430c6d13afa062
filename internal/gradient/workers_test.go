package gradient

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/race"
	"ridge/internal/thorough"
	"ridge/mat"
)

func TestOneWorkerTrainsWhatIsSoonDone(t *testing.T) {
	if race.Enabled || thorough.Asked() {
		t.Skip("all trainings are shared in these tests")
	}
	for hidden, want := range map[int]mat.Workers{10: 1, 1000: 3} {
		spec := nn.Spec{Inputs: 99, Hidden: []int{hidden}, Outputs: 1}
		net, err := nn.New(spec, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
		require.NoError(t, err)
		samples := train.Data[float32]{X: mat.NewDense[float32](60, 99), Labels: make([]int, 60)}
		task := train.Task[float32]{Net: net, Train: samples, Workers: 3}
		o := adam.defaults
		o.Batch, o.Epochs = 50, 1
		assert.Equal(t, want, newTrainer(context.Background(), task, adam, o).workers, "%d hidden units", hidden)
	}
}
