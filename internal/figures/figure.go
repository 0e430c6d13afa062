package main

import (
	"bytes"
	"image/color"
	"io"
	"math"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Lengths are in points, of which CSS makes 4/3 pixels.
const (
	width     vg.Length = 600
	height    vg.Length = 240
	margin    vg.Length = 9
	gap       vg.Length = 24 // between the panels
	textSize  vg.Length = 9
	titleSize vg.Length = 10.5
	thick     vg.Length = 1.6
	thin      vg.Length = 0.8 // where dots say more than the line
	dot       vg.Length = 1.1 // its radius
)

// pngDPI makes a PNG sharp on screens of twice the usual density.
const pngDPI = 192

// palette has the colours of the lines, in the order they are given out: those of
// Okabe and Ito (Color Universal Design, 2008), which people of any colour vision
// can tell apart, without black and the yellow that is faint on white.
var palette = []color.Color{
	color.RGBA{0x00, 0x72, 0xB2, 0xFF}, // blue
	color.RGBA{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	color.RGBA{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	color.RGBA{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	color.RGBA{0xE6, 0x9F, 0x00, 0xFF}, // orange
	color.RGBA{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
}

var (
	ink  = color.Gray{0x30} // text and axes
	rule = color.Gray{0xDD} // the grid
)

// encode writes the picture of the traces, each with at least one point, as svg or
// png.
func encode(w io.Writer, traces []trace, format string) error {
	if format == "png" {
		c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))
		if err := drawPanels(draw.New(c), traces); err != nil {
			return err
		}
		_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
		return err
	}
	c := vgsvg.New(width, height)
	if err := drawPanels(draw.New(c), traces); err != nil {
		return err
	}
	var svg bytes.Buffer
	if _, err := c.WriteTo(&svg); err != nil {
		return err
	}
	// The text was laid out for Liberation Sans. Where it is not installed, Arial and
	// Helvetica are as wide; to embed the font would make the picture 20 times larger.
	_, err := w.Write(bytes.ReplaceAll(svg.Bytes(),
		[]byte("font-family:Liberation Sans;"),
		[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")))
	return err
}

// drawPanels draws the two panels side by side, on white: whatever is behind the
// picture, the colours are legible.
func drawPanels(c draw.Canvas, traces []trace) error {
	objective, err := objectivePanel(traces)
	if err != nil {
		return err
	}
	testError, err := testErrorPanel(traces)
	if err != nil {
		return err
	}
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	tiles := draw.Tiles{
		Rows: 1, Cols: 2, PadX: gap,
		PadTop: margin, PadBottom: margin, PadLeft: margin, PadRight: margin,
	}
	panels := []*plot.Plot{objective, testError}
	for i, canvas := range plot.Align([][]*plot.Plot{panels}, tiles, c)[0] {
		panels[i].Draw(canvas)
	}
	return nil
}

// objectivePanel has a dot for every block step, so that one sees that none rises,
// and the legend of both panels: here the curves leave the upper right corner free.
func objectivePanel(traces []trace) (*plot.Plot, error) {
	p := newPanel("Objective after each block step (log scale)")
	low, high := math.Inf(1), 0.0
	for i, t := range traces {
		line, dots, err := plotter.NewLinePoints(t.objective)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: palette[i], Width: thin}
		dots.GlyphStyle = draw.GlyphStyle{Color: palette[i], Radius: dot, Shape: draw.CircleGlyph{}}
		p.Add(line, dots)
		p.Legend.Add(t.label, line, dots)
		_, _, l, h := plotter.XYRange(t.objective)
		low, high = min(low, l), max(high, h)
	}
	p.Y.Scale = plot.LogScale{}
	p.Y.Tick.Marker = plot.TickerFunc(logTicks)
	p.Y.Min, p.Y.Max = low/1.15, min(high*1.15, math.MaxFloat64)
	return p, nil
}

// testErrorPanel starts at zero, so that the heights compare.
func testErrorPanel(traces []trace) (*plot.Plot, error) {
	p := newPanel("Test error (%)")
	high := 0.0
	for i, t := range traces {
		line, err := plotter.NewLine(t.testError)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: palette[i], Width: thick}
		p.Add(line)
		_, _, _, h := plotter.XYRange(t.testError)
		high = max(high, h)
	}
	p.Y.Tick.Marker = linearTicks(-2)
	p.Y.Min, p.Y.Max = 0, max(1.1*high, 0.01)
	return p, nil
}

// newPanel returns an empty plot over the iterations.
func newPanel(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.Padding = 6
	p.X.Label.Text = "iteration"
	p.X.Min = 0
	p.X.Tick.Marker = linearTicks(0)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.Color, axis.Tick.Color = ink, ink
		axis.Tick.Length = 4
		styleText(&axis.Label.TextStyle)
		styleText(&axis.Tick.Label)
	}
	styleText(&p.Title.TextStyle)
	p.Title.TextStyle.Font.Size = titleSize
	p.Title.TextStyle.Font.Weight = font.WeightBold

	styleText(&p.Legend.TextStyle)
	// From the middle of the panel on, the names after the lines: in a font wider
	// than the one they were laid out for they grow into free space.
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.XOffs = width / 4
	p.Legend.ThumbnailWidth = 16
	p.Legend.Padding = 3

	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal.Color = rule
	p.Add(grid)
	return p
}

// styleText gives text the colour, font and size that all of the picture has.
func styleText(s *draw.TextStyle) {
	s.Color = ink
	s.Font.Variant = "Sans"
	s.Font.Size = textSize
}
