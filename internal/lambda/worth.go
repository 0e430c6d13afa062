package lambda

// The choice is made for at most so many columns and numbers (samples times columns). It trains with no more than
// [mostAfterLambda] samples however many there are, but that takes long where they have many columns, as images do.
const (
	MostColumns = 1000
	MostNumbers = 10_000_000
)

// MinSamples is the least number of samples that can be held out in turn.
const MinSamples = 2 * folds

// CanJudge reports whether what a choice holds out of so many samples, of so many classes, can show anything: there are
// at least two of a class, on average, one to learn it by and one to judge.
func CanJudge(samples, classes int) bool { return min(samples, MaxSamples(classes)) >= 2*classes }

// Affordable reports whether the choice pays for a table of this size.
func Affordable(samples, columns int) bool {
	return samples >= MinSamples && columns <= MostColumns && samples <= MostNumbers/max(1, columns)
}
