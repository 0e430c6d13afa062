package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// A table with currency and per cent signs and separators of thousands trains, predicts and is judged as one of plain
// numbers, and so is a row of a Go program.
func TestNumbersWithMarksTrainAsPlainNumbers(t *testing.T) {
	dir := t.TempDir()
	tables := map[string]*strings.Builder{"plain": {}, "marked": {}}
	for _, b := range tables {
		b.WriteString("share,income,price\n")
	}
	for i := range 60 {
		share, income := i%10, 900+17*i
		price := 100*share + income
		fmt.Fprintf(tables["plain"], "%d,%d,%d\n", share, income, price)
		fmt.Fprintf(tables["marked"], "%d %%,\"$%d,%03d\",\"%d,%03d.00 €\"\n", share, income/1000, income%1000, price/1000, price%1000)
	}
	rows := map[string][]string{"plain": {"3", "1500"}, "marked": {"3%", "$1,500"}}
	answers, prices := map[string]string{}, map[string][]float64{}
	for name, b := range tables {
		path, model := filepath.Join(dir, name+".csv"), filepath.Join(dir, name)
		// Numbers below a thousand have no separator.
		text := strings.NewReplacer("\"$0,", "\"$", "\"0,", "\"").Replace(b.String())
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		succeed(t, "--data", path, "--net", "20", "--epochs", "5", "--lambda", "0.01", "--save", model)
		answers[name] = succeed(t, "predict", "--model", model, "--data", path).stdout
		net, err := nn.Load[float32](model)
		require.NoError(t, err)
		p, err := nn.NewRowPredictor(net)
		require.NoError(t, err)
		price, err := p.Numbers(rows[name])
		require.NoError(t, err)
		prices[name] = slices.Clone(price)
	}
	assert.Equal(t, answers["plain"], answers["marked"])
	assert.Equal(t, prices["plain"], prices["marked"])
}
