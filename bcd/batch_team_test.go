package bcd

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/internal/race"
	"ridge/internal/thorough"
	"ridge/mat"
)

// Whoever does which part, and whether the parts are of samples or of units, changes no bits.
func TestTheTeamChangesNoBits(t *testing.T) {
	defer processors.Pretend(7)()
	specs := map[string]nn.Spec{
		"one layer": {Inputs: 6, Hidden: []int{70}, Outputs: 3},
		"chain":     {Inputs: 6, Hidden: []int{40, 70, 5}, Outputs: 40},
		"skips": {Inputs: 6, Hidden: []int{20, 70, 40}, Outputs: 3,
			Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}}},
	}
	sizes := []int{1, 7} // more members than some products have tiles
	if thorough.Tests() {
		sizes = []int{1, 2, 3, 7}
	}
	for name, spec := range specs {
		for _, loss := range []string{hinge, squared} {
			trained := func(size int, byUnits bool) *nn.Network[float32] {
				d := traintest.Clusters[float32](100, 6, 3, 1)
				net := testNetwork[float32](t, spec, loss, 1)
				o := testBatchOptions(100, len(spec.Hidden))
				o.Batch, o.Epochs = 17, 3
				m, err := newMinibatch(context.Background(), train.Task[float32]{Net: net, Train: d, Workers: 1}, o)
				require.NoError(t, err)
				m.graph.all = team{2, size}
				if byUnits {
					m.graph.few = 0
				}
				for range o.Epochs {
					_, err := m.Epoch(context.Background())
					require.NoError(t, err)
				}
				return m.Network()
			}
			want := trained(1, false)
			for _, size := range sizes {
				for _, byUnits := range []bool{false, true} {
					got := trained(size, byUnits)
					for n := 1; n <= len(spec.Hidden)+1; n++ {
						require.Equal(t, want.Weights(n).Data, got.Weights(n).Data, "%s, %s, %d members, by units %v",
							name, loss, size, byUnits)
					}
				}
			}
			assert.NotEqual(t, testNetwork[float32](t, spec, loss, 1).V.Data, want.V.Data)
		}
	}
}

// Batches with little to do are left to one worker.
func TestOneWorkerDoesWhatIsSoonDone(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{70}, Outputs: 3}
	o := testBatchOptions(1000, 1)
	net, d := testNetwork[float32](t, spec, squared, 1), traintest.Clusters[float32](1000, 6, 3, 1)
	m, err := newMinibatch(context.Background(), train.Task[float32]{Net: net, Train: d, Workers: 1}, o)
	require.NoError(t, err)
	g := m.graph
	assert.Equal(t, work{
		sample: 70*6 + 70*3 + 71*71/4.,
		active: 70*6 + 70*3*(1+2*float64(o.InnerLast)) + 71*71,
	}, g.work)
	assert.Same(t, g.shares, m.guard.shares, "copies wake no others, either")
	g.all = team{2, 3}
	for samples, size := range map[int]int{1: 1, 100: 1, 300: 3} { // with some 12,000 multiplications each
		if race.Enabled || thorough.Asked() {
			size = 3 // everything is shared
		}
		g.setTeam(samples, samples)
		assert.Equal(t, size, g.team.size, "%d samples", samples)
		g.team, m.batch.activeRows = team{}, make([]int, samples) // of the batch before
		m.batch.gather([]int{0})
		assert.Equal(t, size, g.team.size, "%d samples that had a loss", samples)
	}
}

// A team of about the right size stays: to change it moves weights to other caches, and wakes others up.
func TestATeamOfAboutTheRightSizeStays(t *testing.T) {
	net := testNetwork[float32](t, nn.Spec{Inputs: 6, Hidden: []int{70}, Outputs: 3}, squared, 1)
	for _, row := range []struct{ size, best, want int }{
		{16, 14, 16},
		{16, 12, 16},
		{16, 11, 11},
		{16, 21, 16},
		{16, 22, 22},
		{1, 8, 8},
	} {
		g := newGraph(net, 50, team{64, 64}, &BatchOptions{Metric: GramMetric})
		g.work = work{sample: workFor(t, row.best, 64) / 50}
		g.team.size = row.size
		g.setTeam(50, 0)
		assert.Equal(t, row.want, g.team.size, "%d, where %d are best", row.size, row.best)
	}
}

