package columns

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"ridge/internal/words"
)

// Decode reads a description from JSON and validates it. A member that it does not know is an error: what newer
// programs add says what is done to a row.
func Decode(text []byte) (*Description, error) {
	var d Description
	if err := decodeKnown(text, &d); err != nil {
		hint := ""
		if strings.HasPrefix(err.Error(), "json: unknown field") {
			hint = ": another version of the program may have written it"
		}
		return nil, fmt.Errorf("description of the columns: %.200w%s", err, hint)
	}
	d.normalize()
	if err := d.Validate(); err != nil {
		return nil, fmt.Errorf("description of the columns: %w", err)
	}
	return &d, nil
}

// decodeKnown reads JSON that has no other members than those of v, and nothing behind it.
func decodeKnown(text []byte, v any) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(v); err != nil {
		return err
	}
	if _, err := in.Token(); err != io.EOF {
		return errors.New("there is more behind it")
	}
	return nil
}

// normalize turns empty lists into nil, as encoding leaves out both.
func (d *Description) normalize() {
	d.Inputs.Shape = append([]int(nil), d.Inputs.Shape...)
	d.Outputs.At = append([]int(nil), d.Outputs.At...)
	d.Outputs.Classes = append([]string(nil), d.Outputs.Classes...)
	for j := range d.Inputs.Columns {
		c := &d.Inputs.Columns[j]
		c.Levels, c.Means = append([]string(nil), c.Levels...), append([]float64(nil), c.Means...)
	}
}

// Validate returns an error unless everything that Apply and the methods of Outputs rely
// on holds.
func (d *Description) Validate() error {
	for j := range d.Inputs.Columns {
		if err := d.Inputs.Columns[j].validate(); err != nil {
			return fmt.Errorf("column %d: %w", j+1, err)
		}
	}
	size := 1
	for _, n := range d.Inputs.Shape {
		if n < 1 || n > len(d.Inputs.Columns) {
			return fmt.Errorf("shape %v of %d columns", words.Short[int](d.Inputs.Shape), len(d.Inputs.Columns))
		}
		size *= n
		if size > len(d.Inputs.Columns) {
			break
		}
	}
	if d.Inputs.Shape != nil && size != len(d.Inputs.Columns) {
		return fmt.Errorf("shape %v of %d columns", words.Short[int](d.Inputs.Shape), len(d.Inputs.Columns))
	}
	for _, at := range d.Outputs.At {
		if all := len(d.Inputs.Columns) + len(d.Outputs.At); at >= all {
			return fmt.Errorf("targets at %v among %d columns", words.Short[int](d.Outputs.At), all)
		}
	}
	return d.Outputs.validate()
}

// validateText returns an error unless a text can be stored as JSON, which is UTF-8.
func validateText(what, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s %.60q is not UTF-8", what, text)
	}
	return nil
}

func (c *Column) validate() error {
	if err := validateText("name", c.Name); err != nil {
		return err
	}
	if (c.Curve != nil || c.Pieces != nil || c.Thousands != "") && c.Kind != Number {
		return fmt.Errorf("kind %.60q with a curve, pieces or a mark for thousands", c.Kind)
	}
	if err := validateThousands(c.Thousands); err != nil {
		return err
	}
	switch c.Kind {
	case Number:
		if err := c.validateNumber(); err != nil {
			return err
		}
	case Levels:
		if err := c.validateLevels(); err != nil {
			return err
		}
	case Dropped:
		if c.width() != 0 {
			return fmt.Errorf("a dropped column has inputs")
		}
	default:
		return fmt.Errorf("kind %.60q is not known", c.Kind)
	}
	if c.Missing != nil {
		return c.Missing.validate()
	}
	return nil
}

func (c *Column) validateLevels() error {
	if len(c.Means) != len(c.Levels) {
		return fmt.Errorf("%d means of %d levels", len(c.Means), len(c.Levels))
	}
	for i, mean := range c.Means {
		if err := validateText("level", c.Levels[i]); err != nil {
			return err
		}
		if err := (Affine{mean, c.Divisor}).validate(); err != nil {
			return err
		}
		if i > 0 && c.Levels[i-1] >= c.Levels[i] {
			return fmt.Errorf("levels %.60q and %.60q are not in order", c.Levels[i-1], c.Levels[i])
		}
	}
	return nil
}

func validateThousands(mark string) error {
	if mark != "" && mark != "." && mark != "," {
		return fmt.Errorf("%.60q between thousands", mark)
	}
	return nil
}

func (c *Column) validateNumber() error {
	if !finite(c.Fill) || c.Levels != nil || c.Means != nil {
		return fmt.Errorf("kind number with fill %v, %d levels", c.Fill, len(c.Levels))
	}
	if err := (Affine{c.Mean, c.Divisor}).validate(); err != nil {
		return err
	}
	if c.Curve != nil {
		if err := c.Curve.validate(); err != nil {
			return err
		}
	}
	if c.Pieces != nil {
		return c.Pieces.validate()
	}
	return nil
}

func (a Affine) validate() error {
	if !finite(a.Mean) || !finite(a.Divisor) || a.Divisor == 0 {
		return fmt.Errorf("mean %v, divisor %v", a.Mean, a.Divisor)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (o *Outputs) validate() error {
	for i, t := range o.Targets {
		if err := cmp.Or(validateText("name", t.Name), validateThousands(t.Thousands)); err != nil {
			return fmt.Errorf("target %d: %w", i+1, err)
		}
		if err := (Affine{t.Mean, t.Divisor}).validate(); err != nil && o.Task == Regression {
			return fmt.Errorf("target %d: %w", i+1, err)
		}
	}
	for _, class := range o.Classes {
		if err := validateText("class", class); err != nil {
			return err
		}
	}
	switch {
	case o.Task == Regression && len(o.Targets) > 0 && o.Classes == nil:
	case o.Task == Classes && len(o.Targets) == 1 && len(o.Classes) > 0:
		sorted := slices.Sorted(slices.Values(o.Classes))
		if len(slices.Compact(sorted)) < len(o.Classes) {
			return fmt.Errorf("a class occurs twice")
		}
	default:
		return fmt.Errorf("task %.60q with %d targets and %d classes", o.Task, len(o.Targets), len(o.Classes))
	}
	if o.At != nil && len(o.At) != len(o.Targets) {
		return fmt.Errorf("%d positions of %d targets", len(o.At), len(o.Targets))
	}
	if a := o.Arrays; a != nil && strings.ContainsAny(a.Samples+a.Labels, "/\\\x00") {
		return fmt.Errorf("%.60q and %.60q are no names of arrays", a.Samples, a.Labels)
	}
	return o.validatePositions()
}

func (o *Outputs) validatePositions() error {
	sorted := slices.Clone(o.At)
	slices.Sort(sorted)
	if len(sorted) > 0 && sorted[0] < 0 || len(slices.Compact(sorted)) < len(o.At) {
		return fmt.Errorf("targets at %v", words.Short[int](o.At))
	}
	return nil
}
