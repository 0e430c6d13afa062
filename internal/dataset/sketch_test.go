package dataset

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSketchesKnowTheRowsOfATraining: all of a small one, a fair share of a large one, whatever else is asked about.
func TestSketchesKnowTheRowsOfATraining(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) (hashes []uint64) {
		for range n {
			hashes = append(hashes, r.Uint64())
		}
		return hashes
	}
	small, large, fresh := draw(900), draw(30_000), draw(20_000)
	of, ofMany := newSketch(small, fresh[:200]), newSketch(large, fresh[:9000])
	one := slices.Repeat(small[:1], 2000)
	often := slices.Concat(large[:400], fresh[:600]) // other rows are alike by chance as often as this
	for name, c := range map[string]struct {
		sketch *Sketch
		hashes []uint64
		many   bool
		few    bool
		share  float64
		all    bool // can be told
	}{
		"two rows":              {of, small[:2], true, false, 1, true},
		"half of some":          {of, slices.Concat(small[:50], fresh[:50]), true, false, .5, true},
		"none":                  {of, fresh[300:900], false, false, 0, true},
		"a few":                 {of, slices.Concat(small[:50], fresh[:950]), false, false, .05, true},
		"a part of many":        {ofMany, large[:3000], true, false, 1, false},
		"half of many":          {ofMany, slices.Concat(large[:6000], fresh[9000:15000]), true, false, .5, false},
		"none of many":          {ofMany, fresh[9000:], false, false, 0, false},
		"some of many":          {ofMany, fresh[9000:9009], false, true, 0, false},
		"alike as others":       {newSketch(large, often), often, false, false, .4, false},
		"copies of one":         {newSketch(slices.Concat(one, small), fresh[:9]), small, true, false, 1, true},
		"nothing was held out":  {newSketch(small, nil), small[:9], false, true, 1, true},
		"more without held out": {newSketch(small, nil), small[:10], true, false, 1, true},
		"no rows":               {of, nil, false, true, 0, true},
	} {
		k := c.sketch.Known(c.hashes)
		assert.Equal(t, []bool{c.many, c.few}, []bool{k.Many, k.Few}, "%s: %+v", name, k)
		assert.InDelta(t, c.share, float64(k.Trained)/float64(max(1, k.Of)), .1, name)
		if c.all {
			assert.Equal(t, len(c.hashes), k.Of, name)
		}
	}
	trained, told := ofMany.count(large)
	assert.Equal(t, []int{sketched, sketched}, []int{trained, told})
	assert.LessOrEqual(t, len(newSketch(large, fresh).Prints), 5500)
	for _, s := range []*Sketch{{UpTo: "x", Prints: "AAAA"}, {UpTo: "ff", Prints: "?"}, {}} {
		s.Alike = .5
		assert.Equal(t, Known{Few: true}, s.Known(large), "of a file that another program wrote")
	}
}

func TestTheTailOfABinomialDistribution(t *testing.T) {
	assert.InDelta(t, 1, atLeast(0, 50, .3), 1e-9)
	assert.InDelta(t, .3+.7*.3, atLeast(1, 2, .3), 1e-9)
	assert.InDelta(t, .3*.3, atLeast(2, 2, .3), 1e-9)
	assert.InDelta(t, .0358, atLeast(529, 1000, .5), 1e-4)
	assert.Zero(t, atLeast(3, 2, .3))
	assert.InDelta(t, .5, atLeast(500_000, 1_000_000, .5), 1e-3, "in little time")
}
