package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ridge "ridge/mat"
	"ridge/mat/gonumblas"
)

func TestFitIsCloseToTheFunction(t *testing.T) {
	gonumblas.Use(ridge.AllWorkers)
	c, err := fit(1000, 4)
	require.NoError(t, err)
	for _, x := range []float64{0, 0.3, 1} {
		p := 0.0
		for j := len(c) - 1; j >= 0; j-- {
			p = p*x + c[j]
		}
		assert.InDelta(t, 1/(1+x), p, 1e-3)
	}
}
