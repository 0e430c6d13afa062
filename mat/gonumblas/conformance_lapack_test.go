package gonumblas

import (
	"testing"

	"gonum.org/v1/gonum/lapack/testlapack"

	"ridge/internal/thorough"
)

// lapackTests are gonum's own tests of its LAPACK.
var lapackTests = map[string]func(*testing.T, Implementation){
	"Dbdsqr":  func(t *testing.T, impl Implementation) { testlapack.DbdsqrTest(t, impl) },
	"Dgebak":  func(t *testing.T, impl Implementation) { testlapack.DgebakTest(t, impl) },
	"Dgebal":  func(t *testing.T, impl Implementation) { testlapack.DgebalTest(t, impl) },
	"Dgebd2":  func(t *testing.T, impl Implementation) { testlapack.Dgebd2Test(t, impl) },
	"Dgebrd":  func(t *testing.T, impl Implementation) { testlapack.DgebrdTest(t, impl) },
	"Dgecon":  func(t *testing.T, impl Implementation) { testlapack.DgeconTest(t, impl) },
	"Dgeev":   func(t *testing.T, impl Implementation) { testlapack.DgeevTest(t, impl) },
	"Dgehd2":  func(t *testing.T, impl Implementation) { testlapack.Dgehd2Test(t, impl) },
	"Dgehrd":  func(t *testing.T, impl Implementation) { testlapack.DgehrdTest(t, impl) },
	"Dgelq2":  func(t *testing.T, impl Implementation) { testlapack.Dgelq2Test(t, impl) },
	"Dgelqf":  func(t *testing.T, impl Implementation) { testlapack.DgelqfTest(t, impl) },
	"Dgels":   func(t *testing.T, impl Implementation) { testlapack.DgelsTest(t, impl) },
	"Dgeql2":  func(t *testing.T, impl Implementation) { testlapack.Dgeql2Test(t, impl) },
	"Dgeqp3":  func(t *testing.T, impl Implementation) { testlapack.Dgeqp3Test(t, impl) },
	"Dgeqr2":  func(t *testing.T, impl Implementation) { testlapack.Dgeqr2Test(t, impl) },
	"Dgeqrf":  func(t *testing.T, impl Implementation) { testlapack.DgeqrfTest(t, impl) },
	"Dgerq2":  func(t *testing.T, impl Implementation) { testlapack.Dgerq2Test(t, impl) },
	"Dgerqf":  func(t *testing.T, impl Implementation) { testlapack.DgerqfTest(t, impl) },
	"Dgesc2":  func(t *testing.T, impl Implementation) { testlapack.Dgesc2Test(t, impl) },
	"Dgesv":   func(t *testing.T, impl Implementation) { testlapack.DgesvTest(t, impl) },
	"Dgesvd":  func(t *testing.T, impl Implementation) { testlapack.DgesvdTest(t, impl, 1e-13) },
	"Dgetc2":  func(t *testing.T, impl Implementation) { testlapack.Dgetc2Test(t, impl) },
	"Dgetf2":  func(t *testing.T, impl Implementation) { testlapack.Dgetf2Test(t, impl) },
	"Dgetrf":  func(t *testing.T, impl Implementation) { testlapack.DgetrfTest(t, impl) },
	"Dgetri":  func(t *testing.T, impl Implementation) { testlapack.DgetriTest(t, impl) },
	"Dgetrs":  func(t *testing.T, impl Implementation) { testlapack.DgetrsTest(t, impl) },
	"Dgghrd":  func(t *testing.T, impl Implementation) { testlapack.DgghrdTest(t, impl) },
	"Dggsvd3": func(t *testing.T, impl Implementation) { testlapack.Dggsvd3Test(t, impl) },
	"Dggsvp3": func(t *testing.T, impl Implementation) { testlapack.Dggsvp3Test(t, impl) },
	"Dgtsv":   func(t *testing.T, impl Implementation) { testlapack.DgtsvTest(t, impl) },
	"Dhseqr":  func(t *testing.T, impl Implementation) { testlapack.DhseqrTest(t, impl) },
	"Dlabrd":  func(t *testing.T, impl Implementation) { testlapack.DlabrdTest(t, impl) },
	"Dlacn2":  func(t *testing.T, impl Implementation) { testlapack.Dlacn2Test(t, impl) },
	"Dlacpy":  func(t *testing.T, impl Implementation) { testlapack.DlacpyTest(t, impl) },
	"Dlae2":   func(t *testing.T, impl Implementation) { testlapack.Dlae2Test(t, impl) },
	"Dlaev2":  func(t *testing.T, impl Implementation) { testlapack.Dlaev2Test(t, impl) },
	"Dlaexc":  func(t *testing.T, impl Implementation) { testlapack.DlaexcTest(t, impl) },
	"Dlag2":   func(t *testing.T, impl Implementation) { testlapack.Dlag2Test(t, impl) },
	"Dlags2":  func(t *testing.T, impl Implementation) { testlapack.Dlags2Test(t, impl) },
	"Dlagtm":  func(t *testing.T, impl Implementation) { testlapack.DlagtmTest(t, impl) },
	"Dlahqr":  func(t *testing.T, impl Implementation) { testlapack.DlahqrTest(t, impl) },
	"Dlahr2":  func(t *testing.T, impl Implementation) { testlapack.Dlahr2Test(t, impl) },
	"Dlaln2":  func(t *testing.T, impl Implementation) { testlapack.Dlaln2Test(t, impl) },
	"Dlangb":  func(t *testing.T, impl Implementation) { testlapack.DlangbTest(t, impl) },
	"Dlange":  func(t *testing.T, impl Implementation) { testlapack.DlangeTest(t, impl) },
	"Dlangt":  func(t *testing.T, impl Implementation) { testlapack.DlangtTest(t, impl) },
	"Dlanhs":  func(t *testing.T, impl Implementation) { testlapack.DlanhsTest(t, impl) },
	"Dlansb":  func(t *testing.T, impl Implementation) { testlapack.DlansbTest(t, impl) },
	"Dlanst":  func(t *testing.T, impl Implementation) { testlapack.DlanstTest(t, impl) },
	"Dlansy":  func(t *testing.T, impl Implementation) { testlapack.DlansyTest(t, impl) },
	"Dlantb":  func(t *testing.T, impl Implementation) { testlapack.DlantbTest(t, impl) },
	"Dlantr":  func(t *testing.T, impl Implementation) { testlapack.DlantrTest(t, impl) },
	"Dlanv2":  func(t *testing.T, impl Implementation) { testlapack.Dlanv2Test(t, impl) },
	"Dlapll":  func(t *testing.T, impl Implementation) { testlapack.DlapllTest(t, impl) },
	"Dlapmr":  func(t *testing.T, impl Implementation) { testlapack.DlapmrTest(t, impl) },
	"Dlapmt":  func(t *testing.T, impl Implementation) { testlapack.DlapmtTest(t, impl) },
	"Dlapy2":  func(t *testing.T, impl Implementation) { testlapack.Dlapy2Test(t, impl) },
	"Dlaqp2":  func(t *testing.T, impl Implementation) { testlapack.Dlaqp2Test(t, impl) },
	"Dlaqps":  func(t *testing.T, impl Implementation) { testlapack.DlaqpsTest(t, impl) },
	"Dlaqr04": func(t *testing.T, impl Implementation) { testlapack.Dlaqr04Test(t, impl) },
	"Dlaqr1":  func(t *testing.T, impl Implementation) { testlapack.Dlaqr1Test(t, impl) },
	"Dlaqr23": func(t *testing.T, impl Implementation) { testlapack.Dlaqr23Test(t, impl) },
	"Dlaqr5":  func(t *testing.T, impl Implementation) { testlapack.Dlaqr5Test(t, impl) },
	"Dlarf":   func(t *testing.T, impl Implementation) { testlapack.DlarfTest(t, impl) },
	"Dlarfb":  func(t *testing.T, impl Implementation) { testlapack.DlarfbTest(t, impl) },
	"Dlarfg":  func(t *testing.T, impl Implementation) { testlapack.DlarfgTest(t, impl) },
	"Dlarft":  func(t *testing.T, impl Implementation) { testlapack.DlarftTest(t, impl) },
	"Dlarfx":  func(t *testing.T, impl Implementation) { testlapack.DlarfxTest(t, impl) },
	"Dlartg":  func(t *testing.T, impl Implementation) { testlapack.DlartgTest(t, impl) },
	"Dlas2":   func(t *testing.T, impl Implementation) { testlapack.Dlas2Test(t, impl) },
	"Dlascl":  func(t *testing.T, impl Implementation) { testlapack.DlasclTest(t, impl) },
	"Dlaset":  func(t *testing.T, impl Implementation) { testlapack.DlasetTest(t, impl) },
	"Dlasq1":  func(t *testing.T, impl Implementation) { testlapack.Dlasq1Test(t, impl) },
	"Dlasq2":  func(t *testing.T, impl Implementation) { testlapack.Dlasq2Test(t, impl) },
	"Dlasr":   func(t *testing.T, impl Implementation) { testlapack.DlasrTest(t, impl) },
	"Dlasrt":  func(t *testing.T, impl Implementation) { testlapack.DlasrtTest(t, impl) },
	"Dlassq":  func(t *testing.T, impl Implementation) { testlapack.DlassqTest(t, impl) },
	"Dlasv2":  func(t *testing.T, impl Implementation) { testlapack.Dlasv2Test(t, impl) },
	"Dlaswp":  func(t *testing.T, impl Implementation) { testlapack.DlaswpTest(t, impl) },
	"Dlasy2":  func(t *testing.T, impl Implementation) { testlapack.Dlasy2Test(t, impl) },
	"Dlatbs":  func(t *testing.T, impl Implementation) { testlapack.DlatbsTest(t, impl) },
	"Dlatrd":  func(t *testing.T, impl Implementation) { testlapack.DlatrdTest(t, impl) },
	"Dlatrs":  func(t *testing.T, impl Implementation) { testlapack.DlatrsTest(t, impl) },
	"Dlauu2":  func(t *testing.T, impl Implementation) { testlapack.Dlauu2Test(t, impl) },
	"Dlauum":  func(t *testing.T, impl Implementation) { testlapack.DlauumTest(t, impl) },
	"Dorg2l":  func(t *testing.T, impl Implementation) { testlapack.Dorg2lTest(t, impl) },
	"Dorg2r":  func(t *testing.T, impl Implementation) { testlapack.Dorg2rTest(t, impl) },
	"Dorgbr":  func(t *testing.T, impl Implementation) { testlapack.DorgbrTest(t, impl) },
	"Dorghr":  func(t *testing.T, impl Implementation) { testlapack.DorghrTest(t, impl) },
	"Dorgl2":  func(t *testing.T, impl Implementation) { testlapack.Dorgl2Test(t, impl) },
	"Dorglq":  func(t *testing.T, impl Implementation) { testlapack.DorglqTest(t, impl) },
	"Dorgql":  func(t *testing.T, impl Implementation) { testlapack.DorgqlTest(t, impl) },
	"Dorgqr":  func(t *testing.T, impl Implementation) { testlapack.DorgqrTest(t, impl) },
	"Dorgr2":  func(t *testing.T, impl Implementation) { testlapack.Dorgr2Test(t, impl) },
	"Dorgtr":  func(t *testing.T, impl Implementation) { testlapack.DorgtrTest(t, impl) },
	"Dorm2r":  func(t *testing.T, impl Implementation) { testlapack.Dorm2rTest(t, impl) },
	"Dormbr":  func(t *testing.T, impl Implementation) { testlapack.DormbrTest(t, impl) },
	"Dormhr":  func(t *testing.T, impl Implementation) { testlapack.DormhrTest(t, impl) },
	"Dorml2":  func(t *testing.T, impl Implementation) { testlapack.Dorml2Test(t, impl) },
	"Dormlq":  func(t *testing.T, impl Implementation) { testlapack.DormlqTest(t, impl) },
	"Dormqr":  func(t *testing.T, impl Implementation) { testlapack.DormqrTest(t, impl) },
	"Dormr2":  func(t *testing.T, impl Implementation) { testlapack.Dormr2Test(t, impl) },
	"Dpbcon":  func(t *testing.T, impl Implementation) { testlapack.DpbconTest(t, impl) },
	"Dpbtf2":  func(t *testing.T, impl Implementation) { testlapack.Dpbtf2Test(t, impl) },
	"Dpbtrf":  func(t *testing.T, impl Implementation) { testlapack.DpbtrfTest(t, impl) },
	"Dpbtrs":  func(t *testing.T, impl Implementation) { testlapack.DpbtrsTest(t, impl) },
	"Dpocon":  func(t *testing.T, impl Implementation) { testlapack.DpoconTest(t, impl) },
	"Dpotf2":  func(t *testing.T, impl Implementation) { testlapack.Dpotf2Test(t, impl) },
	"Dpotrf":  func(t *testing.T, impl Implementation) { testlapack.DpotrfTest(t, impl) },
	"Dpotri":  func(t *testing.T, impl Implementation) { testlapack.DpotriTest(t, impl) },
	"Dpotrs":  func(t *testing.T, impl Implementation) { testlapack.DpotrsTest(t, impl) },
	"Dpstf2":  func(t *testing.T, impl Implementation) { testlapack.Dpstf2Test(t, impl) },
	"Dpstrf":  func(t *testing.T, impl Implementation) { testlapack.DpstrfTest(t, impl) },
	"Dptcon":  func(t *testing.T, impl Implementation) { testlapack.DptconTest(t, impl) },
	"Dptsv":   func(t *testing.T, impl Implementation) { testlapack.DptsvTest(t, impl) },
	"Dpttrf":  func(t *testing.T, impl Implementation) { testlapack.DpttrfTest(t, impl) },
	"Dpttrs":  func(t *testing.T, impl Implementation) { testlapack.DpttrsTest(t, impl) },
	"Drscl":   func(t *testing.T, impl Implementation) { testlapack.DrsclTest(t, impl) },
	"Dsteqr":  func(t *testing.T, impl Implementation) { testlapack.DsteqrTest(t, impl) },
	"Dsterf":  func(t *testing.T, impl Implementation) { testlapack.DsterfTest(t, impl) },
	"Dsyev":   func(t *testing.T, impl Implementation) { testlapack.DsyevTest(t, impl) },
	"Dsytd2":  func(t *testing.T, impl Implementation) { testlapack.Dsytd2Test(t, impl) },
	"Dsytrd":  func(t *testing.T, impl Implementation) { testlapack.DsytrdTest(t, impl) },
	"Dtbtrs":  func(t *testing.T, impl Implementation) { testlapack.DtbtrsTest(t, impl) },
	"Dtgsja":  func(t *testing.T, impl Implementation) { testlapack.DtgsjaTest(t, impl) },
	"Dtrcon":  func(t *testing.T, impl Implementation) { testlapack.DtrconTest(t, impl) },
	"Dtrevc3": func(t *testing.T, impl Implementation) { testlapack.Dtrevc3Test(t, impl) },
	"Dtrexc":  func(t *testing.T, impl Implementation) { testlapack.DtrexcTest(t, impl) },
	"Dtrti2":  func(t *testing.T, impl Implementation) { testlapack.Dtrti2Test(t, impl) },
	"Dtrtri":  func(t *testing.T, impl Implementation) { testlapack.DtrtriTest(t, impl) },
	"Dtrtrs":  func(t *testing.T, impl Implementation) { testlapack.DtrtrsTest(t, impl) },
	"Iladlc":  func(t *testing.T, impl Implementation) { testlapack.IladlcTest(t, impl) },
	"Iladlr":  func(t *testing.T, impl Implementation) { testlapack.IladlrTest(t, impl) },
}

