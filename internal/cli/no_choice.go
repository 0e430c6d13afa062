package cli

import (
	"fmt"

	"ridge/internal/lambda"
	"ridge/internal/words"
)

// noChoiceNote says that --choose-lambda auto makes no choice for a table, and why: "" if it makes one, or if nobody
// would expect one.
func (t *training) noChoiceNote() string {
	e := t.extent()
	samples, inputs, classes := e.samples, e.inputs, e.classes
	if t.flags.chooseLambda != "auto" || e.images || !t.canChoose(e) {
		return ""
	}
	why := ""
	switch {
	case !lambda.CanJudge(samples, classes) && samples >= 2*classes:
		why = fmt.Sprintf("the %s samples that a choice uses at most have less than two of each of %s classes",
			words.Group(lambda.MaxSamples(classes)), words.Group(classes))
	case !lambda.CanJudge(samples, classes):
		why = fmt.Sprintf("%s samples of %s classes are too few for some to be held out", words.Group(samples),
			words.Group(classes))
	case !lambda.Affordable(samples, inputs):
		why = fmt.Sprintf("%s samples of %s inputs are too large for that", words.Group(samples), words.Group(inputs))
	default:
		return ""
	}
	return "λ, the layers and the like are not chosen before the training, as " + why +
		": --choose-lambda yes chooses them all the same"
}
