package gradient

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/bcd/train/traintest/plain"
)

// What follows computes the updates of the methods with matrices once more, from the papers, with
// plain loops.

// adamWeights is AdamW on a matrix.
type adamWeights struct{ m, v matrix }

func (a *adamWeights) step(w, g matrix, t int, rate, beta1, beta2, delta float64) matrix {
	if a.m == nil {
		a.m, a.v = g.Plus(0, g, 0), g.Plus(0, g, 0)
	}
	a.m = a.m.Plus(beta1, g, 1-beta1)
	a.v = a.v.Each(func(i, j int) float64 { return beta2*a.v[i][j] + (1-beta2)*g[i][j]*g[i][j] })
	n := float64(t + 1)
	return w.Each(func(i, j int) float64 {
		m, v := a.m[i][j]/(1-math.Pow(beta1, n)), a.v[i][j]/(1-math.Pow(beta2, n))
		return w[i][j] - rate*m/(math.Sqrt(v)+delta)
	})
}

// block is a block of weights of a network in the reference: [W, biases] if the biases are next.
type block struct {
	layer, from        int
	column, width, all int
	output             bool
}

func blocksOf(net *nn.Network[float64]) []block {
	var all []block
	for n := 1; n <= len(net.Layers)+1; n++ {
		for _, p := range net.Parts(n) {
			all = append(all, block{n, p.Layer, p.Column, p.Width, p.Columns(), n > len(net.Layers)})
		}
	}
	return all
}

// batchView is what a method may see of a batch: gradients, activations (with ones) and, for curvature
// that is drawn, derivatives by the pre-activations.
type batchView struct {
	gradients   []matrix // by layer − 1
	activations []matrix
	drawn       func() []matrix // by layer − 1
	samples     float64
}

// referenceMethod moves weights w, by layer − 1, at a learning rate without the input's factor.
type referenceMethod interface {
	step(t int, rate float64, w []matrix, b batchView)
}

// forward and derivatives of a network whose weights are matrices, with relu and skips, from the
// definition; out has the derivatives by the outputs.
func derivativesOf(w []matrix, blocks []block, activations []matrix, out matrix) []matrix {
	layers := len(w)
	g := make([]matrix, layers)
	g[layers-1] = out
	for n := layers - 1; n >= 1; n-- {
		sum := plain.Zeros(len(out), len(w[n-1]))
		for _, b := range blocks {
			if b.from == n {
				sum = sum.Plus(1, g[b.layer-1].Times(w[b.layer-1].Columns(b.column, b.column+b.width)), 1)
			}
		}
		g[n-1] = sum.Each(func(i, j int) float64 {
			if activations[n][i][j] > 0 {
				return sum[i][j]
			}
			return 0
		})
	}
	return g
}

type scheduleFreeReference struct {
	o       Options
	blocks  []block
	x, z, v []matrix
	sum     float64
}

// weights that are returned in w are y; those of the result are x.
func (r *scheduleFreeReference) step(t int, rate float64, w []matrix, b batchView) {
	if r.x == nil {
		for _, y := range w {
			r.x, r.z, r.v = append(r.x, y.Plus(1, y, 0)), append(r.z, y.Plus(1, y, 0)), append(r.v, y.Plus(0, y, 0))
		}
	}
	gamma := rate * math.Sqrt(1-math.Pow(r.o.Momentum2, float64(t+1)))
	r.sum += gamma * gamma
	for _, k := range r.blocks {
		n := k.layer - 1
		for i := range w[n] {
			for j := k.column; j < k.column+k.all; j++ {
				g := b.gradients[n][i][j]
				r.v[n][i][j] = r.o.Momentum2*r.v[n][i][j] + (1-r.o.Momentum2)*g*g
				step := g / (math.Sqrt(r.v[n][i][j]) + r.o.Delta)
				if j < k.column+k.width {
					step += r.o.Decay * w[n][i][j]
				}
				r.z[n][i][j] -= reachOf(r.o, k) * gamma * step
			}
		}
	}
	c := gamma * gamma / r.sum
	for n := range w {
		r.x[n] = r.x[n].Plus(1-c, r.z[n], c)
		w[n] = r.z[n].Plus(1-r.o.Momentum, r.x[n], r.o.Momentum)
	}
}

func reachOf(o Options, b block) float64 {
	if b.from == 0 {
		return o.InputStep
	}
	return 1
}

