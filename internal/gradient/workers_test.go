package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
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
		assert.Equal(t, want, workersFor(net, 50, 3), "%d hidden units", hidden)
	}
}
