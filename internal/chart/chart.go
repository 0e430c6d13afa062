package chart

import (
	"bytes"
	"image/color"
	"image/png"
	"io"

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
	margin    vg.Length = 9
	gap       vg.Length = 24 // between the panels
	textSize  vg.Length = 9
	titleSize vg.Length = 10.5

	// Height is that of most pictures.
	Height vg.Length = 240
	// Thick and Thin are widths of lines: thin where dots say more than the line.
	Thick vg.Length = 1.6
	Thin  vg.Length = 0.8
)

// pngDPI makes a PNG sharp on screens of twice the usual density.
const pngDPI = 192

// Palette has the colours of the lines, in the order they are given out: those of
// Okabe and Ito (Color Universal Design, 2008), which people of any colour vision
// can tell apart, without the yellow that is faint on white.
var Palette = []color.RGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
	{0x00, 0x00, 0x00, 0xFF}, // black
}

// Faint is a colour of the palette for an area behind lines.
func Faint(c color.RGBA) color.Color { return color.NRGBA{c.R, c.G, c.B, 0x30} }

// Ink is the colour of text and axes.
var Ink = color.Gray{0x30}

// rule is the colour of the grid.
var rule = color.Gray{0xDD}

// fast makes pictures of lines a tenth larger in half the time.
var fast = png.Encoder{CompressionLevel: png.BestSpeed}

// Encode writes a picture of panels side by side as format, "svg" or "png".
func Encode(w io.Writer, format string, height vg.Length, panels ...*plot.Plot) error {
	if format == "png" {
		c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))
		drawPanels(draw.New(c), panels)
		return fast.Encode(w, c.Image())
	}
	c := vgsvg.New(width, height)
	drawPanels(draw.New(c), panels)
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

// drawPanels draws the panels on white: whatever is behind the picture, the colours are
// legible.
func drawPanels(c draw.Canvas, panels []*plot.Plot) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	tiles := draw.Tiles{
		Rows: 1, Cols: len(panels), PadX: gap,
		PadTop: margin, PadBottom: margin, PadLeft: margin, PadRight: margin,
	}
	for i, canvas := range plot.Align([][]*plot.Plot{panels}, tiles, c)[0] {
		panels[i].Draw(canvas)
	}
}

// NewPanel returns an empty plot, with linear axes and a grid, over what label names.
func NewPanel(title, label string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.Padding = 6
	p.X.Label.Text = label
	p.X.Min = 0
	p.X.Tick.Marker = LinearTicks(0)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.Color, axis.Tick.Color = Ink, Ink
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
	s.Color = Ink
	s.Font.Variant = "Sans"
	s.Font.Size = textSize
}
