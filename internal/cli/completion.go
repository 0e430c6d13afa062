package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/compare"
)

// flagValues are what a shell offers for flags that take names, by the flag.
var flagValues = map[string]func() []string{
	"solver": func() []string { return texts(solvers()) },
	"loss":   nn.LossNames,
	"init":   func() []string { return []string{"he", "gaussian:0.01"} },
	"task":   func() []string { return texts([]columns.Task{columns.AutoTask, columns.Classes, columns.Regression}) },
	"scale": func() []string {
		return texts([]columns.Scale{columns.Auto, columns.Standard, columns.Center, columns.None})
	},
	"choose-lambda": func() []string { return []string{"auto", "yes", "no"} },
	"header":        func() []string { return []string{"auto", "yes", "no"} },
	"pieces":        func() []string { return []string{"auto", "yes", "no"} },
	"weight":        func() []string { return []string{"balanced"} },
	"precision":     func() []string { return []string{"32", "64"} },
	"part":          func() []string { return partsOfSets },
	"theta":         func() []string { return []string{"1", "1/t", "1/t^2"} },
	"center":        func() []string { return []string{"true", "false"} },
	"grid":          func() []string { return []string{"lambda=", "lambda,lambda-out=", "gamma=", "net=", "rate="} },
}

// knownShells makes the command that writes scripts for shells name the shells it knows. It writes to the current
// standard output.
func knownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	cmd := subcommand(root, "completion")
	for _, shell := range cmd.Commands() {
		shell.Args = noArguments
	}
	cmd.Short = "Print a script that makes a shell complete flags and their values"
	cmd.Long = "Print a script that makes a shell complete commands, flags and their values. The help\nof each " +
		"shell's command says how to load the script.\n"
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return usagef("no shell %q: want one of %s", args[0], strings.Join(commandNames(cmd), ", "))
	}
}

// completeFlags makes the shell offer values for all flags of a command and its subcommands: names, files where a flag
// takes one, and nothing for numbers.
func completeFlags(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		completeFlags(sub)
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		offer := offers(cmd, f)
		if offer == nil {
			return // files, which is what shells do by themselves
		}
		_ = cmd.RegisterFlagCompletionFunc(f.Name, offer) // fails for unknown flags and the second time only
	})
}

// offers is what completes a flag's value, nil where it is any file.
func offers(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	if f.Name == "data" { // names and files
		return cobra.FixedCompletions([]string{"digits", "mnist"}, cobra.ShellCompDirectiveDefault)
	}
	if f.Name == "solver" && cmd.Name() == "compare" {
		return cobra.FixedCompletions(compare.Solvers(), cobra.ShellCompDirectiveNoFileComp)
	}
	if f.Name == "part" && cmd.Name() == "eval" {
		return cobra.FixedCompletions(partsOfFiles, cobra.ShellCompDirectiveNoFileComp)
	}
	if (f.Name == "pieces" || f.Name == "choose-lambda") && cmd.Name() != "train" { // the others have no auto
		return cobra.FixedCompletions([]string{"yes", "no"}, cobra.ShellCompDirectiveNoFileComp)
	}
	if f.Name == "report" && cmd.Name() == "compare" { // a folder, or a file of --pack
		return nil
	}
	if names, ok := flagValues[f.Name]; ok {
		return listed(names)
	}
	if o, ok := f.Value.(*optionFlag); ok {
		return listed(o.names)
	}
	switch f.Value.Type() {
	case "FILE":
		return nil
	case "DIR":
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
	return cobra.NoFileCompletions
}

// listed completes with names that are computed only when a shell asks for them, because that takes longer than many
// commands.
func listed(names func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names(), cobra.ShellCompDirectiveNoFileComp
	}
}

// names returns the values of an option whose values have names: those in its help that the option accepts.
func (f *optionFlag) names() []string {
	var names []string
	words := strings.FieldsFunc(f.Help, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == '-') })
	for _, word := range words {
		for _, m := range f.users {
			o, _ := m.Option(f.Name)
			r, err := m.Configure(helpProblem, map[string]string{f.Name: word})
			if err == nil && o.Text(r.Options()) == word && !slices.Contains(names, word) {
				names = append(names, word)
			}
		}
	}
	return names
}

func subcommand(root *cobra.Command, name string) *cobra.Command {
	cmd, _, _ := root.Find([]string{name}) // newTrain has it
	return cmd
}
