package cli_test

import (
	"fmt"
	"os"

	"ridge/internal/cli"
)

func ExampleMain() {
	code := cli.Main([]string{"--lamda", "1e-3"}, os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// train: unknown flag --lamda, did you mean --lambda?
	// Run 'train --help' for its flags and examples.
	// exit code 2
}
