package mat

import "errors"

// errEnded says that a factorization ended early.
var errEnded = errors.New("mat: the context has ended")

// closed reports whether a channel is closed. A nil channel is not.
func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
