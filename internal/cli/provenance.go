package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/buildinfo"
	"ridge/internal/dataset"
	"ridge/internal/report"
)

// arguments are those that the program was given, in the order of the help.
func (f *trainFlags) arguments(cmd *cobra.Command) []string {
	var list []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		text := flag.Value.String()
		if flag.Name == "skip" { // which may be there several times
			text = strings.Join(skipTexts(f.skips), ",")
		}
		if flag.Changed {
			list = append(list, "--"+flag.Name+"="+text)
		}
	})
	return list
}

// hash is that of the samples as they are trained on and judged by.
func (p *parts) hash(set *dataset.Set) string {
	return (&dataset.Set{Classes: set.Classes, Train: p.train, Validation: p.validation, Test: p.test}).Hash()
}

// provenance is what it takes to do a run again.
func provenance(f *trainFlags, set *dataset.Set, p parts) report.Provenance {
	self := buildinfo.Self()
	out := report.Provenance{
		Skips: skipTexts(f.skips), Limit: f.limit, EarlyStop: f.keep.earlyStop,
		Commit: self.Commit, Version: self.Version, Modified: self.Modified,
	}
	if f.json.path != "" || f.report.path != "" {
		out.Hash = p.hash(set)
	}
	return out
}
