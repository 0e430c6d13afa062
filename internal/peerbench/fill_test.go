package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The numbers come from the drivers in C.
func TestFillvIsTheSequenceOfTheOtherDrivers(t *testing.T) {
	for _, c := range []struct {
		i    uint64
		seed uint32
		want float64
	}{
		{0, 1, 0.26223462820053101},
		{0, 99, -0.3446928858757019},
		{1, 1, 0.31410646438598633},
		{2, 3, -0.077029764652252197},
		{783, 2, -0.14690905809402466},
		{614655, 3, 0.050098776817321777},
		{4294967295, 2, 0.33725762367248535},
		{4294967296, 2, 0.12921810150146484}, // only 32 bits of the index count
	} {
		require.Equal(t, c.want, fillv(c.i, c.seed), "fillv(%d, %d)", c.i, c.seed)
	}
}

func TestFillvIsExactInFloat32(t *testing.T) {
	for i := range uint64(10000) {
		v := fillv(i, 5)
		require.Equal(t, v, float64(float32(v)))
		require.GreaterOrEqual(t, v, -0.5)
		require.Less(t, v, 0.5)
	}
}

func TestFilledRunsRowByRow(t *testing.T) {
	m := filled[float32](3, 4, 7)
	require.Equal(t, float32(fillv(6, 7)), m.At(1, 2))
}

func TestChecksumTakesTheWantedElements(t *testing.T) {
	m := mat.DenseOf(2, 2, []float64{1, math.NaN(), 3, 4})
	v := func(i uint64) float64 { return fillv(i, checksumSeed) }
	sum, norm := checksum(m, lowerTriangle)
	require.InDelta(t, v(0)+3*v(2)+4*v(3), sum, 1e-15)
	require.InDelta(t, math.Sqrt(v(0)*v(0)+9*v(2)*v(2)+16*v(3)*v(3)), norm, 1e-15)

	sum, _ = checksum(m, nil)
	require.True(t, math.IsNaN(sum))
}