// biasReachOf is the factor of the biases of layer n+1, which go with the weights before them.
func biasReachOf(o Options, blocks []block, n int) float64 {
	for _, b := range blocks {
		if b.layer == n+1 && b.all > b.width {
			return reachOf(o, b)
		}
	}
	return 1
}

// biases moves those of a layer by AdamW.
func biases(all map[int]*adamWeights, layer int, t int, rate float64, w, g matrix, beta1, beta2, delta float64) {
	if all[layer] == nil {
		all[layer] = &adamWeights{}
	}
	last := len(w[0]) - 1
	w.Put(last, all[layer].step(w.Columns(last, last+1), g.Columns(last, last+1), t, rate, beta1, beta2, delta))
}

type muonReference struct {
	o        Options
	blocks   []block
	momentum map[block]matrix
	biases   map[int]*adamWeights
	output   adamWeights
}

func (r *muonReference) step(t int, rate float64, w []matrix, b batchView) {
	for _, k := range r.blocks {
		n, last := k.layer-1, k.column+k.width
		weights, g := w[n].Columns(k.column, last), b.gradients[n].Columns(k.column, last)
		if k.output {
			a := 0.05 * rate
			w[n].Put(k.column, r.output.step(weights.Plus(1-a*r.o.Decay, weights, 0), g, t, a, 0.9, 0.99, r.o.Delta))
			continue
		}
		if r.momentum[k] == nil {
			r.momentum[k] = g.Plus(0, g, 0)
		}
		r.momentum[k] = r.momentum[k].Plus(r.o.Momentum, g, 1)
		a := rate * reachOf(r.o, k)
		direction := polarOf(g.Plus(1, r.momentum[k], r.o.Momentum))
		scale := math.Sqrt(math.Max(1, float64(len(g))/float64(len(g[0]))))
		w[n].Put(k.column, weights.Plus(1-a*r.o.Decay, direction, -a*scale))
	}
	for n := range w {
		biases(r.biases, n, t, 0.05*rate*biasReachOf(r.o, r.blocks, n), w[n], b.gradients[n], 0.9, 0.99, r.o.Delta)
	}
}

type soapReference struct {
	o      Options
	blocks []block
	state  map[block]*soapState
	biases map[int]*adamWeights
}

type soapState struct{ m, v, l, r, ql, qr matrix }

// turned is one round of orthogonal iteration with vectors in the order of their Rayleigh quotients.
func turned(s, q matrix) (matrix, []int) {
	image := s.Times(q)
	values, order := make([]float64, len(s)), make([]int, len(s))
	for j := range values {
		order[j] = j
		for i := range s {
			values[j] += q[i][j] * image[i][j]
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		if values[i] > values[j] {
			return -1
		}
		return 1
	})
	return orthonormalized(image.Each(func(i, j int) float64 { return image[i][order[j]] })), order
}

func (r *soapReference) step(t int, rate float64, w []matrix, b batchView) {
	for _, k := range r.blocks {
		n, last := k.layer-1, k.column+k.width
		weights, g := w[n].Columns(k.column, last), b.gradients[n].Columns(k.column, last)
		s := r.state[k]
		if s == nil {
			rows, cols := len(g), len(g[0])
			s = &soapState{plain.Zeros(rows, cols), plain.Zeros(rows, cols), plain.Zeros(rows, rows),
				plain.Zeros(cols, cols), plain.Identity(rows), plain.Identity(cols)}
			r.state[k] = s
		}
		if t > 0 {
			s.m = s.m.Plus(r.o.Momentum, g, 1-r.o.Momentum)
			gt := s.ql.Transposed().Times(g).Times(s.qr)
			mt := s.ql.Transposed().Times(s.m).Times(s.qr)
			s.v = s.v.Each(func(i, j int) float64 {
				return r.o.Momentum2*s.v[i][j] + (1-r.o.Momentum2)*gt[i][j]*gt[i][j]
			})
			correction := math.Sqrt(1-math.Pow(r.o.Momentum2, float64(t))) / (1 - math.Pow(r.o.Momentum, float64(t)))
			step := s.ql.Times(mt.Each(func(i, j int) float64 {
				return mt[i][j] / (math.Sqrt(s.v[i][j]) + r.o.Delta)
			})).Times(s.qr.Transposed())
			a := rate * reachOf(r.o, k)
			w[n].Put(k.column, weights.Plus(1-a*r.o.Decay, step, -a*correction))
		}
		s.l = s.l.Plus(r.o.Memory, g.Times(g.Transposed()), 1-r.o.Memory)
		s.r = s.r.Plus(r.o.Memory, g.Transposed().Times(g), 1-r.o.Memory)
		rounds := 0
		if t == 0 {
			rounds = 10
		} else if t%10 == 0 {
			rounds = 1
		}
		for range rounds {
			var rows, cols []int
			s.ql, rows = turned(s.l, s.ql)
			s.qr, cols = turned(s.r, s.qr)
			old := s.v
			s.v = old.Each(func(i, j int) float64 { return old[rows[i]][cols[j]] })
		}
	}
	for n := range w {
		biases(r.biases, n, t, rate*biasReachOf(r.o, r.blocks, n), w[n], b.gradients[n], r.o.Momentum, r.o.Momentum2,
			r.o.Delta)
	}
}

