package gonumblas

import (
	"flag"
	"testing"

	"gonum.org/v1/gonum/lapack/testlapack"
)

// lapackTests are gonum's own tests of its LAPACK.
func lapackTests(impl Implementation) map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"Dbdsqr":  func(t *testing.T) { testlapack.DbdsqrTest(t, impl) },
		"Dgebak":  func(t *testing.T) { testlapack.DgebakTest(t, impl) },
		"Dgebal":  func(t *testing.T) { testlapack.DgebalTest(t, impl) },
		"Dgebd2":  func(t *testing.T) { testlapack.Dgebd2Test(t, impl) },
		"Dgebrd":  func(t *testing.T) { testlapack.DgebrdTest(t, impl) },
		"Dgecon":  func(t *testing.T) { testlapack.DgeconTest(t, impl) },
		"Dgeev":   func(t *testing.T) { testlapack.DgeevTest(t, impl) },
		"Dgehd2":  func(t *testing.T) { testlapack.Dgehd2Test(t, impl) },
		"Dgehrd":  func(t *testing.T) { testlapack.DgehrdTest(t, impl) },
		"Dgelq2":  func(t *testing.T) { testlapack.Dgelq2Test(t, impl) },
		"Dgelqf":  func(t *testing.T) { testlapack.DgelqfTest(t, impl) },
		"Dgels":   func(t *testing.T) { testlapack.DgelsTest(t, impl) },
		"Dgeql2":  func(t *testing.T) { testlapack.Dgeql2Test(t, impl) },
		"Dgeqp3":  func(t *testing.T) { testlapack.Dgeqp3Test(t, impl) },
		"Dgeqr2":  func(t *testing.T) { testlapack.Dgeqr2Test(t, impl) },
		"Dgeqrf":  func(t *testing.T) { testlapack.DgeqrfTest(t, impl) },
		"Dgerq2":  func(t *testing.T) { testlapack.Dgerq2Test(t, impl) },
		"Dgerqf":  func(t *testing.T) { testlapack.DgerqfTest(t, impl) },
		"Dgesc2":  func(t *testing.T) { testlapack.Dgesc2Test(t, impl) },
		"Dgesv":   func(t *testing.T) { testlapack.DgesvTest(t, impl) },
		"Dgesvd":  func(t *testing.T) { testlapack.DgesvdTest(t, impl, 1e-13) },
		"Dgetc2":  func(t *testing.T) { testlapack.Dgetc2Test(t, impl) },
		"Dgetf2":  func(t *testing.T) { testlapack.Dgetf2Test(t, impl) },
		"Dgetrf":  func(t *testing.T) { testlapack.DgetrfTest(t, impl) },
		"Dgetri":  func(t *testing.T) { testlapack.DgetriTest(t, impl) },
		"Dgetrs":  func(t *testing.T) { testlapack.DgetrsTest(t, impl) },
		"Dgghrd":  func(t *testing.T) { testlapack.DgghrdTest(t, impl) },
		"Dggsvd3": func(t *testing.T) { testlapack.Dggsvd3Test(t, impl) },
		"Dggsvp3": func(t *testing.T) { testlapack.Dggsvp3Test(t, impl) },
		"Dgtsv":   func(t *testing.T) { testlapack.DgtsvTest(t, impl) },
		"Dhseqr":  func(t *testing.T) { testlapack.DhseqrTest(t, impl) },
		"Dlabrd":  func(t *testing.T) { testlapack.DlabrdTest(t, impl) },
		"Dlacn2":  func(t *testing.T) { testlapack.Dlacn2Test(t, impl) },
		"Dlacpy":  func(t *testing.T) { testlapack.DlacpyTest(t, impl) },
		"Dlae2":   func(t *testing.T) { testlapack.Dlae2Test(t, impl) },
		"Dlaev2":  func(t *testing.T) { testlapack.Dlaev2Test(t, impl) },
		"Dlaexc":  func(t *testing.T) { testlapack.DlaexcTest(t, impl) },
		"Dlag2":   func(t *testing.T) { testlapack.Dlag2Test(t, impl) },
		"Dlags2":  func(t *testing.T) { testlapack.Dlags2Test(t, impl) },
		"Dlagtm":  func(t *testing.T) { testlapack.DlagtmTest(t, impl) },
		"Dlahqr":  func(t *testing.T) { testlapack.DlahqrTest(t, impl) },
		"Dlahr2":  func(t *testing.T) { testlapack.Dlahr2Test(t, impl) },
		"Dlaln2":  func(t *testing.T) { testlapack.Dlaln2Test(t, impl) },
		"Dlangb":  func(t *testing.T) { testlapack.DlangbTest(t, impl) },
		"Dlange":  func(t *testing.T) { testlapack.DlangeTest(t, impl) },
		"Dlangt":  func(t *testing.T) { testlapack.DlangtTest(t, impl) },
		"Dlanhs":  func(t *testing.T) { testlapack.DlanhsTest(t, impl) },
		"Dlansb":  func(t *testing.T) { testlapack.DlansbTest(t, impl) },
		"Dlanst":  func(t *testing.T) { testlapack.DlanstTest(t, impl) },
		"Dlansy":  func(t *testing.T) { testlapack.DlansyTest(t, impl) },
		"Dlantb":  func(t *testing.T) { testlapack.DlantbTest(t, impl) },
		"Dlantr":  func(t *testing.T) { testlapack.DlantrTest(t, impl) },
		"Dlanv2":  func(t *testing.T) { testlapack.Dlanv2Test(t, impl) },
		"Dlapll":  func(t *testing.T) { testlapack.DlapllTest(t, impl) },
		"Dlapmr":  func(t *testing.T) { testlapack.DlapmrTest(t, impl) },
		"Dlapmt":  func(t *testing.T) { testlapack.DlapmtTest(t, impl) },
		"Dlapy2":  func(t *testing.T) { testlapack.Dlapy2Test(t, impl) },
		"Dlaqp2":  func(t *testing.T) { testlapack.Dlaqp2Test(t, impl) },
		"Dlaqps":  func(t *testing.T) { testlapack.DlaqpsTest(t, impl) },
		"Dlaqr04": func(t *testing.T) { testlapack.Dlaqr04Test(t, impl) },
		"Dlaqr1":  func(t *testing.T) { testlapack.Dlaqr1Test(t, impl) },
		"Dlaqr23": func(t *testing.T) { testlapack.Dlaqr23Test(t, impl) },
		"Dlaqr5":  func(t *testing.T) { testlapack.Dlaqr5Test(t, impl) },
		"Dlarf":   func(t *testing.T) { testlapack.DlarfTest(t, impl) },
		"Dlarfb":  func(t *testing.T) { testlapack.DlarfbTest(t, impl) },
		"Dlarfg":  func(t *testing.T) { testlapack.DlarfgTest(t, impl) },
		"Dlarft":  func(t *testing.T) { testlapack.DlarftTest(t, impl) },
		"Dlarfx":  func(t *testing.T) { testlapack.DlarfxTest(t, impl) },
		"Dlartg":  func(t *testing.T) { testlapack.DlartgTest(t, impl) },
		"Dlas2":   func(t *testing.T) { testlapack.Dlas2Test(t, impl) },
		"Dlascl":  func(t *testing.T) { testlapack.DlasclTest(t, impl) },
		"Dlaset":  func(t *testing.T) { testlapack.DlasetTest(t, impl) },
		"Dlasq1":  func(t *testing.T) { testlapack.Dlasq1Test(t, impl) },
		"Dlasq2":  func(t *testing.T) { testlapack.Dlasq2Test(t, impl) },
		"Dlasr":   func(t *testing.T) { testlapack.DlasrTest(t, impl) },
		"Dlasrt":  func(t *testing.T) { testlapack.DlasrtTest(t, impl) },
		"Dlassq":  func(t *testing.T) { testlapack.DlassqTest(t, impl) },
		"Dlasv2":  func(t *testing.T) { testlapack.Dlasv2Test(t, impl) },
		"Dlaswp":  func(t *testing.T) { testlapack.DlaswpTest(t, impl) },
		"Dlasy2":  func(t *testing.T) { testlapack.Dlasy2Test(t, impl) },
		"Dlatbs":  func(t *testing.T) { testlapack.DlatbsTest(t, impl) },
		"Dlatrd":  func(t *testing.T) { testlapack.DlatrdTest(t, impl) },
		"Dlatrs":  func(t *testing.T) { testlapack.DlatrsTest(t, impl) },
		"Dlauu2":  func(t *testing.T) { testlapack.Dlauu2Test(t, impl) },
		"Dlauum":  func(t *testing.T) { testlapack.DlauumTest(t, impl) },
		"Dorg2l":  func(t *testing.T) { testlapack.Dorg2lTest(t, impl) },
		"Dorg2r":  func(t *testing.T) { testlapack.Dorg2rTest(t, impl) },
		"Dorgbr":  func(t *testing.T) { testlapack.DorgbrTest(t, impl) },
		"Dorghr":  func(t *testing.T) { testlapack.DorghrTest(t, impl) },
		"Dorgl2":  func(t *testing.T) { testlapack.Dorgl2Test(t, impl) },
		"Dorglq":  func(t *testing.T) { testlapack.DorglqTest(t, impl) },
		"Dorgql":  func(t *testing.T) { testlapack.DorgqlTest(t, impl) },
		"Dorgqr":  func(t *testing.T) { testlapack.DorgqrTest(t, impl) },
		"Dorgr2":  func(t *testing.T) { testlapack.Dorgr2Test(t, impl) },
		"Dorgtr":  func(t *testing.T) { testlapack.DorgtrTest(t, impl) },
		"Dorm2r":  func(t *testing.T) { testlapack.Dorm2rTest(t, impl) },
		"Dormbr":  func(t *testing.T) { testlapack.DormbrTest(t, impl) },
		"Dormhr":  func(t *testing.T) { testlapack.DormhrTest(t, impl) },
		"Dorml2":  func(t *testing.T) { testlapack.Dorml2Test(t, impl) },
		"Dormlq":  func(t *testing.T) { testlapack.DormlqTest(t, impl) },
		"Dormqr":  func(t *testing.T) { testlapack.DormqrTest(t, impl) },
		"Dormr2":  func(t *testing.T) { testlapack.Dormr2Test(t, impl) },
		"Dpbcon":  func(t *testing.T) { testlapack.DpbconTest(t, impl) },
		"Dpbtf2":  func(t *testing.T) { testlapack.Dpbtf2Test(t, impl) },
		"Dpbtrf":  func(t *testing.T) { testlapack.DpbtrfTest(t, impl) },
		"Dpbtrs":  func(t *testing.T) { testlapack.DpbtrsTest(t, impl) },
		"Dpocon":  func(t *testing.T) { testlapack.DpoconTest(t, impl) },
		"Dpotf2":  func(t *testing.T) { testlapack.Dpotf2Test(t, impl) },
		"Dpotrf":  func(t *testing.T) { testlapack.DpotrfTest(t, impl) },
		"Dpotri":  func(t *testing.T) { testlapack.DpotriTest(t, impl) },
		"Dpotrs":  func(t *testing.T) { testlapack.DpotrsTest(t, impl) },
		"Dpstf2":  func(t *testing.T) { testlapack.Dpstf2Test(t, impl) },
		"Dpstrf":  func(t *testing.T) { testlapack.DpstrfTest(t, impl) },
		"Dptcon":  func(t *testing.T) { testlapack.DptconTest(t, impl) },
		"Dptsv":   func(t *testing.T) { testlapack.DptsvTest(t, impl) },
		"Dpttrf":  func(t *testing.T) { testlapack.DpttrfTest(t, impl) },
		"Dpttrs":  func(t *testing.T) { testlapack.DpttrsTest(t, impl) },
		"Drscl":   func(t *testing.T) { testlapack.DrsclTest(t, impl) },
		"Dsteqr":  func(t *testing.T) { testlapack.DsteqrTest(t, impl) },
		"Dsterf":  func(t *testing.T) { testlapack.DsterfTest(t, impl) },
		"Dsyev":   func(t *testing.T) { testlapack.DsyevTest(t, impl) },
		"Dsytd2":  func(t *testing.T) { testlapack.Dsytd2Test(t, impl) },
		"Dsytrd":  func(t *testing.T) { testlapack.DsytrdTest(t, impl) },
		"Dtbtrs":  func(t *testing.T) { testlapack.DtbtrsTest(t, impl) },
		"Dtgsja":  func(t *testing.T) { testlapack.DtgsjaTest(t, impl) },
		"Dtrcon":  func(t *testing.T) { testlapack.DtrconTest(t, impl) },
		"Dtrevc3": func(t *testing.T) { testlapack.Dtrevc3Test(t, impl) },
		"Dtrexc":  func(t *testing.T) { testlapack.DtrexcTest(t, impl) },
		"Dtrti2":  func(t *testing.T) { testlapack.Dtrti2Test(t, impl) },
		"Dtrtri":  func(t *testing.T) { testlapack.DtrtriTest(t, impl) },
		"Dtrtrs":  func(t *testing.T) { testlapack.DtrtrsTest(t, impl) },
		"Iladlc":  func(t *testing.T) { testlapack.IladlcTest(t, impl) },
		"Iladlr":  func(t *testing.T) { testlapack.IladlrTest(t, impl) },
	}
}

