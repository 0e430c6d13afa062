package gonumblas

import (
	"math"

	"ridge/internal/spans"
	"ridge/mat"
)

// Ddot returns Σ xᵢ·yᵢ.
func (i Implementation) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if !plain(n, x, incX) || !plain(n, y, incY) {
		if n < crossing64.strided && forward(n, x, incX) && forward(n, y, incY) {
			return dotOfFewStrided(n, x, incX, y, incY)
		}
		return i.gonumBLAS.Ddot(n, x, incX, y, incY)
	}
	if n < crossing64.dot.few {
		return dotOfFew(x[:n], y[:n])
	}
	if n < crossing64.dot.kernel {
		return dotOfSome(x[:n], y[:n])
	}
	if n <= many {
		return kernels64.dot(x[:n], y[:n])
	}
	return mat.Dot(x[:n], y[:n])
}

// Dnrm2 returns √Σ xᵢ². It neither overflows nor underflows on the way.
func (i Implementation) Dnrm2(n int, x []float64, incX int) float64 {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Dnrm2(n, x, incX)
	}
	if n == 1 {
		return math.Abs(x[0])
	}
	return nrm2(x[:n], n < crossing64.nrm2)
}

// Dasum returns Σ |xᵢ|.
func (i Implementation) Dasum(n int, x []float64, incX int) float64 {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Dasum(n, x, incX)
	}
	if n < crossing64.asum {
		return sumOfFew(x[:n])
	}
	if n <= many {
		return kernels64.asum(x[:n])
	}
	return mat.Asum(x[:n])
}

// Idamax returns the index of the first element of the largest magnitude, or −1 if n is zero.
func (i Implementation) Idamax(n int, x []float64, incX int) int {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Idamax(n, x, incX)
	}
	if n == 1 {
		return 0
	}
	if n < crossing64.iamax {
		return largestOfFew(x[:n])
	}
	return mat.Iamax(x[:n])
}

// Daxpy computes y += alpha·x.
func (i Implementation) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if !plain(n, x, incX) || !plain(n, y, incY) || alpha == 0 || !spans.LoopSafe(x[:n], y[:n]) {
		i.gonumBLAS.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	if n < crossing64.axpy {
		axpyOfFew(alpha, x[:n], y[:n])
		return
	}
	if n <= many {
		kernels64.axpy(alpha, x[:n], y[:n])
		return
	}
	mat.Axpy(alpha, x[:n], y[:n])
}

// Dscal computes x = alpha·x.
func (i Implementation) Dscal(n int, alpha float64, x []float64, incX int) {
	if !plain(n, x, incX) || alpha == 0 {
		i.gonumBLAS.Dscal(n, alpha, x, incX)
		return
	}
	if n < crossing64.scal.few {
		scalOfFew(alpha, x[:n])
		return
	}
	if n < crossing64.scal.kernel {
		scalOfSome(alpha, x[:n])
		return
	}
	if n <= many {
		kernels64.scal(alpha, x[:n])
		return
	}
	mat.Scal(alpha, x[:n])
}

// Sdot returns Σ xᵢ·yᵢ.
func (i Implementation) Sdot(n int, x []float32, incX int, y []float32, incY int) float32 {
	if !plain(n, x, incX) || !plain(n, y, incY) {
		if n < crossing32.strided && forward(n, x, incX) && forward(n, y, incY) {
			return dotOfFewStrided(n, x, incX, y, incY)
		}
		return i.gonumBLAS.Sdot(n, x, incX, y, incY)
	}
	if n < crossing32.dot.few {
		return dotOfFew(x[:n], y[:n])
	}
	if n < crossing32.dot.kernel {
		return dotOfSome(x[:n], y[:n])
	}
	if n <= many {
		return kernels32.dot(x[:n], y[:n])
	}
	return mat.Dot(x[:n], y[:n])
}

// Snrm2 returns √Σ xᵢ². It neither overflows nor underflows on the way.
func (i Implementation) Snrm2(n int, x []float32, incX int) float32 {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Snrm2(n, x, incX)
	}
	if n == 1 {
		return float32(math.Abs(float64(x[0])))
	}
	return nrm2(x[:n], n < crossing32.nrm2)
}

// Sasum returns Σ |xᵢ|.
func (i Implementation) Sasum(n int, x []float32, incX int) float32 {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Sasum(n, x, incX)
	}
	if n < crossing32.asum {
		return sumOfFew(x[:n])
	}
	if n <= many {
		return kernels32.asum(x[:n])
	}
	return mat.Asum(x[:n])
}

// Isamax returns the index of the first element of the largest magnitude, or −1 if n is zero.
func (i Implementation) Isamax(n int, x []float32, incX int) int {
	if n < 1 || !plain(n, x, incX) {
		return i.gonumBLAS.Isamax(n, x, incX)
	}
	if n == 1 {
		return 0
	}
	if n < crossing32.iamax {
		return largestOfFew(x[:n])
	}
	return mat.Iamax(x[:n])
}

// Saxpy computes y += alpha·x.
func (i Implementation) Saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if !plain(n, x, incX) || !plain(n, y, incY) || alpha == 0 || !spans.LoopSafe(x[:n], y[:n]) {
		i.gonumBLAS.Saxpy(n, alpha, x, incX, y, incY)
		return
	}
	if n < crossing32.axpy {
		axpyOfFew(alpha, x[:n], y[:n])
		return
	}
	if n <= many {
		kernels32.axpy(alpha, x[:n], y[:n])
		return
	}
	mat.Axpy(alpha, x[:n], y[:n])
}

// Sscal computes x = alpha·x.
func (i Implementation) Sscal(n int, alpha float32, x []float32, incX int) {
	if !plain(n, x, incX) || alpha == 0 {
		i.gonumBLAS.Sscal(n, alpha, x, incX)
		return
	}
	if n < crossing32.scal.few {
		scalOfFew(alpha, x[:n])
		return
	}
	if n < crossing32.scal.kernel {
		scalOfSome(alpha, x[:n])
		return
	}
	if n <= many {
		kernels32.scal(alpha, x[:n])
		return
	}
	mat.Scal(alpha, x[:n])
}

// Drot rotates the points (xᵢ, yᵢ): x = c·x + s·y and y = c·y − s·x.
func (i Implementation) Drot(n int, x []float64, incX int, y []float64, incY int, c, s float64) {
	if n < 1 || !plain(n, x, incX) || !plain(n, y, incY) {
		i.gonumBLAS.Drot(n, x, incX, y, incY, c, s)
		return
	}
	rot(x[:n], y[:n], c, s)
}

// Srot rotates the points (xᵢ, yᵢ): x = c·x + s·y and y = c·y − s·x.
func (i Implementation) Srot(n int, x []float32, incX int, y []float32, incY int, c, s float32) {
	if n < 1 || !plain(n, x, incX) || !plain(n, y, incY) {
		i.gonumBLAS.Srot(n, x, incX, y, incY, c, s)
		return
	}
	rot(x[:n], y[:n], c, s)
}

// Dcopy copies x to y.
func (i Implementation) Dcopy(n int, x []float64, incX int, y []float64, incY int) {
	if !plain(n, x, incX) || !plain(n, y, incY) {
		i.gonumBLAS.Dcopy(n, x, incX, y, incY)
		return
	}
	copy(y[:n], x[:n])
}

// Scopy copies x to y.
func (i Implementation) Scopy(n int, x []float32, incX int, y []float32, incY int) {
	if !plain(n, x, incX) || !plain(n, y, incY) {
		i.gonumBLAS.Scopy(n, x, incX, y, incY)
		return
	}
	copy(y[:n], x[:n])
}
