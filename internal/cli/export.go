package cli

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/internal/onnx"
	"ridge/internal/report"
	"ridge/mat"
)

const exportLong = `Write a trained network in a format that other programs run. The preparation of
raw columns is part of it: an ONNX model takes the cells of a row, with NaN or
an empty text for a missing one, and returns "scores", "index" and, if the
network has them, "class" and "probabilities"; the model of a regression returns
"values". The input is called "x"; if some columns are texts, there is one input
for each column instead, under its name. What was written is said at the end.
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
	define(flags, &model, "model", "FILE", "", "the network, as train --save wrote it; required",
		pathTo("the name of a file"))
	define(flags, &to.path, "onnx", "FILE", "", "the ONNX model to write; required; - is standard output",
		parsePath)
	group(flags, "Flags")
	return cmd
}

func export(cmd *cobra.Command, model string, to output) error {
	if err := requireFlags(cmd, "model", "onnx"); err != nil {
		return err
	}
	toStream(cmd.OutOrStdout(), &to)
	if err := cmp.Or(checkDistinct(output{"--model", model}, to), checkNoInput("--model", model, to),
		checkOutputs(to), checkBinary(cmd.OutOrStdout(), to)); err != nil {
		return err
	}
	m, err := readModel(cmd.Context(), model)
	if err != nil {
		return err
	}
	if m.Precision() == 64 {
		return exportAs[float64](cmd, model, m, to)
	}
	return exportAs[float32](cmd, model, m, to)
}

// exportAs writes the network of a model that was read from a file, in the precision of T.
func exportAs[T mat.Float](cmd *cobra.Command, file string, m *nn.Model, to output) error {
	net, err := nn.NetworkOf[T](m)
	if err != nil {
		return err
	}
	var made onnx.Summary
	bytes := int64(0)
	err = to.write(cmd.Context(), cmd.OutOrStdout(), func(w io.Writer) error {
		counted := &counter{Writer: w}
		var err error
		made, err = onnx.Encode(counted, net)
		bytes = counted.bytes
		return err
	})
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if to.path == standardOutput || to.inPlace() { // it may lead to standard output
		out = cmd.ErrOrStderr()
	}
	e := report.Export{
		Model: file, Network: net.Widths(), File: to.path, Bytes: bytes,
		Format: fmt.Sprintf("ONNX, opset %d", made.Opset), Inputs: tensors(made.Inputs), Outputs: tensors(made.Outputs),
	}
	return e.WriteTable(out, colourful(out))
}

// tensors names inputs or outputs with their shapes and types.
func tensors(list []onnx.Tensor) (texts []string) {
	for _, t := range list {
		shape := "N"
		if t.Columns > 0 {
			shape = fmt.Sprintf("N×%d", t.Columns)
		}
		texts = append(texts, fmt.Sprintf("%s (%s, %s)", t.Name, shape, t.Type))
	}
	return texts
}

// counter counts what it writes.
type counter struct {
	io.Writer
	bytes int64
}

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.bytes += int64(n)
	return n, err
}