// foreign are those of routines that are gonum's own code, and take long.
var foreign = map[string]bool{"Dgeev": true, "Dlaqr04": true, "Dlaqr23": true, "Dlaqr5": true, "Dbdsqr": true, "Dgebal": true, "Dgebak": true, "Dgerqf": true, "Dgesvd": true}

// short are the ones of a short run.
var short = map[string]bool{
	"Dgecon": true, "Dgelqf": true, "Dgeqp3": true, "Dgeqrf": true, "Dgetrf": true, "Dgetri": true, "Dgetrs": true, "Dpocon": true, "Dpotrf": true,
	"Dpotri": true, "Dpotrs": true, "Dpstrf": true, "Dtrtri": true, "Dtrtrs": true, "Dorgqr": true, "Dorglq": true, "Dsyev": true, "Dlauum": true,
}

var whole = flag.Bool("whole", false, "run all of gonum's own tests")

// TestLAPACKConforms runs gonum's own tests of its LAPACK: as the crossings say, and with package
// mat for everything that it can do.
func TestLAPACKConforms(t *testing.T) {
	for name, test := range lapackTests(Implementation{}) {
		if !*whole && (foreign[name] || testing.Short() && !short[name]) {
			continue
		}
		if *whole {
			t.Run(name, test)
		}
		t.Run(name+" natively", func(t *testing.T) {
			natively(t)
			test(t)
		})
	}
}
