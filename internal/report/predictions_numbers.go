package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// NumberPredictions says how the predictions of a regression are written.
type NumberPredictions struct {
	Targets []string // their names
}

// CSV returns a writer of CSV, whose outputs are the predicted numbers, and writes its header: index and the names of
// the targets.
func (n *NumberPredictions) CSV(w io.Writer) (PredictionWriter, error) {
	out, header := &csvNumbers{csv.NewWriter(w)}, []string{"index"}
	for _, name := range n.Targets {
		header = append(header, csvText(name))
	}
	return out, out.csv.Write(header)
}

type csvNumbers struct{ csv *csv.Writer }

// Write implements [PredictionWriter].
func (c *csvNumbers) Write(index int, numbers []float64) error {
	line := []string{strconv.Itoa(index)}
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
	out := &jsonNumbers{n.Targets, b, json.NewEncoder(b)}
	out.encoder.SetEscapeHTML(false)
	return out
}

type jsonNumbers struct {
	targets []string
	buffer  *bufio.Writer
	encoder *json.Encoder
}

// Write implements [PredictionWriter].
func (j *jsonNumbers) Write(index int, numbers []float64) error {
	of := make(object, len(numbers))
	for k, v := range numbers {
		of[k] = member{j.targets[k], v}
	}
	return j.encoder.Encode(object{{"index", index}, {"numbers", of}})
}

// Flush implements [PredictionWriter].
func (j *jsonNumbers) Flush() error { return j.buffer.Flush() }
