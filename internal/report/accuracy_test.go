package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccuracyIsThatOfTheFormulas(t *testing.T) {
	f := NewFit([]string{"a", "constant"})
	assert.Nil(t, f.Accuracy())
	for i, y := range []float64{1e6 + 1, 1e6 + 2, 1e6 + 6} {
		f.Add([]float64{y, 5}, []float64{y + []float64{1, -2, 2}[i], 5})
	}
	all := f.Accuracy()
	assert.InDelta(t, math.Sqrt(3), all[0].RMSE, 1e-12)
	assert.InDelta(t, 5./3, all[0].MAE, 1e-12)
	assert.InDelta(t, 1-9./14, all[0].R2, 1e-9)
	assert.InDelta(t, math.Sqrt(14./3), all[0].GuessRMSE, 1e-9, "the deviation of the samples")
	assert.Zero(t, all[1].RMSE)
	assert.True(t, math.IsNaN(all[1].R2), "nothing varies")

	r := &Regression{Model: "m", Network: []int{2, 3, 2}, Dataset: "d.csv", Part: "all", Samples: 3, Accuracy: all}
	var text, object bytes.Buffer
	require.NoError(t, r.WriteTable(&text, false))
	assert.Contains(t, text.String(), "accuracy: constant  RMSE 0, MAE 0, R² –")
	require.NoError(t, r.WriteJSON(&object))
	assert.Contains(t, strings.Join(strings.Fields(object.String()), " "),
		`{ "target": "constant", "rmse": 0, "mae": 0, "r2": null, "guess_rmse": 0 }`)
}

func TestARegressionCountsItsSamples(t *testing.T) {
	for want, r := range map[string]Regression{
		"d.csv: 1 test sample\n":      {Part: "test", Samples: 1},
		"d.csv: 1 sample\n":           {Part: "all", Samples: 1},
		"d.csv: 1,200 test samples\n": {Part: "test", Samples: 1200},
	} {
		r.Dataset = "d.csv"
		var text bytes.Buffer
		require.NoError(t, r.WriteTable(&text, false))
		assert.Contains(t, text.String(), want)
	}
}

func TestANetworkThatIsNoBetterThanTheMeanIsSaidToBe(t *testing.T) {
	for r2, want := range map[float64]string{
		0.1:        "",
		0:          ": always predicting the mean has RMSE 3",
		-1:         ": always predicting the mean has RMSE 3",
		math.NaN(): "",
	} {
		rows := accuracyFacts("test", []Accuracy{{RMSE: 4, MAE: 2, GuessRMSE: 3, R2: r2}})
		assert.Equal(t, "RMSE 4, MAE 2, R² "+short(r2)+want, rows[0][1])
	}
}

func TestPredictionsOfNumbers(t *testing.T) {
	for json, want := range map[bool]string{
		false: "index,\"a,b\",c\n7,1.5,\n",
		true:  `{"index":7,"numbers":{"a,b":1.5,"c":null}}` + "\n",
	} {
		var b strings.Builder
		p := &NumberPredictions{Targets: []string{"a,b", "c"}}
		out := p.JSON(&b)
		if !json {
			var err error
			out, err = p.CSV(&b)
			require.NoError(t, err)
		}
		require.NoError(t, out.Write(7, []float64{1.5, math.NaN()}))
		require.NoError(t, out.Flush())
		assert.Equal(t, want, b.String())
	}
}
