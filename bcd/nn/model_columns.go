package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"ridge/bcd/nn/columns"
)

// The metadata keys for what is done before and after the network.
const (
	columnsKey     = "columns"
	temperatureKey = "temperature"
)

// validateColumns returns a *[SpecError] unless Columns and Temperature fit the network.
func (net *Network[T]) validateColumns() error {
	if !(net.Temperature >= 0) || math.IsInf(net.Temperature, 0) {
		return &SpecError{fmt.Sprintf("temperature %v: want a number from 0 up", net.Temperature)}
	}
	if net.Columns == nil {
		return nil
	}
	if err := net.Columns.Validate(); err != nil {
		return &SpecError{"columns: " + err.Error()}
	}
	if width := net.Columns.Inputs.Width(); width != net.Inputs {
		return &SpecError{fmt.Sprintf("columns that give %d inputs, for %d", width, net.Inputs)}
	}
	outputs := &net.Columns.Outputs
	if outputs.Task == columns.Classes && !slices.Equal(outputs.Classes, net.Classes) {
		return &SpecError{"columns: other classes than those of the network"}
	}
	if outputs.Task == columns.Regression && (len(outputs.Targets) != net.V.Rows || net.Classes != nil) {
		return &SpecError{fmt.Sprintf("columns: %d targets for %d outputs and %d classes",
			len(outputs.Targets), net.V.Rows, len(net.Classes))}
	}
	return nil
}

// describeColumns adds Columns and Temperature to the metadata.
func (net *Network[T]) describeColumns(metadata map[string]string) error {
	if net.Temperature > 0 {
		metadata[temperatureKey] = strconv.FormatFloat(net.Temperature, 'g', -1, 64)
	}
	if net.Columns == nil {
		return nil
	}
	text, err := json.Marshal(net.Columns)
	metadata[columnsKey] = string(text)
	return err
}

// parseColumns is the inverse of describeColumns. Whether it fits the network is checked later.
func (c *container) parseColumns(d *description) (err error) {
	if text, ok := c.metadata[columnsKey]; ok {
		if d.columns, err = columns.Decode([]byte(text)); err != nil {
			return malformedf("metadata: %v", err)
		}
	}
	if text, ok := c.metadata[temperatureKey]; ok {
		if d.temperature, err = strconv.ParseFloat(text, 64); err != nil || !(d.temperature > 0) {
			return malformedf("metadata: temperature %.40q: want a number above 0", text)
		}
	}
	return nil
}
