package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const header = "# cpu: a processor\n# one-core FMA peak, GFLOP/s: f32 170.0 f64 85.0\n" +
	"op\tshape\tdtype\tthreads\timpl\tvalue\tpct_peak\tunit\tratio\tspread\tcheck\tratio_best\tpeak_now\n"

func row(op, shape, dtype, threads, impl, value, unit, check string) string {
	return strings.Join([]string{op, shape, dtype, threads, impl, value, "-", unit, "-", "-", check, "-", "-"}, "\t") +
		"\n"
}

// write puts a TSV file into a folder of its own and returns both.
func write(t *testing.T, text string) (folder, path string) {
	t.Helper()
	folder = t.TempDir()
	path = filepath.Join(folder, "out.tsv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return folder, path
}

func TestPicturesHaveALineForEachLibraryAndEndAtThePeak(t *testing.T) {
	folder, path := write(t, header+
		row("gemmNN", "64x64x64", "f32", "1", "ridge", "100", "GFLOP/s", "ok")+
		row("gemmNN", "128x128x128", "f32", "1", "ridge", "120", "GFLOP/s", "ok")+
		row("gemmNN", "64x64x64", "f32", "1", "onednn", "90", "GFLOP/s", "ok")+
		row("gemmNN", "64x64x64", "f64", "1", "ridge", "50", "GFLOP/s", "ok")+
		row("potrf", "64", "f64", "1", "ridge", "20", "GFLOP/s", "ok"))
	require.NoError(t, run([]string{"-out", folder, path}, io.Discard))
	svg, err := os.ReadFile(filepath.Join(folder, "gemmNN.svg"))
	require.NoError(t, err)
	for _, text := range []string{"gemmNN, float32 (GFLOP/s)", "gemmNN, float64 (GFLOP/s)", ">ridge<", ">oneDNN<"} {
		require.Contains(t, string(svg), text)
	}
	require.NotContains(t, string(svg), "OpenBLAS")
	require.FileExists(t, filepath.Join(folder, "potrf.svg"))
}

func TestRowsThatCannotBeDrawnAreLeftOut(t *testing.T) {
	m := newMeasurements()
	require.NoError(t, m.read(strings.NewReader(header+
		row("gemmNN", "64x64x64", "f32", "1", "ridge", "100", "GFLOP/s", "ok")+
		row("gemmNN", "64x64x64", "f32", "1", "ridge", "101", "GFLOP/s", "ok")+ // measured again
		row("gemmNN", "64x64x64", "f32", "2", "ridge", "200", "GFLOP/s", "ok")+
		row("gemmNN", "64x64x64", "f32", "1", "onednn", "NA", "GFLOP/s", "-")+
		row("gemmNN", "64x64x64", "f32", "1", "blis-skx", "90", "GFLOP/s", "DIFFERS 1.0e+00")+
		row("fma512", "1e10", "f32", "1", "peak", "170", "GFLOP/s", "ok")+
		row("nnqp", "w100", "f64", "1", "ridge", "0.1", "ms", "1.0e-09"))))
	require.Equal(t, map[key]map[int]float64{{"gemmNN", "f32", "ridge"}: {64: 101}}, m.values)
	require.Equal(t, []string{"gemmNN"}, m.ops)
	require.Equal(t, map[string]float64{"f32": 170, "f64": 85}, m.peaks)
}

func TestBadFilesAreRefusedWithTheirLine(t *testing.T) {
	for _, c := range []struct{ name, text, message string }{
		{"empty", "", "nothing to draw"},
		{"short row", header + "gemmNN\t64\n", "line 4: 2 columns, the header has 13"},
		{"no header", row("gemmNN", "64", "f32", "1", "ridge", "1", "GFLOP/s", "ok"),
			"line 1: 13 columns, the header has 0"},
		{"shape", header + row("gemmNN", "axb", "f32", "1", "ridge", "1", "GFLOP/s", "ok"), `line 4: shape "axb"`},
		{"value", header + row("gemmNN", "64", "f32", "1", "ridge", "NaN", "GFLOP/s", "ok"), `line 4: value "NaN"`},
		{"peak", peakPrefix + "f32 -1\n", `line 1: peak "-1"`},
		{"no peak",
			header[strings.Index(header, "op\t"):] + row("gemmNN", "64", "f32", "1", "ridge", "1", "GFLOP/s", "ok"),
			"line 2: no peak of f32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, path := write(t, c.text)
			require.ErrorContains(t, run([]string{"-out", folder, path}, io.Discard), c.message)
		})
	}
	require.ErrorContains(t, run(nil, io.Discard), "no TSV file")
}
