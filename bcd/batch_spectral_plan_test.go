package bcd

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

func TestThePlanOfASpectralStepHasEveryUnitOnce(t *testing.T) {
	for _, hidden := range [][]int{{100, 100, 100}, {300, 40}, slices.Repeat([]int{100}, 10)} {
		for _, size := range []int{1, 2, 3, 7, 16, 128} {
			for _, alone := range []bool{true, false} {
				t.Run(fmt.Sprintf("%v, %d members, alone %v", hidden, size, alone), func(t *testing.T) {
					net, err := nn.New(nn.Spec{Inputs: 784, Hidden: hidden, Outputs: 10},
						nn.Hinge[float32]{}, nn.Init{}, 1)
					require.NoError(t, err)
					g := newGraph(net, 50, team{workers: 1, size: size}, &BatchOptions{Metric: SpectralAllMetric})
					p := planSpectral(blocksOf(g), g, alone)
					gathered := make(map[*spectralBlock[float32]]int)
					for _, piece := range p.pieces {
						assert.Equal(t, gathered[piece.block], piece.units.from)
						gathered[piece.block] = piece.units.to
					}
					for _, b := range p.whole {
						assert.NotContains(t, gathered, b)
						gathered[b] = b.weights.Rows
					}
					for b, units := range gathered {
						assert.Equal(t, b.weights.Rows, units)
					}
					assert.Len(t, gathered, len(hidden))
					moved := slices.Concat(p.together, p.apart)
					assert.Len(t, moved, len(hidden))
					for b := range gathered {
						assert.Contains(t, moved, b)
					}
					if !alone {
						assert.Empty(t, p.pieces)
						assert.Empty(t, p.apart)
					}
				})
			}
		}
	}
}

// One that is too small to be split is moved by one member, however small its share would be: all other members would
// wait for it.
func TestABlockBeyondAnEvenShareIsMovedByAllUnlessItIsSmall(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 784, Hidden: slices.Repeat([]int{100}, 10), Outputs: 10},
		nn.Hinge[float32]{}, nn.Init{}, 1)
	require.NoError(t, err)
	for size, together := range map[int]int{1: 0, 2: 0, 16: 1, 17: 1, 20: 1, 32: 1, 64: 1, 128: 1} {
		g := newGraph(net, 50, team{workers: 1, size: size}, &BatchOptions{Metric: SpectralAllMetric})
		g.few = 101 * 101 // on any instruction set, layers of 100 are small
		p := planSpectral(blocksOf(g), g, true)
		assert.Len(t, p.together, together, "%d members", size)
		assert.Len(t, p.apart, 10-together, "%d members", size)
	}
}

func TestLargeBlocksOfAboutOneSizeAreMovedSideBySideByLargeTeams(t *testing.T) {
	for _, row := range []struct {
		hidden []int
		size   int
		want   mat.Workers
	}{
		{[]int{784, 784, 784}, 2, 0},
		{[]int{784, 784, 784}, 23, 0},
		{[]int{784, 784, 784}, 24, 8}, // three blocks, as the weights of the input move so, too
		{[]int{784, 784, 784}, 128, 42},
		{[]int{784, 784}, 16, 8},
		{[]int{784}, 128, 0},
		{[]int{784, 784, 2000}, 128, 0},
	} {
		net, err := nn.New(nn.Spec{Inputs: 784, Hidden: row.hidden, Outputs: 10}, nn.Hinge[float32]{}, nn.Init{}, 1)
		require.NoError(t, err)
		g := newGraph(net, 50, team{workers: 1, size: row.size}, &BatchOptions{Metric: SpectralAllMetric})
		p := planSpectral(blocksOf(g), g, true)
		assert.Equal(t, row.want, p.workersEach(g.team), "%v, %d members", row.hidden, row.size)
	}
}

// Seventeen blocks of eight members would take three rounds, the last one for a single block.
func TestBlocksOfALastRoundAreMovedByAll(t *testing.T) {
	for _, row := range []struct{ layers, size, together, apart int }{
		{18, 1, 0, 17},
		{18, 8, 1, 16},
		{20, 16, 3, 16},
		{17, 16, 0, 16},
		{16, 16, 15, 0}, // each has more than an even share
		{10, 16, 9, 0},
		{34, 16, 1, 32},
	} {
		net, err := nn.New(nn.Spec{Inputs: 20, Hidden: slices.Repeat([]int{300}, row.layers), Outputs: 10},
			nn.Hinge[float32]{}, nn.Init{}, 1)
		require.NoError(t, err)
		g := newGraph(net, 50, team{workers: 1, size: row.size}, &BatchOptions{Metric: SpectralMetric})
		g.few = 300 * 300 // on any instruction set, layers of 300 are large
		blocks := blocksOf(g)
		p := planSpectral(blocks, g, true)
		assert.Len(t, p.together, row.together, "%+v", row)
		assert.Len(t, p.apart, row.apart, "%+v", row)
		assert.ElementsMatch(t, blocks, slices.Concat(p.together, p.apart))
	}
}

// blocksOf are the weights of g that move in the spectral norm.
func blocksOf(g *graph[float32]) []*spectralBlock[float32] {
	add := train.NewAdder(context.Background(), nil)
	return newSpectralStep(g, &BatchOptions{Metric: SpectralAllMetric}, add).blocks
}
