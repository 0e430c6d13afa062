package cli

import (
	"cmp"
	"io"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/internal/onnx"
	"ridge/mat"
)

const exportLong = `Write a trained network in a format that other programs run. The preparation of
raw columns is part of it: an ONNX model takes the cells of a row, with NaN or
an empty text for a missing one, and returns "scores", "class", "index" and, if
the network has them, "probabilities"; the model of a regression returns
"values". The input is called "x"; if some columns are texts, there is one input
for each column instead, under its name.
`

const exportExamples = `  train export --model digits.safetensors --onnx digits.onnx`

// newExport returns the command that writes a network for other programs.
func newExport() *cobra.Command {
	var model string
	to := output{flag: "--onnx"}
	cmd := &cobra.Command{
		Use:                   "export --model FILE --onnx FILE",
		Short:                 "Write a trained network for other programs: ONNX",
		Long:                  exportLong,
		Example:               exportExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return export(cmd, model, to) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	define(flags, &model, "model", "FILE", "", "the network, as train --save wrote it; required", nonEmpty("the name of a file"))
	define(flags, &to.path, "onnx", "FILE", "", "the ONNX model to write; required", filePath)
	group(flags, "Flags")
	return cmd
}

func export(cmd *cobra.Command, model string, to output) error {
	if err := requireFlags(cmd, "model", "onnx"); err != nil {
		return err
	}
	if err := cmp.Or(checkDistinct(output{"--model", model}, to), checkNoInput("--model", model, to), checkOutputs(to)); err != nil {
		return err
	}
	m, err := readModel(cmd.Context(), model)
	if err != nil {
		return err
	}
	if m.Precision() == 64 {
		return exportAs[float64](cmd, m, to)
	}
	return exportAs[float32](cmd, m, to)
}

// exportAs writes the network of a model, in the precision of T.
func exportAs[T mat.Float](cmd *cobra.Command, m *nn.Model, to output) error {
	net, err := nn.NetworkOf[T](m)
	if err != nil {
		return err
	}
	return to.write(cmd.Context(), cmd.OutOrStdout(), func(w io.Writer) error { return onnx.Encode(w, net) })
}
