package files

import "context"

// Once returns the result of work that several processes may want: what load finds, or else what do does, of which the
// process with the lock at a path is the only one at a time. load looks for a result that another process has kept
// since, and returns nil if there is none. While another process has the lock, busy is true, or, with wait, this
// one waits for it, and waiting, if not nil, is told for which one.
func Once[R any](ctx context.Context, lockPath string, wait bool, waiting func(*Holder),
	load, do func() (*R, error)) (result *R, busy bool, err error) {
	var lock *Lock
	if wait {
		lock, err = Acquire(ctx, lockPath, waiting)
	} else {
		lock, _, err = TryLock(lockPath)
	}
	if err != nil || lock == nil {
		return nil, err == nil, err
	}
	defer lock.Release(&err)
	if result, err = load(); err != nil || result != nil {
		return result, false, err
	}
	result, err = do()
	return result, false, err
}
