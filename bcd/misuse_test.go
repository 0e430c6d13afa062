package bcd_test

import (
	"testing"

	"ridge/bcd"
	"ridge/internal/misuse"
)

// TestMisusePanicsInWords calls everything that is exported with zero values and with nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	values := []any{
		bcd.Schedule{}, new(bcd.Schedule), bcd.Metric(9), new(bcd.Metric), bcd.Objective(9), new(bcd.Objective),
		new(bcd.BlockError),
		bcd.BatchOptions{}, new(bcd.BatchOptions), bcd.FullOptions{}, new(bcd.FullOptions),
	}
	functions := map[string]any{
		"DefaultBatchOptions": bcd.DefaultBatchOptions, "DefaultFullOptions": bcd.DefaultFullOptions,
		"ParseMetric": bcd.ParseMetric, "ParseObjective": bcd.ParseObjective, "ParseSchedule": bcd.ParseSchedule,
		"ConstantTheta": bcd.ConstantTheta, "PowerTheta": bcd.PowerTheta, "Rate": bcd.Rate,
		"Failed": bcd.Failed,
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	misuse.Complete(t, functions, values)
}