// workFor is how many multiplications a team of size of all members is best for.
func workFor(t *testing.T, size, all int) float64 {
	for work := 1e4; work < 1e12; work *= 1.01 {
		if processors.Team(work, all) == size {
			return work
		}
	}
	t.Fatalf("nothing is worth a team of %d", size)
	return 0
}

// Tiles are all of a product, each part once, and nobody has much more of them than another.
func TestTilesCoverAProductEvenly(t *testing.T) {
	for _, cols := range []int{1, 10, 32, 33, 100, 300, 500, 785} {
		for _, rows := range []int{0, 1, 13, 50, 301} {
			for _, size := range []int{1, 2, 3, 7, 16, 128} {
				p := mat.NewPacked[float32](rows, cols)
				covered := make([][]int, p.Panels())
				for q := range covered {
					covered[q] = make([]int, rows)
				}
				most := 0
				for i := range size {
					list, n := tiles(team{1, size}, i, p, rows, rowUnit)
					for _, tile := range list[:n] {
						for q := tile.from; q < tile.to; q++ {
							for r := tile.rows.from; r < tile.rows.to; r++ {
								covered[q][r]++
							}
						}
					}
					most = max(most, rowsOfHalves(p, list[:n]))
				}
				for q := range covered {
					for r, n := range covered[q] {
						require.Equal(t, 1, n,
							"%d columns, %d rows, %d members: row %d of panel %d", cols, rows, size, r, q)
					}
				}
				all := rowsOfHalves(p, []tile{{0, p.Panels(), span{0, rows}}})
				assert.LessOrEqual(t, most, all/size+2*rowUnit+1, "%d columns, %d rows, %d members", cols, rows, size)
			}
		}
	}
}

// Sixteen members have about the same of a batch, though register tiles are too large for that. docs/performance.md has
// the shares, which go test -v prints.
func TestSixteenMembersShareABatchEvenly(t *testing.T) {
	const size = 16
	for _, c := range []struct {
		samples, cols int
		most          float64
	}{{50, 300, 1.15}, {50, 500, 1.15}, {50, 784, 1.15}, {12, 784, 1.35}} {
		p := mat.NewPacked[float32](1, c.cols)
		busiest := 0
		for i := range size {
			list, n := tiles(team{1, size}, i, p, c.samples, rowUnit)
			busiest = max(busiest, rowsOfHalves(p, list[:n]))
		}
		all := rowsOfHalves(p, []tile{{0, p.Panels(), span{0, c.samples}}})
		share := float64(busiest*size) / float64(all)
		t.Logf("%d samples, %d units: the busiest of %d has %.2f of its even share", c.samples, c.cols, size, share)
		assert.LessOrEqual(t, share, c.most, "%d samples, %d units", c.samples, c.cols)
	}
}

// rowsOfHalves is what products of tiles take: their rows times the halves of panels.
func rowsOfHalves(p *mat.Packed[float32], list []tile) (sum int) {
	for _, tile := range list {
		for q := tile.from; q < tile.to; q++ {
			sum += (tile.rows.to - tile.rows.from) * halves(p, q)
		}
	}
	return sum
}

// halves is how many halves of a panel have columns, which is what a product with it takes.
func halves(p *mat.Packed[float32], q int) int {
	half := p.PanelCols() / 2
	return min(2, (p.Cols()-q*p.PanelCols()+half-1)/half)
}

// A wide layer is split by its units among more workers than it has panels, who share these, and by samples only if
// there are not even enough tiles, or if its weights are few.
func TestWideLayersAreSplitByUnits(t *testing.T) {
	kern := asm.For[float32]()
	panels, tiles := 4, 3
	spec := nn.Spec{Inputs: kern.MC*kern.KC/kern.NR + 1, Hidden: []int{panels * kern.NR}, Outputs: 3}
	net := testNetwork[float32](t, spec, hinge, 1)
	for _, row := range []struct {
		size     int
		byRows   bool
		property string
	}{
		{1, true, "nobody to split them among"},
		{2, false, "panels for all"},
		{panels * tiles, false, "a tile for each"},
		{panels*tiles + 1, true, "more workers than tiles"},
	} {
		g := newGraph(net, tiles*rowUnit, team{1, row.size}, &BatchOptions{Metric: GramMetric})
		assert.Equal(t, row.byRows, g.computedByRows(1), row.property)
		assert.True(t, g.computedByRows(2), "few weights")
	}
}

