package lambda

// The choice is made for at most so many columns and numbers (samples times columns). It trains with no more than
// [mostAfterLambda] samples however many there are, but that takes long where they have many columns, as images do.
const (
	MostColumns = 1000
	MostNumbers = 10_000_000
)

// Least is the number of samples that can be held out in turn.
const Least = 2 * folds

// Shows reports whether what a choice holds out of so many samples, of so many classes, can show anything: there are at
// least two of a class, on average, one to learn it by and one to judge.
func Shows(samples, classes int) bool { return min(samples, MostFor(classes)) >= 2*classes }

// Worth reports whether the choice pays.
func Worth(samples, columns int) bool {
	return samples >= Least && columns <= MostColumns && samples <= MostNumbers/max(1, columns)
}
