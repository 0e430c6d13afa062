package bcd

import (
	"math"
	"slices"

	"ridge/bcd/internal/rows"
	"ridge/bcd/polar"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// Metric is the norm in which a W step measures how far it moves the weights that hidden layers read other layers by.
type Metric uint8

const (
	// GramMetric is that of the remembered Gram matrices, as for all other weights.
	GramMetric Metric = iota
	// SpectralMetric is the spectral norm between hidden layers.
	SpectralMetric
	// SpectralAllMetric is the spectral norm for all weights but those of the output. The decay of such weights follows
	// the share of samples whose loss is 0.
	SpectralAllMetric
)

var metricNames = []string{"gram", "spectral", "spectral-all"}

// spectral reports whether the weights by which hidden layers read this layer move in the spectral norm.
func (m Metric) spectral(layer int) bool {
	return m == SpectralAllMetric || m == SpectralMetric && layer > 0
}

// String returns "gram", "spectral" or "spectral-all".
func (m Metric) String() string { return train.NameOf("Metric", metricNames, int(m)) }

// ParseMetric is the inverse of [Metric.String]. Its error is an *[nn.OptionError].
func ParseMetric(s string) (Metric, error) { return train.OneName[Metric]("metric", metricNames)(s) }

// check returns an *[nn.OptionError] unless there is such a metric.
func (m Metric) check() error { return train.CheckName("metric", metricNames, m) }

const (
	spectralEvery    = 8    // batches that are gathered for a step
	spectralMomentum = 0.95 // the part of RᵀA that a batch keeps of those before
	spectralWindow   = 64   // batches in the mean active fraction
)

// spectralStep moves the weights between hidden layers by the steepest direction in the spectral norm.
// With M the momentum of RᵀA/B, the block problem of ΔW is
//
//	max ⟨M, ΔW⟩  subject to  ‖ΔW‖₂ ≤ α√max(1, d_n/d_m),
//
// which is convex, and which the polar factor of M solves. The polar factor costs many times what a batch does. But
// it is not needed for every batch: one step of what several batches have gathered, as many times as long, is no
// worse, and better on held-out samples (docs/experiments.md). This is what Muon does (Jordan et al., 2024), with
// finite U steps in place of gradients.
//
// If the weights that read the input do so, too, all norms of the network are bounded, and 1/(decay·(1 − a)²) takes
// the place of 1/decay: a is the active fraction, the share of samples that violate their margin (whose loss has a
// gradient that is not 0). The ball is small while nearly all samples are beyond their margin, and grows where it is
// too small for that. Weights that read the input have a ridge in addition (see [weightStep.decay]), the block
// problem of which is
//
//	min λ'⟨W_t, W⟩ + ½tr((W − W_t)(S₀ + (δ + λ')I)(W − W_t)ᵀ)/Σ η,
//
// ½λ'‖W‖² made linear, with a proximal term in the exact metric of the inputs. Its solution W_t − Σ η·λ'W_t(S₀ + (δ +
// λ')I)⁻¹ takes between nothing and a half of each direction away ([weightStep.decayIsDue]): least of those in which
// the samples differ most. A polar factor has the same length in all directions, so directions of which the inputs
// have little, which are noise in images, grow as much as the others; no ball in the spectral norm tells them apart.
type spectralStep[T mat.Float] struct {
	rate, decay float64
	adaptive    bool    // the decay depends on active
	active      float64 // the mean active fraction
	pending     float64 // what the steps of the batches since the last move come to
	blocks      []*spectralBlock[T]
	plan        spectralPlan[T]
	graph       *graph[T]
	add         *train.Adder
	now         struct { // the batch that is gathered
		rows  int
		share T // of a sample
		r, a  []mat.Dense[T]
	}
	phases struct {
		gather  func(i int) // updates the momentum of piece i
		abreast func(i int) // moves block i of together, with several workers
		apart   func(i int) // moves block i of apart, with one worker
	}
}

// spectralBlock is the weights by which a hidden layer reads another one, with the biases if they are
// next.
type spectralBlock[T mat.Float] struct {
	edge               *edge[T]
	weights            mat.Dense[T]
	momentum, solution mat.Dense[T]
	factor             *polar.Factor[T]
	length, keep       T         // of the step under way, and what it leaves of the weights
	moving             *vec.Loop // over their rows
}

// newSpectralStep returns the step of the edges that are spectral.
func newSpectralStep[T mat.Float](g *graph[T], o *BatchOptions, add *train.Adder) *spectralStep[T] {
	s := &spectralStep[T]{rate: o.SpectralStep, decay: o.SpectralDecay, graph: g, add: add}
	s.adaptive = o.Metric == SpectralAllMetric
	s.phases.gather = s.gatherPiece
	s.phases.abreast, s.phases.apart = s.moveAbreast, s.moveApart
	for n := 1; n <= g.layers(); n++ {
		for _, e := range g.in[n] {
			if !e.spectral {
				continue
			}
			b := &spectralBlock[T]{edge: e, weights: e.all()}
			rows, cols := b.weights.Rows, b.weights.Cols
			b.momentum, b.solution = mat.NewDense[T](rows, cols), mat.NewDense[T](rows, cols)
			b.factor = polar.New[T](rows, cols, polar.Short())
			b.moving = vec.NewLoop(b.moveRows)
			s.blocks = append(s.blocks, b)
		}
	}
	s.plan = planSpectral(s.blocks, g, add.Alone())
	return s
}

// gather adds a batch: r(e.to) and a(e.from) are rows of R and of the activations, with the ones.
func (s *spectralStep[T]) gather(rows int, total float64, r, a []mat.Dense[T]) {
	if s.adaptive { // all processes have the same decay
		s.active += (s.add.Number(float64(rows))/total - s.active) / spectralWindow
	}
	s.now.rows, s.now.share, s.now.r, s.now.a = rows, T(1/total), r, a
	mat.Parallel(s.graph.team.workers, len(s.plan.pieces), s.phases.gather)
	for _, b := range s.plan.whole {
		s.gatherInto(b, span{0, b.momentum.Rows}, s.graph.team.workers)
	}
}

func (s *spectralStep[T]) gatherPiece(i int) {
	s.gatherInto(s.plan.pieces[i].block, s.plan.pieces[i].units, 1)
}

// gatherInto adds a batch to the momentum of some units of a block.
func (s *spectralStep[T]) gatherInto(b *spectralBlock[T], units span, w mat.Workers) {
	r := s.now.r[b.edge.to].View(0, units.from, s.now.rows, units.to-units.from)
	a := s.now.a[b.edge.from].View(0, 0, s.now.rows, b.weights.Cols)
	train.Accumulate(s.add, spectralMomentum, rowsOf(b.momentum, units), func(beta T, m mat.Dense[T]) {
		mat.Gemm(mat.Trans, mat.NoTrans, s.now.share, r, a, beta, m, w)
	})
}

// stepSpectral moves the weights that do so in the spectral norm, if there are any and it is time.
func (m *minibatch[T]) stepSpectral(due duties) {
	if len(m.spectral.blocks) == 0 {
		return
	}
	m.spectral.pending += m.spectral.rate * m.guard.scale * due.spectralScale
	if !due.spectral {
		return
	}
	if slices.ContainsFunc(m.spectral.blocks, (*spectralBlock[T]).isUnsaved) {
		m.graph.unpack()
	}
	m.spectral.move()
	for _, b := range m.spectral.blocks {
		b.edge.changed()
	}
}

// isUnsaved reports whether the network lacks what a W step did to the biases.
func (b *spectralBlock[T]) isUnsaved() bool { return b.edge.packed.unsaved }

// move moves the weights.
func (s *spectralStep[T]) move() {
	t := s.graph.team
	if s.plan.workersEach(t) > 0 {
		mat.Parallel(t.workers, len(s.plan.together), s.phases.abreast)
	} else {
		for _, b := range s.plan.together {
			b.move(s.pending, s.decayNow(), t.workers)
		}
	}
	mat.Parallel(t.workers, len(s.plan.apart), s.phases.apart)
	s.pending = 0
}

// decayNow is the decay of the next step.
func (s *spectralStep[T]) decayNow() float64 {
	if !s.adaptive {
		return s.decay
	}
	satisfied := 1 - s.active
	return s.decay * satisfied * satisfied
}

// forget makes the momentum begin anew.
func (s *spectralStep[T]) forget() {
	s.pending = 0
	for _, b := range s.blocks {
		b.momentum.Fill(0)
	}
}

// moveAbreast moves block i of those that several workers each move side by side.
func (s *spectralStep[T]) moveAbreast(i int) {
	s.plan.together[i].move(s.pending, s.decayNow(), s.plan.workersEach(s.graph.team))
}

// moveApart moves block i of those that one worker moves.
func (s *spectralStep[T]) moveApart(i int) { s.plan.apart[i].move(s.pending, s.decayNow(), 1) }

// move goes the way α along the polar factor, with decoupled decay, which leaves the biases out and takes
// no more than there is. The way is as long if no sample has violated its margin for many batches, and M has faded:
// the direction is that of the last ones that did. A rule against that, as Muon in package gradient has it, would be
// another step, to be tried on held-out samples first.
func (b *spectralBlock[T]) move(alpha, decay float64, w mat.Workers) {
	b.factor.Compute(b.solution, b.momentum, w)
	b.length = T(alpha * math.Sqrt(max(1, float64(b.weights.Rows)/float64(b.edge.w.Cols))))
	b.keep = T(max(0, 1-alpha*decay))
	b.moving.Run(b.weights.Rows, rows.Band, rows.Sharing(w, b.weights.Rows*b.weights.Cols))
}

// moveRows moves some rows. Momentum that is negligible becomes 0.
func (b *spectralBlock[T]) moveRows(from, to int) {
	smallest := max(vec.Negligible*b.factor.Norm(), mat.SmallestNormal[T]())
	for row := from; row < to; row++ {
		mat.Scal(b.keep, b.edge.w.Row(row))
		mat.Axpy(b.length, b.solution.Row(row), b.weights.Row(row))
		vec.Flush(b.momentum.Row(row), smallest)
	}
}

// state exchanges what lives longer than a batch.
func (s *spectralStep[T]) state(state *train.State) {
	if len(s.blocks) == 0 {
		return
	}
	state.Float("pending", &s.pending)
	if s.adaptive {
		state.Float("active", &s.active)
	}
	for _, b := range s.blocks {
		train.Matrix(state, "momentum", b.momentum)
	}
}
