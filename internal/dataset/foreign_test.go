package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatAFileIsThatCannotBeReadIsNamed(t *testing.T) {
	tar := "x.csv" + strings.Repeat("\x00", 252) + "ustar\x00"
	const (
		save   = ": save it as CSV, plain or .gz"
		unpack = ": unpack it, or compress it with gzip instead"
		once   = ": unpack it once (gunzip)"
		member = ": unpack it, and name a file in it"
		zip    = ": unpack an archive, and name a file in it; save a spreadsheet as CSV, plain or .gz"
		arff   = ": the lines below @data are CSV, unless they begin with {: keep these alone, or save it as CSV"
	)
	for want, content := range map[string]string{
		"compressed with bzip2" + unpack:            "BZh91AY&SY\x00",
		"compressed with xz" + unpack:               "\xfd7zXZ\x00\x00",
		"compressed with zstd" + unpack:             "\x28\xb5\x2f\xfd\x00",
		"compressed with gzip a second time" + once: string(packed(packed([]byte("1,a\n2,b\n")))),
		"a tar archive" + member:                    string(packed([]byte(tar))),
		"a Python pickle" + save:                    "\x80\x04\x95\x0b\x00",
		"an R object (RDS)" + save:                  string(packed([]byte("X\n\x00\x00\x00\x03\x00"))),
		"an R workspace" + save:                     string(packed([]byte("RDX3\nX\n\x00\x00\x00\x03"))),
		"a MATLAB file" + save:                      "MATLAB 7.3 MAT-file, Platform: GLNXA64\x00\x02IM",
		"a Stata file" + save:                       "r\x02\x01\x00\x05\x00",
		"an SPSS file" + save:                       "$FL3@(#) SPSS DATA FILE\x00",
		"a SAS file" + save:                         strings.Repeat("\x00", 12) + "\xc2\xea\x81\x60\xb3\x14\x11\xcf",
		"a PDF" + save:                              "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
		"an RTF document" + save:                    "{\\rtf1\\ansi a,b}\n",
		"a ZIP archive or a spreadsheet" + zip:      "PK\x03\x04\x14\x00",
		"an ARFF file" + arff:                       "% x\n@RELATION x\n@attribute a numeric\n@data\n1\n",
		"an Arrow file" + save:                      "ARROW1\x00\x00\xff",
		"a safetensors model: --model takes it":     "\x40\x01\x00\x00\x00\x00\x00\x00{\"__metadata__\":{}}",
		"a Git LFS pointer: git lfs pull puts the file in its place": "version https://git-lfs.github.com/spec/v1\n" +
			"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
	} {
		_, err := Load(t.Context(), Request{Data: file(t, "x.csv", content)})
		is, remedy, _ := strings.Cut(want, ": ")
		assert.ErrorContains(t, err, "x.csv: is "+is+", which is not read here: "+remedy)
	}
	for level := range 9 {
		_, err := Load(t.Context(), Request{Data: file(t, "x.csv", fmt.Sprintf("BZh%d1AY&SY\x00", level+1))})
		assert.ErrorContains(t, err, "is compressed with bzip2")
	}
	for _, header := range []string{"BZh,y", "ORC,y", "RDX,y", "$FL,y", "version https,y", "X,y", "FEA1,y", "PAR1,y",
		"ARROW1,y", "SQLite format 3,y"} {
		_, err := Load(t.Context(), Request{Data: file(t, "x.csv", header+"\n1,a\n2,b\n3,a\n4,b\n")})
		assert.NoError(t, err, header)
	}
}
