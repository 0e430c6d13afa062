package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"os"
	"strings"
	"text/template"
)

// The templates of the Go files.
//
//go:embed tables.tmpl
var templates string

// goFiles are the files that do not belong to one instruction set, and their templates.
var goFiles = map[string]string{
	"noasm.go":           "noasm",
	"reference_table.go": "reference",
	"race_wrappers.go":   "race",
}

// content is the data of a template.
type content struct {
	Tables  []table
	Targets []target
	Target  target // of the files of one instruction set
	Elems   []*elem
}

// writeGo writes the declarations and tables of each instruction set, and the files that
// exist once.
func writeGo(tables []table) error {
	c := content{Tables: tables, Targets: targets, Elems: []*elem{&f32, &f64}}
	for file, name := range goFiles {
		if err := execute(file, name, c); err != nil {
			return err
		}
	}
	for _, t := range targets {
		c.Target = t
		if err := execute(t.name+"_amd64.go", "assembly", c); err != nil {
			return err
		}
	}
	return nil
}

// execute fills a template and writes the file.
func execute(file, name string, c content) error {
	t, err := template.New("").Parse(templates)
	if err != nil {
		return err
	}
	var source bytes.Buffer
	if err := t.ExecuteTemplate(&source, name, c); err != nil {
		return err
	}
	formatted, err := format.Source(source.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, formatted, 0o666)
}

// What follows is for the templates.

// Name of the struct.
func (t table) Name() string { return t.name }

// Kernels of the struct.
func (t table) Kernels() []kernel { return t.kernels }

// Tiled reports whether the table has the register tile.
func (t table) Tiled() bool { return t.name == "Kernels" }

// Name of the field.
func (k kernel) Name() string { return k.name }

// Signature, of the element type T, from "func" on.
func (k kernel) Signature() string { return k.signature }

// Declaration is the function in assembly, from its name on.
func (k kernel) Declaration(e *elem, t target) string {
	return k.symbol(e, t) + strings.TrimPrefix(k.of(e.goType), "func")
}

// Symbol is the name of the function in assembly.
func (k kernel) Symbol(e *elem, t target) string { return k.symbol(e, t) }

// Access is what the kernel reads and writes, as Go statements.
func (k kernel) Access() string { return strings.Join(k.access, "\n") }

// Call is the call of a function with that signature by the names of its parameters.
func (k kernel) Call(function string) string {
	call := function + "(" + strings.Join(k.params, ", ") + ")"
	if k.result {
		return "return " + call
	}
	return call
}

// Name of the instruction set.
func (t target) Name() string { return t.name }

// MR and NR are the register tile.
func (t target) MR() int { return t.mr }

// NR is its width for an element type.
func (t target) NR(e *elem) int { return machine{elem: e, target: t}.nr() }

// GoType is float32 or float64.
func (e *elem) GoType() string { return e.goType }

// Field is the name of the type's tables.
func (e *elem) Field() string { return strings.ToLower(e.name) }
