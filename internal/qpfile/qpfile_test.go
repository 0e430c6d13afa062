package qpfile

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/memory"
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

// plenty is a limit that no test reaches.
const plenty = 1 << 40

func TestDecodeReadsWhatTheFormatSays(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(small))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for _, file := range []string{small, packed.String()} {
		p, err := Decode(strings.NewReader(file), plenty)
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
	p, err := Decode(strings.NewReader("X 2 0 2 0 0  0 1 3  0 1 1  0 0"), plenty)
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 4, 4, 0}, p.P.Data, "and adds up what is given twice")
}

func TestDecodeRefusesWhatMakesNoSense(t *testing.T) {
	for name, c := range map[string]struct{ file, message string }{
		"empty":               {"", "the name is missing"},
		"no variables":        {"X 0 0 0 0 0", "0 variables"},
		"too large":           {"X 100000000 100000000 0 0 0", "more than can be stored"},
		"negative":            {"X -1 0 0 0 0", "not a size"},
		"short":               {small[:len(small)-4], "u is missing"},
		"long":                {small + " 1", "after the last number"},
		"lower triangle":      {"X 2 0 1 0 0  1 0 3  0 0", "below the diagonal"},
		"outside of P":        {"X 2 0 1 0 0  0 2 3  0 0", "outside of P"},
		"outside of A":        {"X 2 1 0 1 0  0 0  1 0 3 0 0", "outside of A"},
		"not a number":        {"X 1 0 0 0 0  nan", "not a number"},
		"infinite":            {"X 1 0 0 0 0  inf", "q is infinite"},
		"adds up to Inf in P": {"X 1 0 2 0 0  0 0 1e308 0 0 1e308  0", "elements (0, 0) of P add up to infinity"},
		"adds up to Inf in A": {"X 1 1 0 2 0  0  0 0 -1e308 0 0 -1e308  0 0",
			"elements (0, 0) of A add up to infinity"},
		"wraps on 32 bits":  {"X 65536 0 0 0 0", "more than can be stored"},
		"not quite gzipped": {"\x1f\x8bhello", "unpack"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(strings.NewReader(c.file), plenty)
			require.ErrorContains(t, err, c.message)
		})
	}
}

// taken returns how many bytes f allocates.
func taken(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// buffers is what reading takes whatever the file says.
const buffers = 256 << 10

// What a file promises, and does not hold, takes no memory.
func TestDecodeTakesNoMemoryForPromises(t *testing.T) {
	for _, file := range []string{
		"X 16000 0 0 0 0",
		"X 1 100000000 0 0 0  7",
		"X 1000 1000 100000000 0 0  0 0 1",
		"X 1000 1000 0 100000000 0 " + strings.Repeat(" 7", 1000) + " 0 0 1",
		"X 3000 0 0 0 0 " + strings.Repeat(" 7", 2999),
		"X 3000 0 0 0 0 " + strings.Repeat(" 7", 3001),
	} {
		var err error
		n := taken(func() { _, err = Decode(strings.NewReader(file), plenty) })
		require.Error(t, err)
		assert.Less(t, n, int64(buffers), "%.40s", file)
	}
}

func TestDecodeRefusesWhatTakesMoreThanTheLimit(t *testing.T) {
	for file, need := range map[string]int64{
		"X 100 0 0 0 0 " + strings.Repeat(" 7", 100):                   100*100*8 + 16*100,
		"X 1 100 0 0 0  7" + strings.Repeat(" 7", 200):                 101*8 + 16*201,
		"X 1 0 1000 0 0 " + strings.Repeat(" 0 0 1", 1000) + " 7":      8 + 16*1001,
		"X 1 1 0 1000 0  7 " + strings.Repeat(" 0 0 1", 1000) + " 7 7": 16 + 16*1003,
	} {
		_, err := Decode(strings.NewReader(file), need-1)
		var tooLarge *memory.LimitError
		require.ErrorAs(t, err, &tooLarge)
		assert.Equal(t, need, tooLarge.Need)
		n := taken(func() { _, err = Decode(strings.NewReader(file), need) })
		require.NoError(t, err)
		assert.LessOrEqual(t, n, need+buffers)
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
	const limit = 1 << 20
	f.Add([]byte(small))
	f.Add([]byte("X 2 0 2 0 0  0 1 3  0 1 1  0 0"))
	f.Add([]byte("X 16000 0 0 0 0"))
	f.Add([]byte("X 65536 0 0 0 0"))
	f.Add([]byte("X 300 0 0 0 0 " + strings.Repeat(" 7", 300)))
	f.Add([]byte("X 1 268435455 268435455 268435455 0  0 0 1"))
	f.Add([]byte("X 1 0 2 0 0  0 0 1e308 0 0 1e308  0"))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, file []byte) {
		var p Program
		var err error
		n := taken(func() { p, err = Decode(bytes.NewReader(file), limit) })
		require.LessOrEqual(t, n, int64(8*(limit+len(file)))) // with the words themselves, which do not stay
		if err != nil {
			return
		}
		require.Len(t, p.Q, p.P.Rows)
		require.Len(t, p.Lower, p.A.Rows)
		require.Len(t, p.Upper, p.A.Rows)
		for _, m := range []mat.Dense[float64]{p.P, p.A} {
			for _, v := range m.Data {
				require.False(t, math.IsInf(v, 0) || math.IsNaN(v))
			}
		}
	})
}
