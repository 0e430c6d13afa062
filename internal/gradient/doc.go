// Package gradient trains the networks of package bcd by back-propagation and stochastic gradients: Caffe's six solvers
// and six later ones, the baselines that block coordinate descent is measured against. They get the same [nn.Network]
// with its skips, its initial weights and its centred inputs, the same batches ([train.Batches]) and the same product
// kernels. They don't get what bcd begins with in mini-batches: it divides the inputs by their root mean square, over
// all columns together, and draws the biases of the first hidden layer, which begin at 0 here.
//
// # The objective
//
// With ℓ the loss of a sample and N samples, the methods minimize
//
//	F(W) = (1/N) Σᵢ ℓ(yᵢ, oᵢ) + ½λ(‖V‖² + Σ_n ‖W_n‖²)
//
// where λ is [Options].WeightDecay. As in bcd, the biases are not in the norms. (In Caffe, decay
// applies to every blob whose decay_mult is not set to 0.) ℓ is the network's own loss, any
// [nn.Loss]: the cross-entropy −log softmax(o)_label, the squared hinge ½Σ_k max(0, 1 − y_k o_k)²,
// half of Caffe's, or ½‖y − o‖².
//
// # The solvers
//
// The updates and the names of their options are those of Caffe, so that its recipes
// carry over. g is the gradient of F on one batch, α the learning rate of the iteration
// ([Schedule].Policy), μ the momentum, δ a small constant. All operations are element
// by element:
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
// Any of them may have decoupled decay, [Options].Decay, a warm-up, and a longer step for the weights
// that read the input. In the methods below these are part of the recipe. G is the gradient by a
// block of weights, those by which one layer reads another one; the biases do not decay, and with
// Muon and SOAP they follow AdamW.
//
//	AdamW          Adam, and w ← (1−αλ)w; δ is that of the paper, outside of the corrections
//	schedule-free  z ← z − γ(g/(√v + δ) + λy)       γ = α√(1−μ₂ᵗ), v as Adam's, g at y
//	               x ← (1−c)x + cz,  c = γ²/Σγ²     y = (1−μ)z + μx; x is the result
//	Muon           M ← μM + G                       W ← (1−αλ)W − α√max(1, m/n)·polar(G + μM)
//	               the output and the biases: AdamW at α/20
//	SOAP           L ← ρL + (1−ρ)GGᵀ                Adam on Q_LᵀGQ_R, turned back; Q_L and Q_R
//	               R ← ρR + (1−ρ)GᵀG                follow the eigenvectors of L and R
//	K-FAC          M ← μM + (1−μ)νS⁻¹GA⁻¹           A: second moments of what a layer reads, S: those
//	               W ← (1−αλ)W − αM                 of drawn gradients by its pre-activations; ν
//	                                                bounds the change of the outputs
//	FOOF           as K-FAC, without S and ν
//
// In K-FAC and FOOF a layer that reads several has an A for each of them, with the ones. The biases belong to the last
// one of its blocks; the others get the part of A⁻¹ without the ones, which is about the inverse of the damped
// covariance of what they read.
//
// # Numbers
//
// Matrix products are those of mat; the elementwise loops are kernels of asm. Losses
// are added up in float64. The same network, samples and options give the same bits,
// whatever the number of workers. An epoch allocates nothing on one worker, apart from
// the evaluation and from SOAP's factorizations.
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
//   - Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019: AdamW. Defazio, Yang,
//     Mehta, Mishchenko, Khaled and Cutkosky, The Road Less Scheduled, NeurIPS 2024: algorithm 1,
//     with Adam's squares.
//   - Jordan et al., Muon: An Optimizer for Hidden Layers in Neural Networks, 2024. Vyas, Morwani,
//     Zhao, Kwun, Shapira, Brandfonbrener, Janson and Kakade, SOAP: Improving and Stabilizing
//     Shampoo Using Adam, ICLR 2025.
//   - Martens and Grosse, Optimizing Neural Networks with Kronecker-Factored Approximate Curvature,
//     ICML 2015. Benzing, Gradient Descent on Neurons and Its Link to Approximate Second-Order
//     Optimization, ICML 2022: FOOF.
package gradient
