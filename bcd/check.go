package bcd

// CheckData returns a *[DataError] about the named part ("train", "validation",
// "test") unless it has samples, they fit the network, and all their features are
// finite. It reads the samples once.
func (n *Network[T]) CheckData(part string, d Data[T]) error { return checkPart(n, part, d) }
