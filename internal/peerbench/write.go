package main

import (
	"io"

	"ridge/internal/files"
)

// writeFile leaves either the new content or the old.
func writeFile(path string, content []byte) error {
	return files.Write(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
