//go:build !unix

package cli

import "os"

// requestSignal would ask a training for a state: there is no such signal here.
var requestSignal os.Signal
