package cli

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

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
