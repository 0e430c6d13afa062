package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"ridge/internal/dataset"
	"ridge/internal/files"
)

const fetchLong = `Download a data set into the cache, where --data finds it by its name.

mnist has 60,000 training and 10,000 test images of handwritten digits, 28×28
pixels, 11 MB. Complete files are kept, the download of incomplete ones
continues, and each file is checked against its SHA-256. Without a network, put
the four files into the cache by hand; the error says which files and where.
RIDGE_CACHE names another folder for the cache.
`

// newFetch returns the command that downloads data sets.
func newFetch() *cobra.Command {
	return &cobra.Command{
		Use:                   "fetch mnist",
		Short:                 "Download a data set into the cache",
		Long:                  fetchLong,
		Example:               "  train fetch mnist\n  train --data mnist",
		Args:                  fetchable,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     cobra.FixedCompletions([]string{"mnist"}, cobra.ShellCompDirectiveNoFileComp),
		RunE:                  func(cmd *cobra.Command, _ []string) error { return fetch(cmd, dataset.FetchOptions{}) },
	}
}

// fetchable reports whether the arguments name the data set that can be fetched.
func fetchable(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return usagef("fetch what? want mnist")
	case args[0] != "mnist":
		return usagef("%q can't be fetched: want mnist", args[0])
	case len(args) > 1:
		return usagef("unexpected argument %q: mnist is the only data set to fetch", args[1])
	}
	return nil
}

// fetch downloads what is missing, with a progress line for each file.
func fetch(cmd *cobra.Command, o dataset.FetchOptions) error {
	say := newSpeaker(cmd)
	var (
		line    *progress
		current string
	)
	defer func() { line.end() }()
	o.Progress = func(file string, done, total int64) {
		if file != current {
			line.end()
			current = file
			line = say.progress(total)
		}
		line.bytes(file, done)
	}
	o.Waiting = func(h *files.Holder) {
		say.note("waiting for %v, which fetches into the same folder", h)
	}
	if err := dataset.Fetch(cmd.Context(), o); err != nil {
		return err
	}
	dir := o.Dir
	if dir == "" {
		var err error
		if dir, err = dataset.CacheDir(); err != nil {
			return err
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "mnist is in %s: train --data mnist\n", dir)
	return nil
}
