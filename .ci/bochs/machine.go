package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// machine is a PC that Bochs emulates: memory that already holds a kernel, a
// ROM that starts it, and a serial line.
type machine struct {
	dir    string // for its files
	cpu    string
	memory int // MiB
	ram    []byte
	rom    []byte

	wall, busy time.Duration // what run took, and how much of it the emulator computed
}

// clock is how many instructions are a second of the guest, whatever time passes
// here. One instruction is one tick of the time stamp counter, so this is a fast
// processor: timers cost it next to nothing, and no test times out.
const clock = 3_500_000_000

var bochsrc = template.Must(template.New("bochsrc").Parse(`
cpu: model={{.CPU}}, count=1, ips={{.Clock}}, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest={{.Memory}}, host={{.Memory}}
romimage: file={{.Dir}}/rom
optramimage1: file={{.Dir}}/ram, address={{.Address}}
com1: enabled=1, mode=file, dev={{.Dir}}/serial
clock: sync=none
pci: enabled=0
plugin_ctrl: speaker=0
display_library: term
log: {{.Dir}}/log
panic: action=fatal
error: action=ignore
info: action=report
`))

// run boots the machine and copies its serial line to console until it stops.
// How Bochs exits says nothing: to stop is always a fault to it.
func (m *machine) run(ctx context.Context, console io.Writer) error {
	if err := m.writeFiles(); err != nil {
		return err
	}
	// Opened for both so that neither opening waits for the other end.
	serial, err := os.OpenFile(m.path("serial"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer serial.Close()
	screen, err := os.Create(m.path("screen"))
	if err != nil {
		return err
	}
	defer screen.Close()

	// Debian builds Bochs with its debugger, which waits for a command.
	cmd := exec.CommandContext(ctx, "bochs", "-q", "-f", m.path("bochsrc"), "-rc", m.path("continue"))
	cmd.Env = append(os.Environ(), "TERM=xterm")
	cmd.Stdout, cmd.Stderr = screen, screen
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(console, serial)
		copied <- err
	}()
	cmd.Wait()
	m.wall, m.busy = time.Since(start), cmd.ProcessState.UserTime()
	// All was written that ever will be; read what is left of it.
	serial.SetReadDeadline(time.Now().Add(time.Second))
	if copyErr := <-copied; !errors.Is(copyErr, os.ErrDeadlineExceeded) {
		return copyErr
	}
	if ctx.Err() != nil {
		return fmt.Errorf("stopped after %.0f s", m.wall.Seconds())
	}
	return nil
}

func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) writeFiles() error {
	var config bytes.Buffer
	err := bochsrc.Execute(&config, map[string]any{
		"Dir": m.dir, "CPU": m.cpu, "Clock": clock, "Memory": m.memory, "Address": fmt.Sprintf("%#x", paramsAddr),
	})
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"bochsrc": config.Bytes(), "continue": []byte("continue\n"), "ram": m.ram, "rom": m.rom,
	} {
		if err := os.WriteFile(m.path(name), data, 0o600); err != nil {
			return err
		}
	}
	return syscall.Mkfifo(m.path("serial"), 0o600)
}

// pace says how much Bochs did, from the tick that starts its last log line.
func (m *machine) pace() string {
	ticks := 0.0
	for _, line := range tail(m.path("log"), 1) {
		fmt.Sscanf(line, "%f", &ticks)
	}
	return fmt.Sprintf("Bochs emulated %.1f G instructions in %.0f s, %.0f s of processor time",
		ticks/1e9, m.wall.Seconds(), m.busy.Seconds())
}

// lastWords is what Bochs said at the end, as an error: in its log, or on the
// screen if its configuration was bad.
func (m *machine) lastWords() error {
	lines := append(tail(m.path("screen"), 20), tail(m.path("log"), 20)...)
	return fmt.Errorf("last words of Bochs:\n%s", strings.Join(lines, "\n"))
}

// tail is the last n lines of a file, or why there are none.
func tail(path string, n int) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		return []string{err.Error()}
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return lines[max(0, len(lines)-n):]
}
