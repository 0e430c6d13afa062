package mat

// arena is what is left of some memory that is handed out piece by piece.
type arena[T Float] []T

// take returns the next n elements.
func (a *arena[T]) take(n int) []T {
	part := (*a)[:n]
	*a = (*a)[n:]
	return part
}
