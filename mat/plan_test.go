package mat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// The cases are those of plan, in its order, at the sizes where one ends and the next begins.
func TestProductsArePackedWhereTheirPanelsAreReusedOften(t *testing.T) {
	kern := *asm.For[float32]()
	kern.MR, kern.NR, kern.KC, kern.MC, kern.NC = 14, 32, 384, 672, 2048 // as on a server
	type of = product[float32]
	type plan = productPlan
	const packA, packB, byRows = true, true, true
	for name, c := range map[string]struct {
		product of
		want    plan
	}{
		"symmetric":            {of{m: 9, n: 9, k: 9, form: lowerA}, plan{packA, packB, false, 16, 672}},
		"part of C":            {of{m: 9, n: 9, k: 800, part: lower}, plan{packA, packB, false, 400, 672}},
		"two halves":           {of{m: 9, n: 9, k: 800, form: concatenated}, plan{packA, packB, false, 400, 672}},
		"tiny":                 {of{m: 64, n: 64, k: 64}, plan{kc: 384, mc: 672}},
		"tiny, transposed":     {of{m: 64, n: 64, k: 64, tB: Trans}, plan{packB: packB, kc: 384, mc: 672}},
		"2²²":                  {of{m: 128, n: 64, k: 512}, plan{kc: 256, mc: 672}},
		"few rows, one panel":  {of{m: 28, n: 8, k: 60_000}, plan{kc: skinnyRows, mc: 672}},
		"few rows":             {of{m: 28, n: 1000, k: 4000}, plan{kc: skinnyRows, mc: 672}},
		"few rows from memory": {of{m: 28, n: 1000, k: 5000}, plan{false, packB, byRows, 128, 672}},
		"few columns":          {of{m: 10_000, n: 64, k: 784}, plan{packB: packB, kc: 784, mc: 28}},
		"few, transposed":      {of{m: 10_000, n: 64, k: 784, tA: Trans}, plan{packB: packB, kc: 384, mc: 672}},
		"in three quarters":    {of{m: 500, n: 500, k: 387}, plan{kc: 400, mc: 672}},
		"more":                 {of{m: 500, n: 500, k: 388}, plan{packA, packB, false, 400, 672}},
		"A transposed":         {of{m: 500, n: 500, k: 387, tA: Trans}, plan{packA, packB, false, 400, 672}},
	} {
		require.Equal(t, c.want, c.product.plan(&kern), name)
	}
}
