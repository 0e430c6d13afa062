package delimited

import "ridge/internal/dataset/table"

// columnContent is what is known of a column of a block, or of the file so far.
type columnContent struct {
	dict     table.Dictionary // of text
	overflow bool             // more levels than are told apart
	missing  int
	numbers  int    // cells that are numbers, in a column of text
	present  int    // cells with a value, in a column of text
	line     int    // of the first cell that is not a number; 0: there is none
	text     string // of that cell
	marks    marks
}

// add adds what comes later in the file, but for the levels of text, whose codes change with that
// ([collector.takeColumn]).
func (c *columnContent) add(later *columnContent) {
	c.missing += later.missing
	c.numbers += later.numbers
	c.present += later.present
	c.overflow = c.overflow || later.overflow
	c.marks.add(later.marks)
	if c.line == 0 {
		c.line, c.text = later.line, later.text
	}
}

// code is the code of a level.
func (c *columnContent) code(field string, number bool, line int) int {
	c.present++
	if number {
		c.numbers++
	} else if c.line == 0 {
		c.line, c.text = line, field
	}
	code, ok := c.dict.Code(field)
	if !ok {
		code, c.overflow = -1, true
	}
	return code
}
