package columns_test

import (
	"fmt"
	"log"

	"ridge/bcd/nn/columns"
)

// A description is read from the model file; then it turns raw rows into the inputs of the network.
func ExampleInputs_ParseRow() {
	d, err := columns.Decode([]byte(`{
		"inputs": {"scale": "standard", "columns": [
			{"name": "age", "kind": "number", "fill": 40, "mean": 40, "divisor": 10,
				"missing": {"mean": 0.25, "divisor": 1}},
			{"name": "town", "kind": "levels", "levels": ["Aachen", "Bonn"], "means": [0.5, 0.5], "divisor": 1}]},
		"outputs": {"task": "classes", "targets": [{"name": "buys"}], "classes": ["no", "yes"]}}`))
	if err != nil {
		log.Fatal(err)
	}
	in := d.Inputs
	cells, inputs := make([]float32, len(in.Columns)), make([]float32, in.Width())
	for _, row := range [][]string{{"55", "Bonn"}, {"?", "Cologne"}} {
		if err := in.ParseRow(cells, row); err != nil {
			log.Fatal(err)
		}
		in.Apply(inputs, cells)
		fmt.Println(inputs)
	}
	fmt.Println(in.ParseRow(cells, []string{"old", "Bonn"}))
	// Output:
	// [1.5 -0.25 -0.5 0.5]
	// [0 0.75 -0.5 -0.5]
	// column 1 "age": "old" is not a number
}
