package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Where things lie in the guest's memory. One file holds them all, loaded at
// paramsAddr: Bochs 2.7 writes a RAM image contiguously into memory that it
// then maps block by block, in the order in which the blocks are first touched.
// One image, touched from its first block to its last before anything else
// (see rom), is therefore where it should be; two would overlap.
const (
	ramBlock    = 128 << 10             // Bochs maps memory in blocks of this size
	kernelAddr  = 16 << 20              // where Linux prefers to be
	paramsAddr  = kernelAddr - ramBlock // boot_params, 4 KiB
	cmdlineAddr = paramsAddr + 4096     // the kernel's command line, 0-terminated
	romSize     = 64 << 10              // the top of the first megabyte
	romAddr     = 1<<20 - romSize
)

// kernelCommandLine skips what the guest does not need. Without ACPI, PCI and
// APIC there is less to probe; measuring the clock, the BTF and the self-tests of
// crypto take seconds. clearcpuid hides XSAVEC and XSAVES (bits 321 and 323):
// Bochs 2.7 reports sizes for them that Linux finds inconsistent, and it would
// then disable all of AVX. Hiding APERFMPERF (92) saves two faults a tick.
const kernelCommandLine = "console=ttyS0,115200 loglevel=3 panic=-1 reboot=t nokaslr mitigations=off " +
	"acpi=off noapic nolapic tsc=reliable tsc_early_khz=3500000 clearcpuid=92,321,323 " +
	"cryptomgr.notests initcall_blacklist=btf_vmlinux_init"

// ramImage lays out the boot_params page, the command line, the kernel and the
// initial file system as the 32-bit boot protocol of Linux asks (its
// Documentation/arch/x86/boot.rst has the offsets).
func ramImage(bzImage, initrd []byte, memory int) ([]byte, error) {
	const headerStart, headerMagic = 0x1f1, 0x202
	if len(bzImage) < 4096 || string(bzImage[headerMagic:headerMagic+4]) != "HdrS" {
		return nil, errors.New("the kernel is not a bzImage")
	}
	le := binary.LittleEndian
	headerEnd := 0x202 + int(bzImage[0x201])
	setupSize := (int(bzImage[headerStart]) + 1) * 512
	initSize := int(le.Uint32(bzImage[0x260:]))

	params := make([]byte, 4096)
	copy(params[headerStart:headerEnd], bzImage[headerStart:headerEnd])
	initrdAddr := (kernelAddr + initSize + ramBlock - 1) / ramBlock * ramBlock
	if end := initrdAddr + len(initrd); end > memory {
		return nil, fmt.Errorf("kernel and tests need %d MiB, the guest has %d", end>>20, memory>>20)
	}
	params[0x210] = 0xff // type_of_loader: none that has a number
	le.PutUint32(params[0x214:], kernelAddr)
	le.PutUint32(params[0x218:], uint32(initrdAddr))
	le.PutUint32(params[0x21c:], uint32(len(initrd)))
	le.PutUint32(params[0x228:], cmdlineAddr)
	usable := [][2]uint64{{0, 640 << 10}, {1 << 20, uint64(memory) - 1<<20}}
	params[0x1e8] = byte(len(usable))
	for i, area := range usable {
		entry := params[0x2d0+20*i:]
		le.PutUint64(entry, area[0])
		le.PutUint64(entry[8:], area[1])
		le.PutUint32(entry[16:], 1) // usable RAM
	}

	image := make([]byte, initrdAddr-paramsAddr, initrdAddr-paramsAddr+len(initrd))
	copy(image, params)
	copy(image[cmdlineAddr-paramsAddr:], kernelCommandLine)
	copy(image[kernelAddr-paramsAddr:], bzImage[setupSize:])
	return append(image, initrd...), nil
}

// rom is all the firmware the guest has: from the reset vector to 32-bit
// protected mode, once over the RAM image so that Bochs maps its blocks in
// order, and into the kernel.
func rom(imageSize int) []byte {
	le := binary.LittleEndian
	const gdtOffset, protectedOffset = 0x100, 0x40
	blocks := (imageSize + ramBlock - 1) / ramBlock

	var real bytes.Buffer
	real.Write([]byte{0xfa})                         // cli
	real.Write([]byte{0x66, 0x2e, 0x0f, 0x01, 0x16}) // lgdtl %cs:gdtPointer
	real.Write(le.AppendUint16(nil, gdtOffset))
	real.Write([]byte{0x0f, 0x20, 0xc0}) // mov %cr0, %eax
	real.Write([]byte{0x0c, 0x01})       // or $1, %al
	real.Write([]byte{0x0f, 0x22, 0xc0}) // mov %eax, %cr0
	real.Write([]byte{0x66, 0xea})       // ljmpl $0x10, $protected
	real.Write(le.AppendUint32(nil, romAddr+protectedOffset))
	real.Write([]byte{0x10, 0x00})

	var protected bytes.Buffer
	protected.Write([]byte{0xb8, 0x18, 0, 0, 0})                   // mov $0x18, %eax
	protected.Write([]byte{0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0})    // mov %eax, %ds; %es; %ss
	protected.Write(le.AppendUint32([]byte{0xbf}, paramsAddr))     // mov $image, %edi
	protected.Write(le.AppendUint32([]byte{0xb9}, uint32(blocks))) // mov $blocks, %ecx
	protected.Write([]byte{0x8b, 0x07})                            // touch: mov (%edi), %eax
	protected.Write(le.AppendUint32([]byte{0x81, 0xc7}, ramBlock)) // add $ramBlock, %edi
	protected.Write([]byte{0xe2, 0xf6})                            // loop touch
	protected.Write(le.AppendUint32([]byte{0xbe}, paramsAddr))     // mov $boot_params, %esi
	protected.Write([]byte{0x31, 0xed, 0x31, 0xff, 0x31, 0xdb})    // xor %ebp, %ebp; %edi; %ebx
	protected.Write(le.AppendUint32([]byte{0xb8}, kernelAddr))     // mov $kernel, %eax
	protected.Write([]byte{0xff, 0xe0})                            // jmp *%eax

	gdt := le.AppendUint16(nil, 4*8-1)                // the pointer: limit,
	gdt = le.AppendUint32(gdt, romAddr+gdtOffset+8)   // address
	gdt = append(gdt, 0, 0)                           // (alignment)
	gdt = append(gdt, make([]byte, 16)...)            // 0x00, 0x08: none
	gdt = le.AppendUint64(gdt, 0x00cf_9b00_0000_ffff) // 0x10: code, 4 GiB flat
	gdt = le.AppendUint64(gdt, 0x00cf_9300_0000_ffff) // 0x18: data, 4 GiB flat

	image := bytes.Repeat([]byte{0xf4}, romSize) // hlt
	copy(image, real.Bytes())
	copy(image[protectedOffset:], protected.Bytes())
	copy(image[gdtOffset:], gdt)
	copy(image[romSize-16:], []byte{0xea, 0x00, 0x00, 0x00, 0xf0}) // the reset vector: ljmp $0xf000, $0
	return image
}
