package qpfile

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

const small = `SMALL 2 3 2 4 -100
0 0 0.02
1 1 2
0 0
0 0 10
0 1 -1
1 0 1
2 1 1
10 2 -50
inf 50 50
`

func TestDecodeReadsWhatTheFormatSays(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(small))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for _, file := range []string{small, packed.String()} {
		p, err := Decode(strings.NewReader(file))
		require.NoError(t, err)
		assert.Equal(t, Program{
			Name: "SMALL", R: -100, Q: []float64{0, 0},
			P:     mat.DenseOf(2, 2, []float64{0.02, 0, 0, 2}),
			A:     mat.DenseOf(3, 2, []float64{10, -1, 1, 0, 0, 1}),
			Lower: []float64{10, 2, -50}, Upper: []float64{math.Inf(1), 50, 50},
		}, p)
	}
}

func TestDecodeFillsBothTriangles(t *testing.T) {
	p, err := Decode(strings.NewReader("X 2 0 2 0 0  0 1 3  0 1 1  0 0"))
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 4, 4, 0}, p.P.Data, "and adds up what is given twice")
}

func TestDecodeRefusesWhatMakesNoSense(t *testing.T) {
	for name, c := range map[string]struct{ file, message string }{
		"empty":             {"", "the name is missing"},
		"no variables":      {"X 0 0 0 0 0", "0 variables"},
		"too large":         {"X 100000000 100000000 0 0 0", "more than can be stored"},
		"negative":          {"X -1 0 0 0 0", "not a size"},
		"short":             {small[:len(small)-4], "u is missing"},
		"long":              {small + " 1", "after the last number"},
		"lower triangle":    {"X 2 0 1 0 0  1 0 3  0 0", "below the diagonal"},
		"outside of P":      {"X 2 0 1 0 0  0 2 3  0 0", "outside of P"},
		"outside of A":      {"X 2 1 0 1 0  0 0  1 0 3 0 0", "outside of A"},
		"not a number":      {"X 1 0 0 0 0  nan", "not a number"},
		"infinite":          {"X 1 0 0 0 0  inf", "q is infinite"},
		"not quite gzipped": {"\x1f\x8bhello", "unpack"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(strings.NewReader(c.file))
			require.ErrorContains(t, err, c.message)
		})
	}
}

func TestReadNamesTheFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.qp")
	_, err := Read(name)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(name, []byte("X"), 0o600))
	_, err = Read(name)
	require.ErrorContains(t, err, name)
	require.NoError(t, os.WriteFile(name, []byte(small), 0o600))
	p, err := Read(name)
	require.NoError(t, err)
	assert.Equal(t, "SMALL", p.Name)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("X 2 0 2 0 0  0 1 3  0 1 1  0 0"))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 200 || bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
			return // a header of few bytes may ask for much memory
		}
		header := strings.Fields(string(file))
		if len(header) > 2 && (len(header[1]) > 3 || len(header[2]) > 3) {
			return
		}
		p, err := Decode(bytes.NewReader(file))
		if err == nil {
			require.Len(t, p.Q, p.P.Rows)
			require.Len(t, p.Lower, p.A.Rows)
			require.Len(t, p.Upper, p.A.Rows)
		}
	})
}
