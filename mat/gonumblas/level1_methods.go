package gonumblas

// Ddot returns Σ xᵢ·yᵢ.
func (i Implementation) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if sum, ok := dot(n, x, incX, y, incY); ok {
		return sum
	}
	return i.gonumBLAS.Ddot(n, x, incX, y, incY)
}

// Dnrm2 returns √Σ xᵢ². It neither overflows nor underflows on the way.
func (i Implementation) Dnrm2(n int, x []float64, incX int) float64 {
	if norm, ok := nrm2(n, x, incX); ok {
		return norm
	}
	return i.gonumBLAS.Dnrm2(n, x, incX)
}

// Dasum returns Σ |xᵢ|.
func (i Implementation) Dasum(n int, x []float64, incX int) float64 {
	if sum, ok := asum(n, x, incX); ok {
		return sum
	}
	return i.gonumBLAS.Dasum(n, x, incX)
}

// Idamax returns the index of the first element of the largest magnitude, or −1 if n is zero.
func (i Implementation) Idamax(n int, x []float64, incX int) int {
	if index, ok := iamax(n, x, incX); ok {
		return index
	}
	return i.gonumBLAS.Idamax(n, x, incX)
}

// Daxpy computes y += alpha·x.
func (i Implementation) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if !axpy(n, alpha, x, incX, y, incY) {
		i.gonumBLAS.Daxpy(n, alpha, x, incX, y, incY)
	}
}

// Dscal computes x = alpha·x.
func (i Implementation) Dscal(n int, alpha float64, x []float64, incX int) {
	if !scal(n, alpha, x, incX) {
		i.gonumBLAS.Dscal(n, alpha, x, incX)
	}
}

// Sdot returns Σ xᵢ·yᵢ.
func (i Implementation) Sdot(n int, x []float32, incX int, y []float32, incY int) float32 {
	if sum, ok := dot(n, x, incX, y, incY); ok {
		return sum
	}
	return i.gonumBLAS.Sdot(n, x, incX, y, incY)
}

// Snrm2 returns √Σ xᵢ². It neither overflows nor underflows on the way.
func (i Implementation) Snrm2(n int, x []float32, incX int) float32 {
	if norm, ok := nrm2(n, x, incX); ok {
		return norm
	}
	return i.gonumBLAS.Snrm2(n, x, incX)
}

// Sasum returns Σ |xᵢ|.
func (i Implementation) Sasum(n int, x []float32, incX int) float32 {
	if sum, ok := asum(n, x, incX); ok {
		return sum
	}
	return i.gonumBLAS.Sasum(n, x, incX)
}

// Isamax returns the index of the first element of the largest magnitude, or −1 if n is zero.
func (i Implementation) Isamax(n int, x []float32, incX int) int {
	if index, ok := iamax(n, x, incX); ok {
		return index
	}
	return i.gonumBLAS.Isamax(n, x, incX)
}

// Saxpy computes y += alpha·x.
func (i Implementation) Saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if !axpy(n, alpha, x, incX, y, incY) {
		i.gonumBLAS.Saxpy(n, alpha, x, incX, y, incY)
	}
}

// Sscal computes x = alpha·x.
func (i Implementation) Sscal(n int, alpha float32, x []float32, incX int) {
	if !scal(n, alpha, x, incX) {
		i.gonumBLAS.Sscal(n, alpha, x, incX)
	}
}
