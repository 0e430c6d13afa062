package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/report"
)

// The titles of the groups of flags in the help.
const (
	groupData      = "Data"
	groupNetwork   = "Network"
	groupSolver    = "Solver"
	groupObjective = "Objective (--solver bcd)"
	groupCourse    = "Training"
	groupMachine   = "Machine"
	groupResults   = "Results"
)

// groupAnnotation holds the title under which the help lists a flag.
const groupAnnotation = "group"

// group puts the flags that have no group yet under a title.
func group(flags *pflag.FlagSet, title string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[groupAnnotation] == nil {
			_ = flags.SetAnnotation(f.Name, groupAnnotation, []string{title}) // fails for unknown flags only
		}
	})
}

// help writes how a command is called, what it does, and its flags.
func help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	calls(w, cmd)
	fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)))
	options(w, cmd)
}

// usage is help without what the command does.
func usage(cmd *cobra.Command) error {
	w := cmd.OutOrStderr()
	calls(w, cmd)
	options(w, cmd)
	return nil
}

// calls writes how a command and its commands are called.
func calls(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "Usage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND [flags]\n\nCommands:\n", cmd.CommandPath())
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				entry(w, sub.Name(), sub.Short)
			}
		}
	}
}

// options writes the flags of a command, and examples.
func options(w io.Writer, cmd *cobra.Command) {
	title := ""
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if g := groupOf(f); g != title {
			fmt.Fprintf(w, "\n%s:\n", g)
			title = g
		}
		entry(w, flagForm(f), flagMeaning(f))
	})
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
}

func groupOf(f *pflag.Flag) string {
	if g := f.Annotations[groupAnnotation]; g != nil {
		return g[0]
	}
	return "Other flags"
}

// flagForm is how a flag is written: "--net WIDTHS".
func flagForm(f *pflag.Flag) string {
	form := "--" + f.Name
	if f.Shorthand != "" {
		form = "-" + f.Shorthand + ", " + form
	}
	switch kind := f.Value.Type(); {
	case kind == "" || kind == "bool":
		return form
	case f.NoOptDefVal != "":
		return form + " [" + kind + "]"
	default:
		return form + " " + kind
	}
}

func flagMeaning(f *pflag.Flag) string {
	if f.DefValue == "" || f.DefValue == "false" {
		return f.Usage
	}
	return fmt.Sprintf("%s (default %s)", f.Usage, f.DefValue)
}

// entry writes a term and, next to it, wrapped to the width of the page, what it means.
func entry(w io.Writer, term, meaning string) {
	const column = 22
	if len(term) > column-4 { // two spaces before and after it
		fmt.Fprintf(w, "  %s\n", term)
		term = ""
	}
	for line := range strings.SplitSeq(text.WrapSoft(meaning, report.Width-column), "\n") {
		fmt.Fprintf(w, "  %-*s%s\n", column-2, term, strings.TrimRight(line, " "))
		term = ""
	}
}
