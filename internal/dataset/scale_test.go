package dataset

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

// TestImagesInATableHaveOneScale: the margins of digits must not be amplified, however many there are.
func TestImagesInATableHaveOneScale(t *testing.T) {
	images := map[string]*Set{}
	digits, err := Digits()
	require.NoError(t, err)
	images["digits"] = digits
	if dir := os.Getenv("RIDGE_MNIST"); dir != "" {
		images["mnist"], err = Load(t.Context(), Request{Data: dir})
		require.NoError(t, err)
	}
	for name, set := range images {
		for _, rows := range []int{200, 1000} {
			path := filepath.Join(t.TempDir(), "t.csv")
			require.NoError(t, os.WriteFile(path, tableOfImages(set.Train, rows), 0o600))
			d, err := Load(t.Context(), Request{Data: path})
			require.NoError(t, err)
			assert.Equal(t, columns.Common, d.Description.Inputs.Scale, "%d rows of %s", rows, name)
		}
	}
}

// tableOfImages are images and their labels in CSV.
func tableOfImages(s Samples, rows int) []byte {
	var b bytes.Buffer
	for i := range rows {
		for _, x := range s.X[i*s.Dim:][:s.Dim] {
			fmt.Fprintf(&b, "%.0f,", 255*x)
		}
		_, _ = io.WriteString(&b, fmt.Sprintln(s.Labels[i]))
	}
	return b.Bytes()
}
