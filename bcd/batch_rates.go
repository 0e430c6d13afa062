package bcd

// rates are what the options say of the layers and of their weights. The output is layer L+1.
type rates struct {
	gamma             []float64 // γ_n at n−1
	lambda, lambdaOut float64   // per sample
	l1                float64
	inputStep         float64
}

// newRates returns those of a training on the given number of samples.
func newRates(o *BatchOptions, layers int, samples float64) *rates {
	return &rates{gammas(o.Gamma, layers), o.Lambda / samples, o.LambdaOut / samples, o.L1, o.InputStep}
}

// layers is L.
func (r *rates) layers() int { return len(r.gamma) }

// gammaOf is γ_n, and 1 for the output.
func (r *rates) gammaOf(n int) float64 {
	if n > r.layers() {
		return 1
	}
	return r.gamma[n-1]
}

// ridge is the λ' of a layer, relative to the trace of the Gram matrix of what it reads.
func (r *rates) ridge(n int) float64 {
	if n > r.layers() {
		return r.lambdaOut
	}
	return r.lambda
}

// sparse is the λ₁ of a layer, of a hidden one relative to γ_n.
func (r *rates) sparse(n int) float64 {
	if n > r.layers() {
		return r.l1
	}
	return r.l1 / r.gamma[n-1]
}

// stepFactor is how many times η the weights of hidden layers go that read layer from.
func (r *rates) stepFactor(from int) float64 {
	if from == 0 {
		return r.inputStep
	}
	return 1
}

// outputStepFactor is how many times η the weights of the output go. A full step on a batch of B samples
// would take away about the part f/B of their residuals, f being the effective degrees of freedom
// of the ridge regression, which the layers below are about to take away, too. It may take an
// eighth of them.
func outputStepFactor(samples, freedom float64) float64 {
	const most, residual = 0.3, 0.125
	return min(most, residual*samples/freedom)
}
