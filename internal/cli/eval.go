package cli

import (
	"github.com/spf13/cobra"

	"ridge/internal/report"
)

const evalLong = `Measure a trained network on labelled samples: the error, that of each class,
and which classes it takes for which (rows are the true classes, columns the
answers). The network computes in the precision that it was trained in.
`

const evalExamples = `  train eval --model digits.safetensors
  train eval --model mnist.safetensors --data mnist --json eval.json`

// newEval returns the command that measures a network.
func newEval() *cobra.Command {
	var f modelFlags
	json := output{flag: "--json"}
	cmd := &cobra.Command{
		Use:                   "eval --model FILE [flags]",
		Short:                 "Measure a trained network: errors and confusion matrix",
		Long:                  evalLong,
		Example:               evalExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return eval(cmd, &f, json) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	define(flags, &json.path, "json", "FILE", "", "write the result as one JSON object, to standard output without a FILE", path).NoOptDefVal = standardOutput
	group(flags, "Flags")
	return cmd
}

func eval(cmd *cobra.Command, f *modelFlags, json output) error {
	if err := checkDistinct(output{"--model", f.model}, json); err != nil {
		return err
	}
	if err := checkOutputs(json); err != nil {
		return err
	}
	a, err := f.ask(cmd)
	if err != nil {
		return err
	}
	if err := a.labelled(f.model); err != nil {
		return err
	}
	e := &report.Evaluation{
		Model:     f.model,
		Network:   a.network,
		Dataset:   a.dataset,
		Part:      f.part,
		Classes:   a.classes,
		Confusion: report.Confusion(len(a.classes), a.labels, a.class),
	}
	out := cmd.OutOrStdout()
	if err := json.write(cmd.Context(), out, e.WriteJSON); err != nil {
		return err
	}
	if json.path == standardOutput {
		out = cmd.ErrOrStderr()
	}
	return e.WriteTable(out, colourful(out))
}
