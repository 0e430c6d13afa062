package chart_test

import (
	"bytes"
	"fmt"

	"gonum.org/v1/plot/plotter"

	"ridge/internal/chart"
)

// A panel with one line.
func ExampleEncode() {
	panel := chart.NewPanel("Test error (%)", "epoch")
	line, err := plotter.NewLine(plotter.XYs{{X: 1, Y: 6}, {X: 2, Y: 3}})
	if err != nil {
		panic(err)
	}
	line.Color, line.Width = chart.Palette[0], chart.Thick
	panel.Add(line)
	var svg bytes.Buffer
	if err := chart.Encode(&svg, "svg", chart.Height, panel); err != nil {
		panic(err)
	}
	fmt.Println(bytes.Contains(svg.Bytes(), []byte("stroke:#0072B2")))
	// Output: true
}
