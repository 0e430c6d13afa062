package dataset

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"ridge/internal/dataset/table"
)

// digitsCSV is described in LICENSE.digits.
//
//go:embed digits.csv.gz
var digitsCSV []byte

const (
	digitsDim   = 8 * 8
	digitsGreys = 16 // the largest intensity
	digitsFold  = 5  // every fifth sample is a test sample
)

// Digits returns the embedded data set: 1,797 handwritten digits of 8×8 pixels
// (E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
// Machine Learning Repository, doi 10.24432/C50P49, CC BY 4.0). The samples whose
// index is 4 modulo 5 are the test part (359), the others the training part
// (1,438), both in the file's order. The intensities 0 to 16 are divided by 16.
// Every call returns its own copy.
func Digits() (*Set, error) {
	t, err := digitsTable()
	if err != nil {
		return nil, fmt.Errorf("embedded digits.csv.gz: %w", err)
	}
	return load(t, Request{Data: "digits"}.withDefaults())
}

// decodedDigits are decoded once for a process, which may train on them many times.
var decodedDigits = sync.OnceValues(func() (*table.Table, error) { return readDigits(digitsCSV) })

// digitsTable returns a copy of the table of the embedded digits.
func digitsTable() (*table.Table, error) {
	decoded, err := decodedDigits()
	if err != nil {
		return nil, err
	}
	train, test := *decoded, *decoded.Test
	train.Test = &test
	for _, t := range []*table.Table{&train, &test} {
		t.Cells, t.Values, t.Shape = slices.Clone(t.Cells), slices.Clone(t.Values), slices.Clone(t.Shape)
		t.Inputs, t.Targets = slices.Clone(t.Inputs), slices.Clone(t.Targets)
	}
	return &train, nil
}

// readDigits returns the training part, with the test part in Test.
func readDigits(gz []byte) (*table.Table, error) {
	plain, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(plain)
	if err != nil {
		return nil, err
	}
	part := func() *table.Table {
		return &table.Table{Source: "digits", Inputs: table.Numbers(digitsDim), Targets: table.Numbers(1),
			Shape: []int{8, 8}, Divisor: digitsGreys,
			Nature: table.Nature{Labels: true, Random: true, LikeMNIST: true}}
	}
	train := part()
	train.Test = part()
	i := 0
	for line := range strings.Lines(string(content)) {
		to := train
		if i%digitsFold == digitsFold-1 {
			to = train.Test
		}
		i++
		if err := appendDigit(to, strings.TrimSuffix(line, "\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", i, err)
		}
	}
	return train, nil
}

// appendDigit adds one line of the file: the intensities, then the digit.
func appendDigit(t *table.Table, line string) error {
	if strings.Count(line, ",") != digitsDim {
		return errors.New("wrong number of fields")
	}
	for range digitsDim {
		field, rest, _ := strings.Cut(line, ",")
		grey, err := parseUpTo(field, digitsGreys)
		if err != nil {
			return err
		}
		t.Cells = append(t.Cells, float32(grey))
		line = rest
	}
	digit, err := parseUpTo(line, 9)
	if err != nil {
		return err
	}
	t.Values = append(t.Values, float64(digit))
	t.Rows++
	return nil
}

func parseUpTo(field string, most int) (int, error) {
	v, err := strconv.Atoi(field)
	if err != nil {
		return 0, err
	}
	if v < 0 || v > most {
		return 0, fmt.Errorf("%d is not in 0..%d", v, most)
	}
	return v, nil
}
