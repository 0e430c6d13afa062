package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"math"
	"slices"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/page"
	"ridge/internal/report"
	"ridge/mat"
)

// pageSamples are what a page shows about a network and samples.
type pageSamples struct {
	part        string
	samples     dataset.Samples
	rows        []int // where the samples are in their file, if they are not all of it; else nil
	labels      []int // among classes; nil: there is nothing to be right or wrong
	classes     []string
	shape       []int                 // of images; nil: they are none
	weights     func() []template.URL // pictures of the first units' weights; nil: they read no images
	temperature float64               // 0: there are no probabilities
	calibrated  string                // by what
	each        eachOutput
}

// newPageSamples are the samples of a part.
func newPageSamples[T mat.Float](net *nn.Network[T], part string, samples dataset.Samples, labels []int,
	w mat.Workers) pageSamples {
	shown := pageSamples{part: part, samples: samples, labels: labels, classes: classNames(net),
		temperature: net.Temperature, each: scores(net, samples, w)}
	if net.Columns == nil {
		return shown
	}
	shape := imageShape(net.Columns.Inputs.Shape)
	size := 1
	for _, n := range shape {
		size *= n
	}
	if shape == nil || size != net.Inputs { // columns were dropped
		return shown
	}
	shown.shape, shown.weights = shape, func() []template.URL { return weightPictures(net, shape) }
	return shown
}

// imageShape is the shape that pictures are drawn in of samples with a shape, {height, width} or {height, width, 3};
// nil if they are no such images.
func imageShape(shape []int) []int {
	switch {
	case len(shape) == 2, len(shape) == 3 && shape[2] == 3:
		return shape
	case len(shape) == 3 && shape[2] == 1: // one channel, last or first
		return shape[:2]
	case len(shape) == 3 && shape[0] == 1:
		return shape[1:]
	}
	return nil
}

// weightPictures draws the weights of the first units that read images.
func weightPictures[T mat.Float](net *nn.Network[T], shape []int) []template.URL {
	const most = 64 // units
	var pictures []template.URL
	first := net.Layers[0].W
	row := make([]float64, net.Inputs)
	for i := range min(most, first.Rows) {
		for j := range row {
			row[j] = float64(first.At(i, j))
		}
		pictures = append(pictures, page.Signed(row, shape))
	}
	return pictures
}

// fill shows the samples on a page.
func (shown pageSamples) fill(ctx context.Context, p *page.Page) error {
	p.Samples = shown.named()
	if shown.weights != nil {
		p.Weights = shown.weights()
	}
	if shown.labels == nil {
		return nil
	}
	answers := make([]int, len(shown.labels))
	var worst []page.Sample
	var calibrator page.Calibrator
	if err := shown.each(ctx, func(i int, outputs []float64) error {
		answers[i] = nn.Argmax(outputs)
		worst = shown.keepWorst(worst, i, answers[i], outputs)
		if shown.temperature > 0 {
			of := nn.Probabilities(outputs, shown.temperature)
			calibrator.Add(of[answers[i]], answers[i] == shown.labels[i])
		}
		return nil
	}); err != nil {
		return err
	}
	if p.Calibration = calibrator.Calibration(); p.Calibration != nil {
		p.Calibration.By = shown.calibrated
	}
	shown.place(worst)
	p.Worst = worst
	const wide = 40 // classes that fit
	if n := len(shown.classes); n <= wide {
		p.Matrix = page.Matrix{Classes: shown.classes, Counts: report.CountConfusion(shown.labels, answers).Dense(n)}
	}
	return nil
}

// place says of the worst samples where they are in their file, and draws those that are images.
func (shown pageSamples) place(worst []page.Sample) {
	for k := range worst {
		s := &worst[k]
		i := s.Index
		if shown.shape != nil {
			at := i * shown.samples.Dim
			s.Image = page.Picture(shown.samples.X[at:at+shown.samples.Dim], shown.shape)
		}
		if shown.samples.Lines != nil {
			s.Line = int(shown.samples.Lines[i])
		}
		if shown.samples.Files != nil {
			s.File = shown.samples.Files[i]
		}
		if shown.rows != nil {
			s.Index = shown.rows[i]
		}
	}
}

