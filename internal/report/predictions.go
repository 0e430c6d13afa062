package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"ridge/bcd/nn"
)

// Predictions says how answers to samples are written.
type Predictions struct {
	// Classes are the names of the outputs.
	Classes []string
	// Files are those that the samples are, which are written next to the index; nil if they are none.
	Files []string
	// Scores asks for all outputs.
	Scores bool
	// Top is how many of the best classes to write; 0 and 1 both mean the best one alone.
	Top int
	// Temperature turns outputs into probabilities: e^(o/Temperature), divided by their sum. 0: there are none.
	Temperature float64
	// Probabilities asks CSV for them; JSON has them if there are any.
	Probabilities bool
}

// PredictionWriter writes predictions, one sample after the other.
type PredictionWriter interface {
	// Write writes the prediction for the sample with this index, counted from 0, and these outputs.
	Write(index int, outputs []float64) error
	// Flush writes what is left.
	Flush() error
}

// order are the indices of the best outputs, the best one first, and the first of equal ones.
func (p *Predictions) order(outputs []float64) []int {
	n := min(max(1, p.Top), len(outputs))
	if n == 1 {
		return []int{nn.Argmax(outputs)}
	}
	order := make([]int, len(outputs))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(outputs[b], outputs[a]) })
	return order[:n]
}

// places are the columns that say which sample an answer belongs to: its index, and its file if it is one.
func places(files []string) []string {
	if files == nil {
		return []string{"index"}
	}
	return []string{"index", "file"}
}

// appendPlace appends what stands in these columns.
func appendPlace(line []string, index int, files []string) []string {
	line = append(line, strconv.Itoa(index))
	if files != nil {
		line = append(line, csvText(files[index]))
	}
	return line
}

// placeOf is the same for JSON.
func placeOf(index int, files []string) object {
	if files == nil {
		return object{{"index", index}}
	}
	return object{{"index", index}, {"file", files[index]}}
}

// CSV returns a writer of CSV, and writes its header: index, file if there are any, class and score of the best class,
// and everything else that is asked for.
func (p *Predictions) CSV(w io.Writer) (PredictionWriter, error) {
	out := &csvPredictions{Predictions: p, csv: csv.NewWriter(w)}
	header := places(p.Files)
	for i := range min(max(1, p.Top), len(p.Classes)) {
		suffix := ""
		if i > 0 {
			suffix = "_" + strconv.Itoa(i+1)
		}
		header = append(header, "class"+suffix, "score"+suffix)
		if p.Probabilities {
			header = append(header, "probability"+suffix)
		}
	}
	if p.Scores {
		for _, class := range p.Classes {
			header = append(header, csvText("score of "+class))
		}
	}
	return out, out.csv.Write(header)
}

type csvPredictions struct {
	*Predictions
	csv  *csv.Writer
	line []string
}

// Write implements [PredictionWriter].
func (c *csvPredictions) Write(index int, outputs []float64) error {
	c.line = appendPlace(c.line[:0], index, c.Files)
	var probabilities []float64
	if c.Probabilities {
		probabilities = nn.Probabilities(outputs, c.Temperature)
	}
	for _, k := range c.order(outputs) {
		c.line = append(c.line, csvText(c.Classes[k]), csvNumber(outputs[k]))
		if probabilities != nil {
			c.line = append(c.line, csvNumber(probabilities[k]))
		}
	}
	if c.Scores {
		for _, v := range outputs {
			c.line = append(c.line, csvNumber(v))
		}
	}
	return c.csv.Write(c.line)
}

// Flush implements [PredictionWriter].
func (c *csvPredictions) Flush() error {
	c.csv.Flush()
	return c.csv.Error()
}

// JSON returns a writer of JSON lines, one object each.
func (p *Predictions) JSON(w io.Writer) PredictionWriter {
	b := bufio.NewWriter(w)
	out := &jsonPredictions{Predictions: p, buffer: b, encoder: json.NewEncoder(b)}
	out.encoder.SetEscapeHTML(false)
	return out
}

type jsonPredictions struct {
	*Predictions
	buffer  *bufio.Writer
	encoder *json.Encoder
}

// Write implements [PredictionWriter].
func (j *jsonPredictions) Write(index int, outputs []float64) error {
	probabilities := nn.Probabilities(outputs, j.Temperature)
	answer := func(k int) object {
		out := object{{"class", j.Classes[k]}, {"score", outputs[k]}}
		if probabilities != nil {
			out = append(out, member{"probability", probabilities[k]})
		}
		return out
	}
	best := j.order(outputs)
	line := append(placeOf(index, j.Files), answer(best[0])...)
	if j.Top > 1 {
		top := make([]object, len(best))
		for i, k := range best {
			top[i] = answer(k)
		}
		line = append(line, member{"top", top})
	}
	if j.Scores {
		scores := make(object, len(outputs))
		for k, v := range outputs {
			scores[k] = member{j.Classes[k], v}
		}
		line = append(line, member{"scores", scores})
	}
	return j.encoder.Encode(line)
}

// Flush implements [PredictionWriter].
func (j *jsonPredictions) Flush() error { return j.buffer.Flush() }
