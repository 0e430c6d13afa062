package cli

import (
	"github.com/spf13/cobra"

	"ridge/internal/report"
)

const predictLong = `Write what a trained network takes samples for, as CSV on standard output: the
index of the sample, counted from 0, its class, and the score, which is the
network's largest output. Labels are not looked at.
`

const predictExamples = `  train predict --model digits.safetensors > classes.csv
  train predict --model mnist.safetensors --data mnist --part train`

// newPredict returns the command that predicts with a network.
func newPredict() *cobra.Command {
	var f modelFlags
	cmd := &cobra.Command{
		Use:                   "predict --model FILE [flags]",
		Short:                 "Write the classes that a trained network predicts, as CSV",
		Long:                  predictLong,
		Example:               predictExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return predict(cmd, &f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	group(flags, "Flags")
	return cmd
}

func predict(cmd *cobra.Command, f *modelFlags) error {
	a, err := f.ask(cmd)
	if err != nil {
		return err
	}
	predictions := make([]report.Prediction, len(a.class))
	for i, class := range a.class {
		predictions[i] = report.Prediction{Class: a.classes[class], Score: a.score[i]}
	}
	return report.WritePredictions(cmd.OutOrStdout(), predictions)
}
