package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"ridge/internal/report"
)

// warn writes a warning to standard error; the work goes on.
func warn(cmd *cobra.Command, warnings []string) {
	for _, text := range warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", report.OneLine(text))
	}
}

// sameFile reports whether two paths lead to the same file or folder.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
