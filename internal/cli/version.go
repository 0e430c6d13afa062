package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"ridge/asm"
	"ridge/internal/processors"
)

// newVersion returns the command that says what this program is and what it computes with.
func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		Short:                 "Show the version, and the instruction set in use",
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "ridge %s, %s, %s/%s, instruction set %v, %d cores\n",
				moduleVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, selectedISA(), processors.Count())
		},
	}
}

// selectedISA is the instruction set in use.
func selectedISA() asm.ISA {
	isa, _ := asm.Selected() // run has reported the error
	return isa
}

// moduleVersion is the version that the go command built in: "(devel)" outside of
// a released module.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
