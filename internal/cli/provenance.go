package cli

import (
	"github.com/spf13/pflag"

	"ridge/internal/buildinfo"
	"ridge/internal/dataset"
	"ridge/internal/report"
)

// arguments are those that the program was given, in the order of the help.
func arguments(flags *pflag.FlagSet) (list []string) {
	for _, flag := range givenFlags(flags) {
		list = append(list, "--"+flag.Name+"="+flag.Value.String())
	}
	return list
}

// hash is a checksum of the samples as they are trained on and judged by.
func (l *loaded) hash() string {
	p := &l.samples
	return (&dataset.Set{Classes: l.set.Classes, Train: p.train, Validation: p.validation, Test: p.test}).Hash()
}

// provenance is what it takes to do a run again.
func (t *training) provenance() report.Provenance {
	program := buildinfo.Self()
	out := report.Provenance{
		Skips: skipTexts(t.plan.skips), Limit: t.flags.limit, EarlyStop: t.flags.keep.earlyStop,
		Commit: program.Commit, Version: program.Version, Modified: program.Modified,
	}
	if t.flags.json.path != "" || t.flags.report.path != "" {
		out.Hash = t.hash()
	}
	return out
}
