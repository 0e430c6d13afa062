package dataset

import (
	"bytes"
	"regexp"
	"strings"

	"ridge/internal/dataset/source"
)

// foreignFormats are common formats of tables, and of what holds them, that are not supported, by their first bytes.
// All of them have bytes that no text has: a name of a column may be PAR1.
var foreignFormats = []struct{ begins, name string }{
	{"PK\x03\x04", "a ZIP archive or a spreadsheet"},
	{"\xd0\xcf\x11\xe0", "an old spreadsheet"},
	{"PAR1", "a Parquet file"},
	{"\x89HDF", "an HDF5 file"},
	{"ARROW1", "an Arrow file"},
	{"FEA1", "an Arrow file"},
	{"SQLite format 3", "a SQLite database"},
	{"BZh", "compressed with bzip2"},
	{"\xfd7zXZ\x00", "compressed with xz"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd"},
	{"\x1f\x9d", "compressed with compress"},
	{"\x1f\x8b", "compressed with gzip a second time"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"\x80\x02", "a Python pickle"},
	{"\x80\x03", "a Python pickle"},
	{"\x80\x04", "a Python pickle"},
	{"\x80\x05", "a Python pickle"},
	{"X\n\x00\x00\x00", "an R object (RDS)"},
	{"RDX2\n", "an R workspace"},
	{"RDX3\n", "an R workspace"},
	{"MATLAB 5.0 MAT-file", "a MATLAB file"},
	{"MATLAB 7.3 MAT-file", "a MATLAB file"},
	{"<stata_dta>", "a Stata file"},
	{"q\x02\x01\x00", "a Stata file"},
	{"r\x02\x01\x00", "a Stata file"},
	{"s\x02\x01\x00", "a Stata file"},
	{"$FL2@(#)", "an SPSS file"},
	{"$FL3@(#)", "an SPSS file"},
	{strings.Repeat("\x00", 12) + "\xc2\xea\x81\x60", "a SAS file"},
	{"Obj\x01", "an Avro file"},
}

// foreignTexts would otherwise be taken for CSV.
var foreignTexts = []struct {
	begins *regexp.Regexp
	name   string
}{
	{regexp.MustCompile(`(?i)^(\s*%[^\n]*\n)*\s*@relation\s`), "an ARFF file"},
	{regexp.MustCompile(`^%PDF-`), "a PDF"},
	{regexp.MustCompile(`^\{\\rtf`), "an RTF document"},
	{regexp.MustCompile(`^\s*(\{\s*"|\[\s*[\[{])`), "JSON"},
	{regexp.MustCompile(`(?i)^\s*<(!doctype|html|\?xml)`), "HTML or XML"},
}

// A tar archive has this, at this place.
const (
	tarMagic = "ustar"
	tarAt    = 257
)

// What to do with a file that is not read.
const (
	saveAsCSV   = "save it as CSV, plain or .gz"
	nameAsModel = "--model takes it"
	pullFromLFS = "git lfs pull puts the file in its place"
)

// foreign names the format of a file that begins like this, if it is known but not supported, and says what to do.
func foreign(p source.Probe) (name, remedy string) {
	switch head := p.Head; {
	case isModel(head):
		return "a safetensors model", nameAsModel
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "a Git LFS pointer", pullFromLFS
	}
	return foreignTable(p), saveAsCSV
}

// isModel reports whether a file is one of safetensors, which begins with the length of its JSON in eight bytes, the
// last of which are zero.
func isModel(head []byte) bool {
	const length = 8
	return len(head) > length && head[length] == '{' && bytes.Equal(head[length-4:length], make([]byte, 4))
}

// foreignTable names the format of what may hold a table.
func foreignTable(p source.Probe) string {
	head, binary := p.Head, p.Binary()
	for _, f := range foreignFormats {
		if binary && bytes.HasPrefix(head, []byte(f.begins)) {
			return f.name
		}
	}
	if len(head) > tarAt && bytes.HasPrefix(head[tarAt:], []byte(tarMagic)) {
		return "a tar archive"
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for _, f := range foreignTexts {
		if f.begins.Match(head) {
			return f.name
		}
	}
	return ""
}
