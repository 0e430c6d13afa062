package dataset

import (
	"bytes"
	"regexp"
)

// foreignFormats are common formats of tables, and of what holds them, that are not supported, by their first bytes.
var foreignFormats = []struct{ begins, name string }{
	{"PK\x03\x04", "a ZIP archive or a spreadsheet"},
	{"\xd0\xcf\x11\xe0", "an old spreadsheet"},
	{"PAR1", "a Parquet file"},
	{"\x89HDF", "an HDF5 file"},
	{"ARROW1", "an Arrow file"},
	{"FEA1", "an Arrow file"},
	{"SQLite format 3", "a SQLite database"},
	{"%PDF-", "a PDF"},
	{"BZh91AY&SY", "compressed with bzip2"},
	{"\xfd7zXZ\x00", "compressed with xz"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd"},
	{"\x1f\x9d", "compressed with compress"},
	{"\x1f\x8b", "compressed with gzip a second time"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
}

// foreignTexts would otherwise be taken for CSV.
var foreignTexts = []struct {
	begins *regexp.Regexp
	name   string
}{
	{regexp.MustCompile(`(?i)^(\s*%[^\n]*\n)*\s*@relation\s`), "an ARFF file"},
	{regexp.MustCompile(`^\s*(\{\s*"|\[\s*[\[{])`), "JSON"},
	{regexp.MustCompile(`(?i)^\s*<(!doctype|html|\?xml)`), "HTML or XML"},
}

// A tar archive has this, at this place.
const (
	tarMagic = "ustar"
	tarAt    = 257
)

// foreign names the format of a file that begins like this, if it is known but not supported.
func foreign(head []byte) string {
	for _, f := range foreignFormats {
		if bytes.HasPrefix(head, []byte(f.begins)) {
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
