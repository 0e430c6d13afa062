package compare_test

import (
	"context"
	"fmt"
	"os"

	"ridge/internal/compare"
	"ridge/internal/dataset"
)

// Two solvers on one small network.
func ExampleStudy() {
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	set, err := dataset.Digits()
	if err != nil {
		panic(err)
	}
	plan := compare.QuickPlan()
	plan.Solvers = []string{compare.BCD, "adam"}
	plan.Networks, plan.Epochs = plan.Networks[:1], 6
	study, err := compare.NewStudy(plan, set, dir)
	if err != nil {
		panic(err)
	}
	if _, err := study.Run(context.Background(), set); err != nil {
		panic(err)
	}
	summary, err := compare.Collect(dir) // from the files alone
	if err != nil {
		panic(err)
	}
	for _, cell := range summary.Cells {
		mean, _ := cell.MeanError()
		fmt.Println(cell.Network, cell.Solver, mean < 0.3)
	}
	// Output:
	// 30 bcd true
	// 30 adam true
}
