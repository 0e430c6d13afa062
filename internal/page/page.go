package page

import (
	_ "embed"
	"html/template"
	"io"

	"ridge/internal/report"
)

// Page is what a page shows. Empty parts are left out.
type Page struct {
	Title   string
	Summary string // lines of a fixed width
	Charts  []Chart
	Tables  []Table
	Matrix  Matrix
	// Calibration is nil if there are no probabilities.
	Calibration *Calibration
	Worst       []Sample
	Samples     string // that Matrix and Worst are about: "the test samples"
	Weights     []template.URL
	Settings    []Setting
}

// Table is a table with a title. The first column is to the left, numbers are to the right.
type Table struct {
	Title, Text string
	Header      []string
	Rows        [][]string
}

// Setting is a name and a value.
type Setting struct{ Name, Value string }

// Sample is a classified sample.
type Sample struct {
	Index         int    // among those of its part, or of the file, from 0
	Line          int    // of the file, from 1; 0: it has none
	File          string // that the sample is; "": it is none
	Class, Answer string
	Margin        float64 // the score of its class less the largest of the others
	Image         template.URL
}

// Matrix is a confusion matrix: Counts[class][answer].
type Matrix struct {
	Classes []string
	Counts  [][]int
}

// Cell is a count with its share of the samples of its class, for its colour.
type Cell struct {
	Count int
	Right bool
	Alpha float64
}

// Rows are the cells of the matrix.
func (m Matrix) Rows() [][]Cell {
	rows := make([][]Cell, len(m.Counts))
	for i, counts := range m.Counts {
		all := 0
		for _, n := range counts {
			all += n
		}
		for j, n := range counts {
			rows[i] = append(rows[i], Cell{n, i == j, float64(n) / float64(max(1, all))})
		}
	}
	return rows
}

//go:embed page.html
var source string

var parsed = template.Must(template.New("page").Parse(source))

// Write writes the page. Invisible characters in names, such as those that reverse the direction of a text, are written
// as Go escape sequences.
func (p *Page) Write(w io.Writer) error { return parsed.Execute(report.PrintableWriter(w), p) }
