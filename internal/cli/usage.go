package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/report"
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

// flagError says what is wrong with the flags, and what was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, e)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := e.GetFlag()
		return usagef("--%s needs a value: --%s %s", f.Name, f.Name, f.Value.Type())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usagef("--%s: %w", e.GetFlag().Name, e.Unwrap())
	}
	return usageError{err}
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	// A flag may be that of a command whose name is misspelt.
	if err := noArguments(cmd, cmd.Flags().Args()); err != nil && !cmd.HasParent() {
		return err
	}
	given, name := "--"+e.GetSpecifiedName(), e.GetSpecifiedName()
	if letters := e.GetSpecifiedShortnames(); letters != "" { // after a single dash
		given, name = "-"+letters, letters
	}
	if cmd.HasParent() && cmd.Root().Flags().Lookup(name) != nil {
		return usagef("unknown flag %s: it is a flag of train, not of %s%s",
			given, cmd.CommandPath(), whyWithout(cmd, name))
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	similar := suggestions(name, names)
	for i := range similar {
		similar[i] = "--" + similar[i]
	}
	return usagef("unknown flag %s%s", given, didYouMean(similar))
}

// whyWithout says why a command does not have a flag of train that one might look for; empty if that is plain.
func whyWithout(cmd *cobra.Command, flag string) string {
	reasons := map[string]string{
		"compare weight": "solvers are compared by a test error in which all samples count the same, and weights " +
			"would not show",
		"tune choose-lambda": "a search tries values of λ itself: --grid lambda,lambda-out=x0.1,x1,x10",
		"tune validation":    "each fold is held out in turn (--folds)",
		"tune early-stop":    "all trials train for as long: --grid epochs=10,20,40 tries other lengths",
		"tune save":          "it finds settings, and prints the command that trains with them",
	}
	reason := reasons[cmd.Name()+" "+flag]
	if reason == "" {
		return ""
	}
	return ", as " + reason
}

// suggestions returns the names that a user may have meant by typing something
// else, by cobra's rule for commands: those that it begins, and those at the
// smallest Levenshtein distance, if that is at most 2. A name itself (a long flag
// after a single dash) is the only suggestion.
func suggestions(typed string, names []string) []string {
	if slices.Contains(names, typed) {
		return []string{typed}
	}
	var list cobra.Command
	for _, name := range names {
		list.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for distance := 1; distance <= 2; distance++ {
		list.SuggestionsMinimumDistance = distance
		if similar := list.SuggestionsFor(typed); len(similar) > 0 {
			return similar
		}
	}
	return nil
}

func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ", did you mean " + strings.Join(names, " or ") + "?"
}

// joinOptional rewrites "--json FILE" as "--json=FILE" wherever --json may also
// stand alone: the flags library alone would take FILE for an argument.
func joinOptional(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil {
		return args
	}
	var joined []string
	for i := 0; i < len(args); i++ {
		name, long := strings.CutPrefix(args[i], "--")
		f := cmd.Flags().Lookup(name)
		known, last := long && f != nil, i+1 == len(args)
		switch {
		case !known || last:
		case f.NoOptDefVal == "": // whatever follows is its value
			joined = append(joined, args[i])
			i++
		case f.Value.Type() != "" && (args[i+1] == standardOutput || !strings.HasPrefix(args[i+1], "-")):
			joined = append(joined, args[i]+"="+args[i+1])
			i++
			continue
		}
		joined = append(joined, args[i])
	}
	return joined
}

// noArguments is for commands that take only flags. Its error says what a stray argument should have been.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("unexpected argument %q%s", args[0], strayHint(cmd, args[0]))
}

func strayHint(cmd *cobra.Command, arg string) string {
	if similar := suggestions(arg, commandNames(cmd)); len(similar) > 0 {
		return didYouMean(similar)
	}
	if _, err := strconv.ParseFloat(strings.TrimSuffix(arg, ","), 64); err == nil {
		return ": lists are separated by commas and no spaces, such as --net 500,500"
	}
	if _, err := strconv.ParseBool(arg); err == nil {
		return ": write the value of a switch after =, such as --center=false"
	}
	for _, name := range commandNames(cmd) {
		if strings.HasPrefix(arg, name) { // evaluate
			return didYouMean([]string{name})
		}
	}
	if _, err := os.Stat(arg); err == nil || arg == "mnist" || arg == "digits" {
		return didYouMean([]string{"--data " + arg})
	}
	return ": it takes flags only"
}

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

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// requireFlags returns an error that names the required flags that are missing.
func requireFlags(cmd *cobra.Command, names ...string) error {
	var missing []string
	for _, name := range names {
		if f := cmd.Flags().Lookup(name); f == nil || !f.Changed {
			missing = append(missing, flagForm(f))
		}
	}
	if missing != nil {
		return usagef("missing %s", strings.Join(missing, " and "))
	}
	return nil
}
