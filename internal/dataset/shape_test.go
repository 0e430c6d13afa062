package dataset

import (
	"bytes"
	"image"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// picture is a PNG of this size, all grey.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))))
	return b.Bytes()
}

// As many numbers in another order would be answered as if they were those of the training.
func TestSamplesOfAnotherShapeAreRefused(t *testing.T) {
	pixels := make([]uint8, 4*24)
	for i := range pixels {
		pixels[i] = uint8(7 * i)
	}
	array := func(shape string) map[string][]byte {
		return map[string][]byte{"X.npy": npy("|u1", "(4, "+shape+")", pixels),
			"y.npy": npy("|u1", "(4,)", []uint8{0, 1, 0, 1})}
	}
	pictures := func(width, height int) map[string][]byte {
		p := picture(t, width, height)
		return map[string][]byte{"a/1.png": p, "a/2.png": p, "b/3.png": p, "b/4.png": p}
	}
	rows := map[string][]byte{"a.csv": []byte(strings.Repeat(strings.Repeat("0,", 24)[:47]+"\n", 2))}
	for name, c := range map[string]struct {
		train, of  map[string][]byte
		data, like string // the files that are named
		refused    bool
	}{
		"the same":                {array("2, 4, 3"), array("2, 4, 3"), "X.npy", "X.npy", false},
		"channels first":          {array("2, 4, 3"), array("3, 2, 4"), "X.npy", "X.npy", true},
		"channels last":           {array("3, 2, 4"), array("2, 4, 3"), "X.npy", "X.npy", true},
		"on its side":             {array("4, 6"), array("6, 4"), "X.npy", "X.npy", true},
		"one channel, last":       {array("4, 6"), array("4, 6, 1"), "X.npy", "X.npy", false},
		"one channel, first":      {array("4, 6"), array("1, 4, 6"), "X.npy", "X.npy", false},
		"rows of an array":        {array("4, 6"), array("24"), "X.npy", "X.npy", false},
		"rows, each number alone": {array("4, 6"), array("24, 1"), "X.npy", "X.npy", false},
		"rows of text":            {array("4, 6"), rows, "X.npy", "a.csv", false},
		"pictures, on their side": {pictures(6, 4), pictures(4, 6), "", "", true},
		"pictures of an array":    {array("4, 6"), pictures(6, 4), "X.npy", "", false},
		"of another order":        {array("6, 4"), pictures(6, 4), "X.npy", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			train, other := filepath.Join(folder(t, c.train), c.data), filepath.Join(folder(t, c.of), c.like)
			trained, err := Load(t.Context(), Request{Data: train})
			require.NoError(t, err)
			_, err = LoadLike(t.Context(), Request{Data: other}, trained.Description, false)
			if !c.refused {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "the training data")
			assert.ErrorContains(t, err, "shape")
			_, err = Load(t.Context(), Request{Data: train, Test: other})
			assert.ErrorContains(t, err, "shape")
		})
	}
}
