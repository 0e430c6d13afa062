package bcd

// value returns F/N: with A_n, Z_n and O as in the package comment,
//
//	F = Σᵢ ℓ(yᵢ, oᵢ) + Σ_n γ_n Σᵢ φ(u_{i,n}, z_{i,n}) + ½N(λ_out‖V‖² + λ Σ_n ‖W_n‖²)
//	    + Nλ₁(‖V‖₁ + Σ_n ‖W_n‖₁),
//
// added up in float64. It takes no products: z and o are current.
func (l *lift[T]) value() float64 {
	sum := 0.5 * l.all * l.lambdaOut * squaredNorm(l.net.V)
	for _, layer := range l.net.Layers {
		sum += 0.5 * l.all * l.lambda * squaredNorm(layer.W)
	}
	if l.l1 > 0 {
		sum += l.all * l.l1 * absoluteSumOf(l.net)
	}
	samples := []float64{l.lossSum()}
	for n := 1; n <= l.layers(); n++ {
		samples = append(samples, l.gamma[n-1]*l.penaltySum(n))
	}
	for _, part := range l.add.Numbers(samples...) {
		sum += part
	}
	return sum / l.all
}

// lossSum is Σᵢ ℓ(yᵢ, oᵢ).
func (l *lift[T]) lossSum() float64 {
	return fitSum(outputFit(l.net.Loss), l.o, l.y, l.workers)
}

// penaltySum is Σᵢ φ(u_{i,n}, z_{i,n}).
func (l *lift[T]) penaltySum(n int) float64 {
	return fitSum(hiddenFit[T](l.objective), l.preactivation(n), l.hidden(n), l.workers)
}
