package fit_test

import (
	"fmt"
	"log"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/table"
)

// A description is fitted to a table and then turns any raw row into inputs.
func Example() {
	t := &table.Table{
		Source: "example",
		Rows:   4,
		Inputs: []table.Column{
			{Name: "age"},
			{Name: "town", Kind: table.Text, Levels: []string{"Bonn", "Aachen"}},
		},
		Cells: []float32{30, 0, 50, 1, table.Missing, 1, 40, 0},
	}
	in, _, err := fit.Columns(t, nil, fit.Options{Scale: columns.None, Workers: 1})
	if err != nil {
		log.Fatal(err)
	}
	d := columns.Description{Inputs: *in}
	fmt.Printf("%q\n", d.Names())

	cells, inputs := make([]float32, len(in.Columns)), make([]float32, in.Width())
	for _, row := range [][]string{{"35", "Bonn"}, {"?", "Trier"}} {
		if err := in.ParseRow(cells, row); err != nil {
			log.Fatal(err)
		}
		in.Apply(inputs, cells)
		fmt.Println(inputs)
	}
	// Output:
	// ["age" "age is missing" "town=Aachen" "town=Bonn"]
	// [35 0 0 1]
	// [40 1 0 0]
}
