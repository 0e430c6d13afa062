package mat

import (
	"reflect"
	"sync"
)

// bodies holds the bodies that are not in use: a *sync.Pool for each type.
var bodies sync.Map

// getBody returns a body that was used before, or a new one. Its contents are undefined.
func getBody[B any]() *B {
	if b, ok := poolOfBodies[B]().Get().(*B); ok {
		return b
	}
	return new(B)
}

// putBody drops what b refers to, and keeps it.
func putBody[B any](b *B) {
	var zero B
	*b = zero
	poolOfBodies[B]().Put(b)
}

func poolOfBodies[B any]() *sync.Pool {
	key := reflect.TypeFor[B]()
	if p, ok := bodies.Load(key); ok {
		return p.(*sync.Pool)
	}
	p, _ := bodies.LoadOrStore(key, new(sync.Pool))
	return p.(*sync.Pool)
}
