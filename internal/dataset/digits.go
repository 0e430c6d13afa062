package dataset

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
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
// (1,438), both in the file's order. Every call decodes its own copy.
func Digits() (*Set, error) {
	set, err := readDigits(digitsCSV)
	if err != nil {
		return nil, fmt.Errorf("embedded digits.csv.gz: %w", err)
	}
	return set, nil
}

func readDigits(gz []byte) (*Set, error) {
	plain, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(plain)
	rows.FieldsPerRecord = digitsDim + 1
	rows.ReuseRecord = true

	set := &Set{Name: "digits", Train: Samples{Dim: digitsDim}, Test: Samples{Dim: digitsDim}}
	for digit := range 10 {
		set.Classes = append(set.Classes, strconv.Itoa(digit))
	}
	for i := 0; ; i++ {
		row, err := rows.Read()
		if err == io.EOF {
			return set, nil
		}
		if err != nil {
			return nil, err
		}
		part := &set.Train
		if i%digitsFold == digitsFold-1 {
			part = &set.Test
		}
		if err := part.appendDigit(row); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
}

// appendDigit adds one line of the file: the intensities, then the digit.
func (s *Samples) appendDigit(row []string) error {
	for _, field := range row[:digitsDim] {
		grey, err := parseUpTo(field, digitsGreys)
		if err != nil {
			return err
		}
		s.X = append(s.X, float32(grey)/digitsGreys)
	}
	digit, err := parseUpTo(row[digitsDim], 9)
	if err != nil {
		return err
	}
	s.Labels = append(s.Labels, digit)
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