func referenceOf(s *solver, o Options, blocks []block) referenceMethod {
	switch s {
	case scheduleFree:
		return &scheduleFreeReference{o: o, blocks: blocks}
	case muon:
		return &muonReference{o: o, blocks: blocks, momentum: map[block]matrix{}, biases: map[int]*adamWeights{}}
	case soap:
		return &soapReference{o: o, blocks: blocks, state: map[block]*soapState{}, biases: map[int]*adamWeights{}}
	default:
		return &kroneckerReference{o: o, blocks: blocks, both: s == kfac, momentum: map[block]matrix{}}
	}
}

// Every method with matrices follows the reference, on the same gradients, until each of its periodic computations has
// been due.
func TestMatrixMethodsFollowTheReference(t *testing.T) {
	for _, s := range matrixSolvers {
		for _, loss := range testLosses {
			t.Run(s.String()+"/"+loss, func(t *testing.T) {
				net := testNetwork[float64](t, testSpecs["skips"], loss, 2)
				o := s.defaults
				o.Rate, o.Policy, o.Decay, o.Delta, o.InputStep = o.Rate/2, Fixed, 0.3, 1e-3, 1.5
				d := traintest.Clusters[float64](40, 4, 2, 1)
				tr := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, s, o)
				blocks := blocksOf(tr.net)
				reference := referenceOf(s, o, blocks)
				rng := rand.New(rand.NewPCG(1, 2))
				for iteration := range 56 {
					batch := rng.Perm(40)[:11]
					tr.gradient(batch)
					for _, g := range tr.grad { // so that no basis of eigenvectors is arbitrary
						for i := range g.Data {
							g.Data[i] += 0.1 * rng.NormFloat64()
						}
					}
					var w []matrix
					view := batchView{samples: 11}
					for n, m := range weightsOf(tr.net) {
						w = append(w, plain.Of(m))
						view.gradients = append(view.gradients, plain.Of(tr.grad[n]))
						view.activations = append(view.activations, plain.Of(tr.A[n].RowView(0, 11)))
					}
					view.drawn = func() []matrix {
						out := view.outputs(w)
						draw := rand.New(rand.NewPCG(o.Seed, uint64(iteration)))
						y := make([]float64, 2)
						for i, sample := range batch {
							net.Loss.Targets(y, d.Labels[sample])
							net.Loss.(nn.CurvedLoss[float64]).DrawCurvature(out[i], out[i], y, draw)
						}
						return derivativesOf(w, blocks, view.activations, out)
					}
					reference.step(iteration, o.Rate, w, view)
					tr.rule.observe(iteration)
					tr.rule.apply(iteration, o.Rate)
					for n, m := range weightsOf(tr.net) {
						for i := range m.Rows {
							require.InDeltaSlice(t, w[n][i], m.Row(i), 1e-9, "batch %d, layer %d", iteration, n+1)
						}
					}
					if x, ok := reference.(*scheduleFreeReference); ok {
						for n, m := range weightsOf(tr.Network()) {
							require.InDeltaSlice(t, x.x[n][0], m.Row(0), 1e-9, "the average")
						}
					}
				}
			})
		}
	}
}

// outputs are those of the network: the last layer reads the one before alone.
func (b batchView) outputs(w []matrix) matrix {
	return b.activations[len(b.activations)-1].Times(w[len(w)-1].Transposed())
}
