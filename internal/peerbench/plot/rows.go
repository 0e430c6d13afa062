package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// key names one line of one panel.
type key struct{ op, dtype, impl string }

// measurements are the rows that can be drawn.
type measurements struct {
	ops               []string // in the order in which they come
	values            map[key]map[int]float64
	peaks             map[string]float64 // GFLOP/s of one core, by dtype
	smallest, largest float64            // sizes
}

func newMeasurements() *measurements {
	return &measurements{values: map[key]map[int]float64{}, peaks: map[string]float64{}, smallest: math.Inf(1)}
}

func (m *measurements) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := m.read(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// peakPrefix begins the line with the peaks that the runner measured.
const peakPrefix = "# one-core FMA peak, GFLOP/s: "

// read takes the output of one run.
func (m *measurements) read(r io.Reader) error {
	var columns []string
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		var err error
		switch words := strings.Split(line, "\t"); {
		case strings.HasPrefix(line, peakPrefix):
			err = m.addPeaks(line[len(peakPrefix):])
		case line == "" || line[0] == '#':
		case words[0] == "op":
			columns = words
		case len(words) != len(columns):
			err = fmt.Errorf("%d columns, the header has %d", len(words), len(columns))
		default:
			err = m.addRow(func(name string) string {
				if i := slices.Index(columns, name); i >= 0 {
					return words[i]
				}
				return ""
			})
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

// addPeaks reads "f32 170.1 f64 85.2". The clock changes between runs: the highest counts.
func (m *measurements) addPeaks(s string) error {
	words := strings.Fields(s)
	for i := 0; i+1 < len(words); i += 2 {
		v, err := parsePositive(words[i+1])
		if err != nil {
			return fmt.Errorf("peak %w", err)
		}
		m.peaks[words[i]] = max(m.peaks[words[i]], v)
	}
	return nil
}

// parsePositive reads a positive finite number.
func parsePositive(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a positive number", s)
	}
	return v, nil
}

// addRow keeps a row of one thread in GFLOP/s whose checksum was right.
func (m *measurements) addRow(column func(name string) string) error {
	op, dtype := column("op"), column("dtype")
	if column("unit") != "GFLOP/s" || column("threads") != "1" || column("check") != "ok" ||
		strings.HasPrefix(op, "fma") {
		return nil
	}
	first, _, _ := strings.Cut(column("shape"), "x")
	size, err := strconv.Atoi(first)
	if err != nil || size < 1 {
		return fmt.Errorf("shape %q has no size", column("shape"))
	}
	v, err := parsePositive(column("value"))
	if err != nil {
		return fmt.Errorf("value %w", err)
	}
	if m.peaks[dtype] == 0 {
		return fmt.Errorf("no peak of %s before it", dtype)
	}
	if !slices.Contains(m.ops, op) {
		m.ops = append(m.ops, op)
	}
	k := key{op, dtype, column("impl")}
	if m.values[k] == nil {
		m.values[k] = map[int]float64{}
	}
	m.values[k][size] = v
	m.smallest, m.largest = min(m.smallest, float64(size)), max(m.largest, float64(size))
	return nil
}