// Things that are too small to be split are done by one member each, unless most of the team would stand by.
func TestMembersTakeThingsOfTheirOwn(t *testing.T) {
	for _, row := range []struct {
		n, size      int
		large, small bool
	}{
		{1, 1, true, true},
		{3, 1, true, true},
		{1, 2, false, true},
		{2, 2, true, true},
		{3, 2, false, true},
		{5, 2, false, true},
		{9, 2, true, true},
		{8, 4, true, true},
		{9, 4, false, true},
		{9, 16, false, true},
		{7, 16, false, true},
		{1, 16, false, false},
		{17, 16, false, true},
		{15, 16, true, true},
		{31, 16, true, true},
		{33, 16, false, true},
		{129, 16, true, true},
		{160, 16, true, true},
		{143, 16, true, true},
		{10, 128, false, true},
	} {
		team := team{mat.Workers(row.size), row.size}
		assert.Equal(t, row.large, team.eachAlone(row.n, false), "%d large things, %d members", row.n, row.size)
		assert.Equal(t, row.small, team.eachAlone(row.n, true), "%d small things, %d members", row.n, row.size)
	}
}

// If a single one is large, the others are split as large ones are, too.
func TestLayersAreSmallOnlyIfAllAre(t *testing.T) {
	few := newShares[float64](50, team{1, 1}).few
	large := int(math.Sqrt(float64(few)))
	for _, row := range []struct {
		hidden []int
		small  bool
	}{
		{[]int{50}, true},
		{[]int{50, 50}, true},
		{[]int{large - 1}, true},
		{[]int{large}, false},
		{[]int{large, 50, 50}, false},
	} {
		net := testNetwork[float64](t, nn.Spec{Inputs: 2 * large, Hidden: row.hidden, Outputs: 3}, hinge, 1)
		g := newGraph(net, 50, team{2, 2}, &BatchOptions{Metric: GramMetric})
		assert.Equal(t, row.small, g.small(), "%v", row.hidden)
	}
}

// Of layers and batches that are large enough for everything to be split, more workers make the same bits, too: of Gram
// matrices of more samples than a slab of a product, of polar factors, and of what is inverted.
func TestWorkersDoNotMatterWhereAllIsSplit(t *testing.T) {
	sameForAllWorkers(t, []int{200, 190}, 450, 2, GramMetric, SpectralMetric, SpectralAllMetric)
}

// A product that would be computed by another algorithm if it were divided among several workers is divided for one,
// too.
func TestWorkersDoNotMatterWherePartsOfAProductHaveAShapeOfTheirOwn(t *testing.T) {
	for _, c := range []struct {
		hidden       []int
		batch, count int
	}{
		{[]int{20, 900}, 50, 5},   // few columns: with many rows, package mat transposes the product
		{[]int{300, 300}, 500, 2}, // many samples: with few rows, it cuts the sum into short slabs
	} {
		t.Run(fmt.Sprint(c.hidden), func(t *testing.T) {
			sameForAllWorkers(t, c.hidden, c.batch, c.count, SpectralMetric)
		})
	}
}

// sameForAllWorkers compares the networks that different numbers of workers train, in two epochs of count batches.
func sameForAllWorkers(t *testing.T, hidden []int, batch, count int, metrics ...Metric) {
	defer processors.Pretend(5)()
	spec := nn.Spec{Inputs: 6, Hidden: hidden, Outputs: 3}
	counts := []mat.Workers{1, 2, 5}
	if race.Enabled {
		counts = counts[2:] // fewer have fewer races, and bits are compared without the detector
	}
	for _, metric := range metrics {
		trained := func(workers mat.Workers) *nn.Network[float32] {
			o := testBatchOptions(count*batch, len(spec.Hidden))
			o.Batch, o.Epochs, o.Metric = batch, 2, metric
			if race.Enabled {
				o.Epochs = 1
			}
			task := train.Task[float32]{Net: testNetwork[float32](t, spec, hinge, 1),
				Train: traintest.Clusters[float32](count*batch, 6, 3, 1), Workers: workers}
			m, err := newMinibatch(context.Background(), task, o)
			require.NoError(t, err)
			for range o.Epochs {
				_, err := m.Epoch(context.Background())
				require.NoError(t, err)
			}
			return m.Network()
		}
		want := trained(counts[0])
		for _, workers := range counts[1:] {
			got := trained(workers)
			for n := 1; n <= len(spec.Hidden)+1; n++ {
				require.Equal(t, want.Weights(n).Data, got.Weights(n).Data, "%s, %d workers", metric, workers)
			}
		}
	}
}
