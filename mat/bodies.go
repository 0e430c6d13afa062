package mat

import (
	"reflect"
	"sync"
)

// bodies holds a *sync.Pool of unused bodies for each type.
var bodies sync.Map

// getBody returns a used or new body. Its contents are undefined.
func getBody[B any]() *B {
	if b, ok := poolOfBodies[B]().Get().(*B); ok {
		return b
	}
	return new(B)
}

// putBody clears b, so that it refers to nothing, and returns it to its pool.
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
