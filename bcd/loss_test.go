package bcd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd"
)

func TestMiniBatchesTrainForLossesBelowAQuadratic(t *testing.T) {
	for loss, want := range map[string]struct{ batches, full bool }{
		"hinge": {true, true}, "squared": {true, true}, "softmax2": {true, false}, "softmax": {false, false},
	} {
		assert.Equal(t, want.batches, bcd.MiniBatches.Trains(loss), loss)
		assert.Equal(t, want.full, bcd.FullBatches.Trains(loss), loss)
	}
}
