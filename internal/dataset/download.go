package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"ridge/internal/dataset/source"
)

// download completes a partial file over HTTP.
type download struct {
	client   *http.Client
	part     string // path of the partial file
	most     int64  // bytes the file may have
	stall    time.Duration
	progress func(done, total int64)
}

// errStalled ends a request whose mirror sends nothing.
var errStalled = errors.New("the mirror stopped answering")

// errRange says that a mirror can't continue the partial file that is there.
var errRange = errors.New("the mirror has no such range")

// run completes d.part from address. It asks only for what is missing; resumed
// reports whether that is what it got, so that old and new bytes are now side by
// side. On error the partial file stays, unless it has outgrown d.most.
func (d *download) run(ctx context.Context, address string) (resumed bool, err error) {
	var have int64
	if info, err := os.Stat(d.part); err == nil {
		have = info.Size()
	}
	resumed, err = d.transfer(ctx, address, have)
	if errors.Is(err, errRange) {
		return d.transfer(ctx, address, 0)
	}
	return resumed, err
}

// transfer makes one request for what follows the first have bytes and writes the
// answer where it belongs.
func (d *download) transfer(ctx context.Context, address string, have int64) (resumed bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(d.stall, func() { cancel(errStalled) })
	defer watchdog.Stop()
	alive := func() { watchdog.Reset(d.stall) }
	defer func() {
		if err != nil && context.Cause(ctx) == errStalled {
			err = fmt.Errorf("%w for %v", errStalled, d.stall)
		}
	}()

	resp, err := d.request(ctx, address, have)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	alive()
	start, err := startOf(resp, have)
	if err != nil {
		return false, err
	}
	return start > 0, d.write(resp, start, alive)
}

func (d *download) request(ctx context.Context, address string, have int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	// Ranges count the bytes that are sent: no compression on the way.
	req.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	resp, err := d.client.Do(req)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return nil, wrapped.Err // its address is in the caller's message already
	}
	return resp, err
}

// startOf tells where in the file the answer to a request for what follows the
// first have bytes begins: there, or at 0 if the mirror ignores ranges.
func startOf(resp *http.Response, have int64) (int64, error) {
	switch {
	case resp.StatusCode == http.StatusOK:
		return 0, nil
	case have == 0:
		return 0, fmt.Errorf("the mirror answered %s", resp.Status)
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return 0, errRange
	case resp.StatusCode == http.StatusPartialContent:
		var start int64
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-", &start); err != nil || start != have {
			return 0, errRange
		}
		return start, nil
	default:
		return 0, fmt.Errorf("the mirror answered %s", resp.Status)
	}
}

// write puts the body of resp into the partial file, in place of what follows the
// first start bytes there.
func (d *download) write(resp *http.Response, start int64, alive func()) (err error) {
	f, err := os.OpenFile(d.part, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(start); err != nil {
		return err
	}
	if _, err := f.Seek(start, io.SeekStart); err != nil {
		return err
	}
	if err := d.receive(f, resp, start, alive); err != nil {
		return err
	}
	return f.Sync()
}

// receive appends the body of resp to f, which has done bytes, calling alive for
// every piece.
func (d *download) receive(f *os.File, resp *http.Response, done int64, alive func()) error {
	total := int64(-1)
	if resp.ContentLength >= 0 {
		total = done + resp.ContentLength
	}
	buf := make([]byte, source.Buffer)
	for {
		n, readErr := resp.Body.Read(buf)
		alive()
		if done += int64(n); done > d.most {
			return errors.Join(fmt.Errorf("larger than the %d bytes it may have", d.most), os.Remove(d.part))
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return err
		}
		if n > 0 {
			d.progress(done, total)
		}
		if readErr == io.EOF {
			return nil
		}
		if readErr != nil {
			return readErr
		}
	}
}