// long are tests that take long, most of them of routines that are gonum's own code.
var long = map[string]bool{"Dgeev": true, "Dlaqr04": true, "Dlaqr23": true, "Dlaqr5": true, "Dbdsqr": true,
	"Dgebal": true, "Dgebak": true, "Dgerqf": true, "Dgesvd": true}

// slow are tests that take a while, of what other tests cover: gonum's own routines, which use package mat only through
// products, reflections and systems of triangles; Dgels, which TestLeastSquaresAreThoseOfGonum compares; and the LQ
// factorizations, which are the QR factorizations of the transposed matrix, with the products by their Q.
var slow = map[string]bool{
	"Dgebrd": true, "Dgehd2": true, "Dgehrd": true, "Dgelqf": true, "Dgels": true, "Dhseqr": true, "Dlaexc": true,
	"Dlahqr": true, "Dlahr2": true, "Dlasy2": true, "Dlatbs": true, "Dorghr": true, "Dorgql": true, "Dorgtr": true,
	"Dormbr": true, "Dormhr": true, "Dormlq": true, "Dpbtrf": true, "Dpbtrs": true, "Dsytrd": true, "Dtbtrs": true,
	"Dtrevc3": true, "Dtrexc": true,
}

// short are the tests of a short run, natively. Short runs are those on all instruction sets.
var short = map[string]bool{
	"Dgecon": true, "Dgelqf": true, "Dgeqp3": true, "Dgeqrf": true, "Dgetrf": true, "Dgetri": true, "Dgetrs": true,
	"Dpocon": true, "Dpotrf": true,
	"Dpotri": true, "Dpotrs": true, "Dpstrf": true, "Dtrtri": true, "Dtrtrs": true, "Dorgqr": true, "Dorglq": true,
	"Dsyev": true, "Dsteqr": true, "Dlauum": true,
}

// TestLAPACKConforms runs gonum's own tests of its LAPACK: natively, which is with package mat for everything that it
// can do, and with the crossings that users have. The quick ones run natively, all but the long ones with
// RIDGE_TESTS=all, and all with RIDGE_TESTS=long, which takes a minute.
func TestLAPACKConforms(t *testing.T) {
	t.Run("natively", func(t *testing.T) {
		natively(t)
		conforms(t, func(name string) bool {
			if testing.Short() {
				return short[name]
			}
			return !long[name] && (!slow[name] || thorough.Tests())
		})
	})
	if thorough.Tests() {
		t.Run("crossings", func(t *testing.T) { conforms(t, func(name string) bool { return !long[name] }) })
	}
	if thorough.Long() {
		t.Run("long", func(t *testing.T) {
			isLong := func(name string) bool { return long[name] }
			conforms(t, isLong)
			natively(t)
			conforms(t, isLong)
		})
	}
}

// conforms runs those of gonum's tests of LAPACK that are wanted.
func conforms(t *testing.T, wanted func(name string) bool) {
	t.Helper()
	for name, test := range lapackTests {
		if wanted(name) {
			t.Run(name, func(t *testing.T) { test(t, Implementation{}) })
		}
	}
}