// named says which samples are looked at.
func (shown pageSamples) named() string {
	if shown.part == report.WholeFile {
		return "all samples"
	}
	return "the " + shown.part + " samples"
}

// keepWorst adds a sample to the list of the worst ones, whose length is bounded.
func (shown pageSamples) keepWorst(worst []page.Sample, i, answer int, outputs []float64) []page.Sample {
	const most = 24
	label := shown.labels[i]
	other := math.Inf(-1)
	for k, v := range outputs {
		if k != label {
			other = max(other, v)
		}
	}
	s := page.Sample{Index: i, Class: shown.classes[label], Answer: shown.classes[answer],
		Margin: outputs[label] - other}
	at, _ := slices.BinarySearchFunc(worst, s, func(a, b page.Sample) int { return cmp.Compare(a.Margin, b.Margin) })
	if at == most {
		return worst
	}
	worst = slices.Insert(worst, at, s)
	return worst[:min(most, len(worst))]
}

// runPage is the page of a training.
func runPage(ctx context.Context, r *report.Run, shown pageSamples) (*page.Page, error) {
	var summary bytes.Buffer
	if err := r.WriteFacts(&summary, false); err != nil {
		return nil, err
	}
	p := &page.Page{Title: "Training on " + r.Dataset, Summary: summary.String(), Charts: charts(r)}
	if by, header, rows := r.ChoiceTable(); rows != nil {
		p.Tables = append(p.Tables, page.Table{Title: "Choice of " + r.Choice.What(),
			Text: capitalized(by) + ".", Header: header, Rows: rows})
	}
	for _, s := range r.Settings() {
		p.Settings = append(p.Settings, page.Setting{Name: s[0], Value: s[1]})
	}
	return p, shown.fill(ctx, p)
}

// charts are the course of a training: of what is minimized, and of the errors.
func charts(r *report.Run) []page.Chart {
	if len(r.Trace) == 0 {
		return nil
	}
	series := func(name string, of func(train.Epoch) float64) page.Series {
		s := page.Series{Name: name}
		for _, epoch := range r.Trace {
			s.Values = append(s.Values, of(epoch))
		}
		return s
	}
	round, best := r.Recipe.Method().Round, r.Trace.Best()
	first := series("loss", func(e train.Epoch) float64 { return e.Loss })
	if math.IsNaN(r.Trace[0].Loss) {
		first = series("objective", func(e train.Epoch) float64 { return e.Value(bcd.ObjectiveAfterW) })
	}
	errors := []page.Series{series("training", func(e train.Epoch) float64 { return e.TrainError })}
	if r.Validation > 0 {
		errors = append(errors, series("validation", func(e train.Epoch) float64 { return e.ValidationError }))
	}
	if r.Test > 0 {
		errors = append(errors, series("test", func(e train.Epoch) float64 { return e.TestError }))
	}
	return []page.Chart{
		page.NewChart(capitalized(first.Name)+" (logarithmic)", round, best, true, first),
		page.NewChart("Errors", round, best, false, errors...),
	}
}

// evaluationPage is the page of a network that was measured.
func evaluationPage(ctx context.Context, e evaluation, model string, shown pageSamples) (*page.Page, error) {
	var summary bytes.Buffer
	if err := e.WriteTable(&summary, false); err != nil {
		return nil, err
	}
	p := &page.Page{Title: fmt.Sprintf("%s on %s", model, shown.named()), Summary: summary.String()}
	return p, shown.fill(ctx, p)
}

// pageSamples are the samples that judge a training: the test samples, or else the validation
// samples, or else the training samples.
func (r *trainRun[T]) pageSamples() pageSamples {
	p := &r.samples
	part, samples := "test", p.test
	if samples.Len() == 0 {
		part, samples = "validation", p.validation
	}
	if samples.Len() == 0 {
		part, samples = "training", p.train
	}
	shown := newPageSamples(r.net, part, samples, samples.Labels, r.plan.workers)
	if n := p.validation.Len(); n > 0 {
		shown.calibrated = fmt.Sprintf("The temperature, %.3g, is fitted to the %d validation samples.",
			shown.temperature, n)
	}
	return shown
}
