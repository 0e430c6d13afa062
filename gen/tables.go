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

// goFiles maps the files that do not belong to one instruction set to their templates.
var goFiles = map[string]string{
	"noasm.go":           "noasm",
	"reference_table.go": "reference",
	"race_wrappers.go":   "race",
}

// content is the data of a template.
type content struct {
	Tables  []table
	Targets []target
	Target  target // for the files of one instruction set
	Elems   []*elem
}

// writeGo writes the declarations and tables of each instruction set, and the files that are common
// to all.
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

// The methods below are for the templates.

// Name is the name of the struct.
func (t table) Name() string { return t.name }

// Kernels are the kernels of the struct.
func (t table) Kernels() []kernel { return t.kernels }

// Tiled reports whether the table has a register tile.
func (t table) Tiled() bool { return t.name == "Kernels" }

// Name is the name of the field.
func (k kernel) Name() string { return k.name }

// Signature is the signature in terms of the element type T, from "func" on.
func (k kernel) Signature() string { return k.signature }

// Declaration is the assembly function's declaration, from its name on.
func (k kernel) Declaration(e *elem, t target) string {
	return k.symbol(e, t) + strings.TrimPrefix(k.of(e.goType), "func")
}

// Symbol is the name of the assembly function.
func (k kernel) Symbol(e *elem, t target) string { return k.symbol(e, t) }

// Access is the Go statements that announce what the kernel reads and writes.
func (k kernel) Access() string { return strings.Join(k.access, "\n") }

// Call is a call of function with the kernel's parameters.
func (k kernel) Call(function string) string {
	call := function + "(" + strings.Join(k.params, ", ") + ")"
	if k.result {
		return "return " + call
	}
	return call
}

// Name is the name of the instruction set.
func (t target) Name() string { return t.name }

// MR is the number of rows of the register tile.
func (t target) MR() int { return t.mr }

// NR is the number of columns of the register tile for an element type.
func (t target) NR(e *elem) int { return machine{elem: e, target: t}.nr() }

// GoType is float32 or float64.
func (e *elem) GoType() string { return e.goType }

// Field is the name of the type's tables.
func (e *elem) Field() string { return strings.ToLower(e.name) }
