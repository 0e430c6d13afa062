package dataset

import (
	"bytes"
	"regexp"
	"strings"

	"ridge/internal/dataset/source"
)

// What to do with a file that is not read.
const (
	saveAsCSV   = "save it as CSV, plain or .gz"
	unpack      = "unpack it, or compress it with gzip instead"
	unpackOnce  = "unpack it once (gunzip)"
	nameAFile   = "unpack it, and name a file in it"
	zipOrSheet  = "unpack an archive, and name a file in it; save a spreadsheet as CSV, plain or .gz"
	linesOfARFF = "the lines below @data are CSV, unless they begin with {: keep these alone, or save it as CSV"
	nameAsModel = "--model takes it"
	pullFromLFS = "git lfs pull puts the file in its place"
)

// foreignFormats are common formats of tables, and of what holds them, that are not supported, by their first bytes.
// All of them have bytes that no text has: a name of a column may be PAR1.
var foreignFormats = []struct{ begins, name, remedy string }{
	{"PK\x03\x04", "a ZIP archive or a spreadsheet", zipOrSheet},
	{"\xd0\xcf\x11\xe0", "an old spreadsheet", saveAsCSV},
	{"PAR1", "a Parquet file", saveAsCSV},
	{"\x89HDF", "an HDF5 file", saveAsCSV},
	{"ARROW1", "an Arrow file", saveAsCSV},
	{"FEA1", "an Arrow file", saveAsCSV},
	{"SQLite format 3", "a SQLite database", saveAsCSV},
	{"BZh", "compressed with bzip2", unpack},
	{"\xfd7zXZ\x00", "compressed with xz", unpack},
	{"\x28\xb5\x2f\xfd", "compressed with zstd", unpack},
	{"\x1f\x9d", "compressed with compress", unpack},
	{"\x1f\x8b", "compressed with gzip a second time", unpackOnce},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", nameAFile},
	{"\x80\x02", "a Python pickle", saveAsCSV},
	{"\x80\x03", "a Python pickle", saveAsCSV},
	{"\x80\x04", "a Python pickle", saveAsCSV},
	{"\x80\x05", "a Python pickle", saveAsCSV},
	{"X\n\x00\x00\x00", "an R object (RDS)", saveAsCSV},
	{"RDX2\n", "an R workspace", saveAsCSV},
	{"RDX3\n", "an R workspace", saveAsCSV},
	{"MATLAB 5.0 MAT-file", "a MATLAB file", saveAsCSV},
	{"MATLAB 7.3 MAT-file", "a MATLAB file", saveAsCSV},
	{"<stata_dta>", "a Stata file", saveAsCSV},
	{"q\x02\x01\x00", "a Stata file", saveAsCSV},
	{"r\x02\x01\x00", "a Stata file", saveAsCSV},
	{"s\x02\x01\x00", "a Stata file", saveAsCSV},
	{"$FL2@(#)", "an SPSS file", saveAsCSV},
	{"$FL3@(#)", "an SPSS file", saveAsCSV},
	{strings.Repeat("\x00", 12) + "\xc2\xea\x81\x60", "a SAS file", saveAsCSV},
	{"Obj\x01", "an Avro file", saveAsCSV},
}

// foreignTexts would otherwise be taken for CSV.
var foreignTexts = []struct {
	begins       *regexp.Regexp
	name, remedy string
}{
	{regexp.MustCompile(`(?i)^(\s*%[^\n]*\n)*\s*@relation\s`), "an ARFF file", linesOfARFF},
	{regexp.MustCompile(`^%PDF-`), "a PDF", saveAsCSV},
	{regexp.MustCompile(`^\{\\rtf`), "an RTF document", saveAsCSV},
	{regexp.MustCompile(`^\s*(\{\s*"|\[\s*[\[{])`), "JSON", saveAsCSV},
	{regexp.MustCompile(`(?i)^\s*<(!doctype|html|\?xml)`), "HTML or XML", saveAsCSV},
}

// A tar archive has this, at this place.
const (
	tarMagic = "ustar"
	tarAt    = 257
)

// foreign names the format of a file that begins like this, if it is known but not supported, and says what to do.
func foreign(p source.Probe) (name, remedy string) {
	switch head := p.Head; {
	case isModel(head):
		return "a safetensors model", nameAsModel
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "a Git LFS pointer", pullFromLFS
	}
	return foreignTable(p)
}

// isModel reports whether a file is one of safetensors, which begins with the length of its JSON in eight bytes, the
// last of which are zero.
func isModel(head []byte) bool {
	const length = 8
	return len(head) > length && head[length] == '{' && bytes.Equal(head[length-4:length], make([]byte, 4))
}

// foreignTable names the format of what may hold a table, and says what to do.
func foreignTable(p source.Probe) (name, remedy string) {
	head, binary := p.Head, p.Binary()
	for _, f := range foreignFormats {
		if binary && bytes.HasPrefix(head, []byte(f.begins)) {
			return f.name, f.remedy
		}
	}
	if len(head) > tarAt && bytes.HasPrefix(head[tarAt:], []byte(tarMagic)) {
		return "a tar archive", nameAFile
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for _, f := range foreignTexts {
		if f.begins.Match(head) {
			return f.name, f.remedy
		}
	}
	return "", ""
}
