package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestFactorizationsOfRankDeficientMatricesAreBackwardStable(t *testing.T) {
	both(t, testDeficient[float32], testDeficient[float64])
}

// testDeficient takes matrices whose rank is less than their order before they are rounded to T, and some that have
// equal or zero rows and columns exactly. LU reports a pivot of zero, but its factors have the same bound.
func testDeficient[T mat.Float](t *testing.T) {
	for i, s := range pick([][2]int{{40, 40}}, [][2]int{{40, 40}, {70, 40}, {40, 70}, {140, 140}}) {
		ranks := []int{0, 1, 7, 38}
		if s[0] > 100 {
			ranks = ranks[2:] // smaller ones end in the first block
		}
		for _, rank := range ranks {
			testDeficientOf(t, narrow[T](ofRank(i, rank, s[0], s[1])), "rank %d", rank)
		}
		a := random[T](newRand(i), s[0], s[1])
		mat.Copy(a.RowView(5, 1), a.RowView(3, 1))
		mat.Copy(a.ColView(20, 1), a.ColView(0, 1))
		a.RowView(11, 1).Fill(0)
		a.ColView(30, 1).Fill(0)
		testDeficientOf(t, a, "equal and zero rows and columns")
	}
}

func testDeficientOf[T mat.Float](t *testing.T, a mat.Dense[T], msg string, args ...any) {
	for _, e := range append(extremes[T]()[:2], 0) {
		b := narrow[T](scaledBy(widen(mat.NoTrans, a), e))
		checkGeqrf(t, b, 1, msg, args...)
		checkGeqp3(t, b, 1, msg, args...)
		f, ipiv := b.Clone(), make([]int, min(b.Rows, b.Cols))
		_ = mat.Getrf(f, ipiv, 1)
		requireLU(t, b, f, ipiv, msg, args...)
	}
}

func TestPotrfOfHugeAndTinyMatricesIsBackwardStable(t *testing.T) {
	both(t, testPotrfExtremes[float32], testPotrfExtremes[float64])
}

// testPotrfExtremes scales the factor back, which is exact, so that nothing underflows in the bound.
func testPotrfExtremes[T mat.Float](t *testing.T) {
	for _, e := range extremes[T]()[:2] {
		half := e / 2
		for _, u := range uplos {
			for _, n := range pick([]int{20}, []int{1, 20, 60, 130}) {
				for name, wide := range map[string]mat.Dense[float64]{
					"laplacian":        laplacian(n),
					"well conditioned": wellConditioned(1, n),
				} {
					a := narrow[T](wide)
					f := narrow[T](times2(wide, 2*half))
					require.NoError(t, mat.Potrf(u, f, 1), "%s, times 2^%d", name, 2*half)
					requireBackwardError(t, u, a, narrow[T](times2(widen(mat.NoTrans, f), -half)), name)
				}
			}
		}
	}
}
