// Package bcd trains ReLU networks by block coordinate descent: no learning rate,
// no gradient descent on the weights. A network is a directed acyclic graph of ReLU
// layers with a linear output ([nn.Network]). [MiniBatches] fits it to labelled samples in mini-batches, which
// generalizes best; [FullBatches] is the algorithm as published, on all samples at once, with an objective that never
// rises. Both are methods for [train.Run].
//
// # The objective
//
// Samples are rows. X = U₀ is the N×d₀ input, Y the N×K targets. In addition to the weights W_n and V there are
// hidden variables U_n ≥ 0, N×d_n, that need not be what the layers below compute. Layer n reads the layers in M_n
// (n−1, and skips): A_n is those U side by side with a column of ones for the bias, Z_n = A_n·W_nᵀ are the
// pre-activations, O = [U_L, 1]·Vᵀ the outputs. With ℓ the loss and a penalty φ that ties u to z,
//
//	F(U,V,W) = Σᵢ ℓ(yᵢ, oᵢ) + Σ_n γ_n Σᵢ φ(u_{i,n}, z_{i,n}) + ½N(λ_out‖V‖² + λ Σ_n ‖W_n‖²)
//
// where the biases are not in the norms; for sparse networks, + Nλ₁(‖V‖₁ + Σ_n ‖W_n‖₁).
// Reported is F/N, so that γ, λ and λ_out mean the same for every N. There are two
// penalties:
//
//   - [Tikhonov]: φ = ½‖u − z‖², of Zhang and Brand. As max(0, z) is the u ≥ 0 closest to z, it minimizes the
//     penalty; but where z < 0, the minimum is not zero but ½z². So training makes z positive, and the network
//     linear.
//   - [Fenchel]: φ = ½‖u‖² + ½‖max(0,z)‖² − u·z, which is never negative and zero
//     exactly where u = max(0, z). It keeps the ReLU, and is the default.
//
// Both are convex in u and in z, so F is convex in V, in W, and in each U_n. Tikhonov's is convex in all of U together.
//
// # The algorithm
//
// Iteration t of Algorithm 1 of Zhang and Brand: with p = (1−θ_t)²,
//
//	U* = argmin_{U≥0} F + ½p‖U − U_old‖²;   U ← U_old + θ_t(U* − U_old)
//
// and then V and W likewise; θ_t is a [Schedule]. No step raises F: U* (V*, W*) does
// not, and as F is convex in the block, no point on the way to it does. The steps solve
// these problems:
//
//   - U, tikhonov: one bounded QP per sample over all layers together. All samples
//     share the Hessian (package qp is made for this).
//   - U, fenchel: layer by layer, last to first, each a block of its own; a bounded
//     QP per sample, with slacks, because ½max(0, z)² = min_{s≥0} ½(z + s)².
//   - V and W: ridge regressions. Where the penalty or the loss is not quadratic they
//     are solved in passes with one Cholesky factor, each of which descends. With λ₁ a
//     pass is a batch of bounded QPs.
//
// U begins at the forward activations of the network.
//
// # Mini-batches
//
// What is remembered of a batch is the Gram matrices S_n of the layers' inputs, of which a running mean is kept. Each
// batch starts at its forward activations and moves U by a few projected gradient steps; R_n is the change of U_n.
// Then each block of weights W moves by the solution ΔW of a convex problem that has a closed form. For B samples let
// G = R_nᵀA_n/B.
//
//   - Weights that read the input, and those of the output, move in the metric of the Gram matrix:
//     min −⟨G − λ'W, ΔW⟩ + tr ΔW(S_n + δI)ΔWᵀ/(2η), so that ΔW = η(G − λ'W)(S_n + δI)⁻¹. The
//     second term is the proximal one. If S_n is that of the batch, λ' ≤ δ and η ≤ 1, this lowers the
//     objective ‖R_n − A_nΔWᵀ‖²/(2B) + ½λ'‖W + ΔW‖² of the ridge regression on R_n. (By default
//     the weights that read the input go further than that, and the output less far.)
//   - Weights between hidden layers, whose Gram matrices are less well known, move in the spectral
//     norm: ΔW = c(V − W), where V solves max ⟨M, V⟩ subject to ‖V‖₂ ≤ r/λ. M is the momentum of
//     G, c = αλ with α the step and λ the decay, and r depends on the shape. V is r/λ times the polar
//     factor of M, up to the accuracy of the iteration. This is a conditional gradient step (Frank
//     and Wolfe, 1956): it stays in the ball, whose size λ sets. ⟨M, ΔW⟩ is positive
//     unless W solves the problem, too, so a short step descends if M is near G.
//
// Some batches check their step: it is halved until it does not raise the loss of the batch. See [MiniBatches].
//
// # Numbers
//
// Everything is generic in the element type. The sums over samples in the objective are
// float64. The same input gives the same bits, whatever the number of workers. Descent
// holds up to rounding in the evaluation of the objective, some ten unit roundoffs of T
// for each product in z: in float64, an iteration never raised F by more than 10⁻¹² of
// itself in the tests.
//
// # Sources
//
//   - Zhang and Brand, Convergent Block Coordinate Descent for Training Tikhonov
//     Regularized Deep Neural Networks, NIPS 2017: the tikhonov objective, Algorithm 1.
//   - Gu, Askari and El Ghaoui, Fenchel Lifted Networks, AISTATS 2020; Li, Fang and Lin,
//     Lifted Proximal Operator Machines, AAAI 2019: the tight penalty.
//   - Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024: polar factors
//     of the momentum, of gradients. Pethick et al., Training Deep Learning Models with Norm-Constrained
//     LMOs, ICML 2025: that such steps with decay are conditional gradient steps.
package bcd
