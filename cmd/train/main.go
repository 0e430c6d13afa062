// Command train trains networks of ReLU layers by block coordinate descent,
// measures them and predicts with them. Its help says how:
//
//	go run ./cmd/train --help
package main

import (
	"os"

	"ridge/internal/cli"
)

func main() { os.Exit(cli.Process()) }
