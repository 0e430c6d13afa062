package bcd

import "ridge/bcd/train"

// The measurements of these methods beyond those of all methods: the names in
// [train.Epoch].Values.
const (
	// Theta is θ_t. It belongs to full batches.
	Theta = "theta"
	// ObjectiveBefore is F/N before the U step, without the proximal term; ObjectiveAfterU,
	// ObjectiveAfterV and ObjectiveAfterW are those after the block steps.
	ObjectiveBefore = "objective"
	ObjectiveAfterU = "objective_after_u"
	ObjectiveAfterV = "objective_after_v"
	ObjectiveAfterW = "objective_after_w"
	// Stationarity is ‖x − P(x − ∇F)‖/N after the W step: the 2-norm over U, V and W together, P being
	// the projection on U ≥ 0. Where U is not at the bound it is the norm of ∇F/N.
	Stationarity = "stationarity"
	// Distance is how far all weights, the biases among them, are from those after iteration 1: the
	// 2-norm of the difference, relative to that of the latter.
	Distance = "distance"
	// BlockKKT is the largest [qp.Certificate.KKT] of the QPs of the U step, before the relaxation: in
	// units in which the Hessian has a unit diagonal, relative to the largest slope at the point of
	// the box next to 0 that no bound balances, but at least to 2⁻²⁰·max |gᵢ|/√hᵢᵢ.
	BlockKKT = "block_kkt"
	// BlockGradient is the largest element of the gradient with which the passes of the V and W steps
	// end, with the proximal term and before the relaxation; with an ℓ1 penalty, of the subgradient of
	// least norm. It is relative to the largest c‖T_j‖‖A_k‖ (columns of targets and inputs; c is γ_n,
	// or 1 for V), and where all targets are 0 to λ₁N or, without that, to the gradient at the start.
	BlockGradient = "block_gradient"
	// SecondsU, SecondsV and SecondsW are the times of the block steps of an iteration.
	SecondsU = "seconds_u"
	SecondsV = "seconds_v"
	SecondsW = "seconds_w"
	// Eta is the step length of the last batch of an epoch.
	Eta = "eta"
	// Halvings is how often a step of an epoch was halved or undone.
	Halvings = "halvings"
	// Nonzero is the fraction of the weights that are not exactly zero, without the biases. Only
	// trainings with an ℓ1 penalty measure it.
	Nonzero = "nonzero"
)

// nonzeroMeasure is a measure of both methods.
var nonzeroMeasure = train.Measure{Name: Nonzero, Title: "nonzero", Format: train.Percent,
	Help: "share of the weights that are not zero, of sparse networks"}

var fullMeasures = []train.Measure{
	{Name: Theta, Format: train.Fixed, Help: "step of each block towards its optimum"},
	{Name: ObjectiveBefore, Format: train.Fixed, Help: "objective before the U step"},
	{Name: ObjectiveAfterU, Format: train.Fixed, Help: "objective after the U step"},
	{Name: ObjectiveAfterV, Format: train.Fixed, Help: "objective after the V step"},
	{Name: ObjectiveAfterW, Title: "objective", Format: train.Fixed, Help: "objective after the W step"},
	{Name: Stationarity, Title: "stationarity", Format: train.Scientific,
		Help: "2-norm of a projected gradient step in all variables, divided by the number of samples"},
	{Name: Distance, Format: train.Fixed, Help: "relative distance of the weights from those after iteration 1"},
	{Name: BlockKKT, Format: train.Scientific, Help: "largest relative KKT residual of the U step"},
	{Name: BlockGradient, Format: train.Scientific, Help: "largest relative gradient of the V and W steps"},
	{Name: SecondsU, Format: train.Fixed, Help: "seconds of the U step"},
	{Name: SecondsV, Format: train.Fixed, Help: "seconds of the V step"},
	{Name: SecondsW, Format: train.Fixed, Help: "seconds of the W step"},
	nonzeroMeasure,
}

var batchMeasures = []train.Measure{
	{Name: Eta, Format: train.Fixed, Help: "step length of the last batch"},
	{Name: Halvings, Format: train.Count, Help: "how often a step was halved or undone"},
	nonzeroMeasure,
}
