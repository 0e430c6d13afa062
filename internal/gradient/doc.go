// Package gradient trains the networks of package bcd by back-propagation and stochastic
// gradients: the baselines that block coordinate descent is measured against. They
// get what it gets: the same [nn.Network] with its skips, its initial weights, its
// centred inputs, the same batches ([train.Batches]) and the same product kernels.
//
// # The objective
//
// With ℓ the loss of a sample and N samples, the methods go down
//
//	F(W) = (1/N) Σᵢ ℓ(yᵢ, oᵢ) + ½λ(‖V‖² + Σ_n ‖W_n‖²)
//
// where λ is [Options].WeightDecay. As in bcd, and unlike in Caffe, where decay holds
// for every blob whose decay_mult is not set to 0, the biases are not in the norms.
// ℓ is the network's own loss, any [nn.Loss]: the cross-entropy −log softmax(o)_label, the squared
// hinge ½Σ_k max(0, 1 − y_k o_k)², half of Caffe's, or ½‖y − o‖².
//
// # The solvers
//
// The updates and the names of their options are those of Caffe, so that its recipes
// carry over. g is the gradient of F on one batch, α the learning rate of the iteration
// ([Options].Policy), μ the momentum, δ a small constant; everything is element by
// element:
//
//	SGD        h ← μh + αg                     w ← w − h
//	Nesterov   h' ← μh + αg                    w ← w − ((1+μ)h' − μh)
//	AdaGrad    h ← h + g²                      w ← w − αg/(√h + δ)
//	RMSProp    h ← ρh + (1−ρ)g²                w ← w − αg/(√h + δ)
//	AdaDelta   h ← μh + (1−μ)g²                s = g√((k+δ)/(h+δ)),  w ← w − αs,
//	                                           k ← μk + (1−μ)s²
//	Adam       m ← μm + (1−μ)g                 w ← w − α·√(1−μ₂ᵗ)/(1−μᵗ)·m/(√v + δ)
//	           v ← μ₂v + (1−μ₂)g²
//
// The learning rate is inside the history of SGD and Nesterov, so that a lower rate
// takes effect gradually. Adam's δ is the ε̂ of the paper's remark on its section 2:
// its bias correction is folded into the step.
//
// # Numbers
//
// Matrix work is products of mat; what is left is the elementwise loops of kernels.go.
// Losses are added up in float64. Same network, samples and options: the same bits,
// whatever the number of workers. An epoch allocates nothing on one worker, apart
// from the evaluation.
//
// # Sources
//
//   - Jia et al., Caffe: Convolutional Architecture for Fast Feature Embedding, ACM MM
//     2014, and the documentation of its solvers.
//   - Sutskever, Martens, Dahl and Hinton, On the importance of initialization and
//     momentum in deep learning, ICML 2013: Nesterov's gradient in this form.
//   - Duchi, Hazan and Singer, JMLR 12, 2011: AdaGrad. Tieleman and Hinton, Coursera
//     lecture 6.5, 2012: RMSProp. Zeiler, arXiv:1212.5701, 2012: AdaDelta. Kingma and
//     Ba, ICLR 2015: Adam.
package gradient
