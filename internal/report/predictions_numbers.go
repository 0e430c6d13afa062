package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
)

// NumberPredictions says how the predictions of a regression are written.
type NumberPredictions struct {
	Targets []string // their names
	Files   []string // those of [Predictions]
}

// CSV returns a writer of CSV, whose outputs are the predicted numbers, and writes its header: index, file if there are
// any, and the names of the targets, of which one that is called like another column has a _ in front.
func (n *NumberPredictions) CSV(w io.Writer) (PredictionWriter, error) {
	out, header := &csvNumbers{csv.NewWriter(w), n.Files}, places(n.Files)
	for _, name := range n.Targets {
		for slices.Contains(header, csvText(name)) {
			name = "_" + name
		}
		header = append(header, csvText(name))
	}
	return out, out.csv.Write(header)
}

type csvNumbers struct {
	csv   *csv.Writer
	files []string
}

// Write implements [PredictionWriter].
func (c *csvNumbers) Write(index int, numbers []float64) error {
	line := appendPlace(nil, index, c.files)
	for _, v := range numbers {
		line = append(line, csvNumber(v))
	}
	return c.csv.Write(line)
}

// Flush implements [PredictionWriter].
func (c *csvNumbers) Flush() error {
	c.csv.Flush()
	return c.csv.Error()
}

// JSON returns a writer of JSON lines, one object each, whose outputs are the predicted numbers.
func (n *NumberPredictions) JSON(w io.Writer) PredictionWriter {
	b := bufio.NewWriter(w)
	out := &jsonNumbers{n, b, json.NewEncoder(b)}
	out.encoder.SetEscapeHTML(false)
	return out
}

type jsonNumbers struct {
	*NumberPredictions
	buffer  *bufio.Writer
	encoder *json.Encoder
}

// Write implements [PredictionWriter].
func (j *jsonNumbers) Write(index int, numbers []float64) error {
	of := make(object, len(numbers))
	for k, v := range numbers {
		of[k] = member{j.Targets[k], v}
	}
	return j.encoder.Encode(append(placeOf(index, j.Files), member{"numbers", of}))
}

// Flush implements [PredictionWriter].
func (j *jsonNumbers) Flush() error { return j.buffer.Flush() }
