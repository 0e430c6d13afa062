package report_test

import (
	"os"

	"ridge/internal/report"
)

func ExampleEvaluation_WriteTable() {
	labels := []int{0, 0, 0, 1, 1, 2}
	answers := []int{0, 0, 1, 1, 1, 2}
	e := &report.Evaluation{
		Model:     "shapes.safetensors",
		Network:   []int{6, 8, 3},
		Dataset:   "shapes",
		Part:      "test",
		Classes:   []string{"circle", "square", "star"},
		Confusion: report.CountConfusion(labels, answers),
	}
	_ = e.WriteTable(os.Stdout, false)
	// Output:
	//   class  circle  square  star    error
	// ───────────────────────────────────────
	//  circle       2       1     ·  33.33 %
	//  square       ·       2     ·   0.00 %
	//    star       ·       ·     1   0.00 %
	//
	//   class  samples  wrong    recall  precision
	// ─────────────────────────────────────────────
	//  circle        3      1   66.67 %   100.00 %
	//  square        2      0  100.00 %    66.67 %
	//    star        1      0  100.00 %   100.00 %
	//
	//  model              shapes.safetensors
	//  network            6-8-3
	//  data               shapes: 6 test samples, 3 classes
	//  balanced accuracy  88.89 %
	//  test error         16.67 % (1 of 6)
	//  by guessing        50.00 % (3 of 6), always "circle"
}
