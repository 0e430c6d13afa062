package bcd_test

import "ridge/bcd/train/traintest/plain"

type matrix = plain.Matrix

func clone(list []matrix) []matrix {
	copies := make([]matrix, len(list))
	for n, m := range list {
		for _, row := range m {
			copies[n] = append(copies[n], append([]float64(nil), row...))
		}
	}
	return copies
}

// blend moves the part c of the way from each matrix to the other's.
func blend(list, to []matrix, c float64) {
	for n, m := range list {
		for i, row := range m {
			for j := range row {
				row[j] += c * (to[n][i][j] - row[j])
			}
		}
	}
}

func dot(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// times is m·v.
func times(m matrix, v []float64) []float64 {
	var product []float64
	for _, row := range m {
		product = append(product, dot(row, v))
	}
	return product
}

func positive(v []float64) []float64 {
	var p []float64
	for _, x := range v {
		p = append(p, max(0, x))
	}
	return p
}

func meanSquare(m matrix) float64 {
	var sum float64
	for _, row := range m {
		sum += dot(row, row)
	}
	return sum / float64(len(m)*len(m[0]))
}
