package columns

import (
	"testing"

	"ridge/internal/misuse"
)

// TestMisusePanicsInWords calls everything that is exported with zero values and with nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	one := &Affine{Divisor: 1}
	inputs := &Inputs{Columns: []Column{{Kind: Number, Divisor: 1, Missing: one},
		{Kind: Levels, Levels: []string{"a"}}}}
	values := []any{
		new(Inputs), inputs, new(Outputs), &Outputs{Targets: make([]Target, 2), At: []int{1}}, new(Description),
		&Description{Inputs: *inputs},
		new(Column), new(RowError), new(Curve), new(Pieces), new(Arrays), new(Applier),
		NewApplier(inputs),
		&Pieces{At: []float64{0, 1}, Means: make([]float64, 2), Divisor: 1},
	}
	functions := map[string]any{
		"Clean": Clean, "NewApplier": NewApplier, "FormatNumber": FormatNumber, "IsMissing": IsMissing,
		"ParseCell": ParseCell, "ParseNumber": ParseNumber, "UTF8": UTF8, "WithPoint": WithPoint,
		"Decode": Decode, "ParseScale": ParseScale, "ParseTask": ParseTask,
		"ThousandsMark": ThousandsMark, "WithoutThousands": WithoutThousands, "ParseWithComma": ParseWithComma,
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	misuse.Complete(t, functions, values)
}
