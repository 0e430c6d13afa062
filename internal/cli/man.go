package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan returns the command that writes man pages.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a man page for each command into a folder",
		Long: "Write a man page for each command into a folder, which is created if it does not exist.\n" +
			"Their date is SOURCE_DATE_EPOCH, if it is set.\n",
		DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("want one folder, such as man/")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := newTrain() // whose texts are changed
			for _, c := range append(root.Commands(), root) {
				c.Long, c.Example = markdown(c.Long), unindented(c.Example)
				c.DisableAutoGenTag = true
			}
			root.RemoveCommand(subcommand(root, "man"))
			if err := makeFolder(args[0]); err != nil {
				return fmt.Errorf("%s: %w", args[0], reason(err))
			}
			return writeMan(cmd.Context(), args[0], root)
		},
	}
}

// writeMan writes the pages of a command and of those below it.
func writeMan(ctx context.Context, dir string, cmd *cobra.Command) error {
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() {
			continue
		}
		if err := writeMan(ctx, dir, sub); err != nil {
			return err
		}
	}
	const section = "1"
	o := output{"man", filepath.Join(dir, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+"."+section)}
	return o.write(ctx, io.Discard, func(w io.Writer) error {
		return doc.GenMan(cmd, &doc.GenManHeader{Section: section, Source: "ridge " + moduleVersion(), Manual: "ridge"},
			w)
	})
}

// markdown is a help text as Markdown: its indented lines are a table, whose lines stay as they are.
func markdown(text string) string {
	var b strings.Builder
	table := false
	for line := range strings.Lines(text) {
		indented := strings.HasPrefix(line, "  ")
		if indented != table {
			b.WriteString("\n")
		}
		if table = indented; indented {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// unindented is a list of examples without the space before it, which the man page adds itself.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}
