package report

import (
	"fmt"
	"io"
	"math"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/words"
)

// Accuracy is how well the numbers of a target are predicted, in their units.
type Accuracy struct {
	Target string
	// RMSE is the root of the mean squared error, MAE the mean absolute one.
	RMSE, MAE float64
	// GuessRMSE is the RMSE of always predicting the mean of the samples.
	GuessRMSE float64
	// R2 is the part of the variance of the samples that is explained: 1 − Σ(y−p)²/Σ(y−mean)². It is
	// NaN if they do not vary.
	R2 float64
}

// Fit adds up how well targets are predicted. [NewFit] makes one.
type Fit struct {
	targets []fitted
}

// fitted is the sums of a target. mean and spread follow the samples, as B. Welford has it.
type fitted struct {
	name                 string
	n, squares, absolute float64
	mean, spread         float64
}

// NewFit returns a Fit for targets with these names.
func NewFit(names []string) *Fit {
	f := &Fit{}
	for _, name := range names {
		f.targets = append(f.targets, fitted{name: name})
	}
	return f
}

// Add adds a sample: the true and the predicted value of each target.
func (f *Fit) Add(truth, predicted []float64) {
	for k := range f.targets {
		t, y := &f.targets[k], truth[k]
		r := y - predicted[k]
		t.n++
		t.squares += float64(r * r)
		t.absolute += math.Abs(r)
		d := y - t.mean
		t.mean += d / t.n
		t.spread += float64(d * (y - t.mean))
	}
}

// Accuracy returns the accuracy over the samples so far, nil if there are none.
func (f *Fit) Accuracy() []Accuracy {
	var all []Accuracy
	for _, t := range f.targets {
		if t.n == 0 {
			return nil
		}
		a := Accuracy{Target: t.name, RMSE: math.Sqrt(t.squares / t.n), MAE: t.absolute / t.n,
			GuessRMSE: math.Sqrt(t.spread / t.n), R2: math.NaN()}
		if t.spread > 0 {
			a.R2 = 1 - t.squares/t.spread
		}
		all = append(all, a)
	}
	return all
}

// accuracyFacts are the rows that say how well each target of a part is predicted.
func accuracyFacts(part string, all []Accuracy) []table.Row {
	var rows []table.Row
	for _, a := range all {
		name := part
		if len(all) > 1 {
			name += ": " + a.Target
		}
		fact := fmt.Sprintf("RMSE %s, MAE %s, R² %s", short(a.RMSE), short(a.MAE), short(a.R2))
		if a.R2 <= 0 {
			fact += fmt.Sprintf(": always predicting the mean has RMSE %s", short(a.GuessRMSE))
		}
		rows = append(rows, table.Row{name, fact})
	}
	return rows
}

// short shows four digits.
func short(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.4g", v)
}

// accuracyObjects is the JSON form, null of none.
func accuracyObjects(all []Accuracy) any {
	if all == nil {
		return nil
	}
	list := make([]object, len(all))
	for i, a := range all {
		list[i] = object{{"target", a.Target}, {"rmse", a.RMSE}, {"mae", a.MAE}, {"r2", a.R2},
			{"guess_rmse", a.GuessRMSE}}
	}
	return list
}

// Regression is how well a network predicts the numbers of samples.
type Regression struct {
	Model    string // the file
	Network  []int  // the widths of all layers, input to output
	Dataset  string
	Part     string // of the data set: "test", "train" …, or [WholeFile]
	Samples  int
	Accuracy []Accuracy
	Others   []PartAccuracy // of the other parts, if the training has divided the file
}

// PartAccuracy is how well the numbers of a part are predicted.
type PartAccuracy struct {
	Part     string
	Samples  int
	Accuracy []Accuracy
}

// WriteTable writes it for people to read.
func (r *Regression) WriteTable(w io.Writer, colour bool) error {
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"model", r.Model},
		{"network", widths(r.Network)},
		{"data", r.Dataset + ": " + words.Counted(r.Samples, partPrefix(r.Part)+"sample")},
	})
	t.AppendRows(accuracyFacts("accuracy", r.Accuracy))
	for _, o := range r.Others {
		t.AppendRows(accuracyFacts(fmt.Sprintf("%s (%s)", o.Part, words.Group(o.Samples)), o.Accuracy))
	}
	return render(w, t)
}

// WriteJSON writes it as one JSON object.
func (r *Regression) WriteJSON(w io.Writer) error {
	others := []object{}
	for _, o := range r.Others {
		others = append(others,
			object{{"part", o.Part}, {"samples", o.Samples}, {"accuracy", accuracyObjects(o.Accuracy)}})
	}
	return writeJSON(w, object{
		{"model", r.Model}, {"network", r.Network}, {"dataset", r.Dataset}, {"part", r.Part}, {"samples", r.Samples},
		{"accuracy", accuracyObjects(r.Accuracy)}, {"other_parts", others},
	})
}
