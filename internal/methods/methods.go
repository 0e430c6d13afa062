// Package methods has a line for each training method that the program knows by name.
// Importing it registers them ([train.Register]).
package methods

import (
	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/gradient"
)

// New methods go to the end: the help takes the defaults of gradient methods from the first of them.
func init() {
	train.Register(
		bcd.MiniBatches.Method,
		bcd.FullBatches.Method,
		gradient.SGD.Method,
		gradient.Nesterov.Method,
		gradient.AdaGrad.Method,
		gradient.RMSProp.Method,
		gradient.AdaDelta.Method,
		gradient.Adam.Method,
		gradient.AdamW.Method,
		gradient.ScheduleFree.Method,
		gradient.Muon.Method,
		gradient.SOAP.Method,
		gradient.KFAC.Method,
		gradient.FOOF.Method,
	)
}
