package lambda

// Choice is how λ, and what else was not given, were chosen before a training: by training samples that were held out
// in turn.
type Choice struct {
	// InputStepAlone is set if λ, the hidden layers and the pieces are the usual ones, and were not chosen.
	InputStepAlone bool
	Folds          int
	Divisions      int // how often the samples were divided into folds
	Tried          []Tried
	Chosen         int // the place in Tried
	Seconds        float64
	// Candidate is the place of the chosen one.
	Candidate int
	// OtherPenalties and OtherInputStep are set if they are not the usual ones.
	OtherPenalties, OtherInputStep bool
}

// Tried is what was tried together: a pair of penalties, widths of hidden layers, a number of epochs, whether columns
// are in pieces, and an input step; and the loss of the held-out samples with these.
type Tried struct {
	Hidden                  []int
	Epochs                  int // of the training of all samples
	Lambda, LambdaOut, Loss float64
	Error                   float64 // of the held-out samples: the share of wrong classes, or the loss of numbers
	Pieces                  bool    // of the columns of numbers
	InputStep               float64 // of the weights that read the input
	// Divisions is how often the samples were divided for these: more often where one division left a choice open.
	Divisions int
	Samples   int // that were held out
	// Difference is the loss minus that of the chosen one, and StandardError that of this difference, sample by sample.
	// With other samples than those of the chosen one, it is the one that was chosen by them. Neither is finite if a
	// training diverged.
	Difference, StandardError float64
}

// What names what was chosen.
func (c *Choice) What() string { return what(c.InputStepAlone) }

// what names what a choice is of: of the input step alone, or of λ and more.
func what(inputStepAlone bool) string {
	if inputStepAlone {
		return "the input step"
	}
	return "λ"
}
