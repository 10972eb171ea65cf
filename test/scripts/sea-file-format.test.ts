import { expect, test } from 'vitest';
import { fileFormatOf } from '../../scripts/sea/file-format.ts';
import { longTest } from '../support/layer.ts';

const elf = (machine: number, bits = 2): Buffer => {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, bits]);
  header.writeUInt16LE(machine, 18);
  return header;
};

/** A Mach-O header with load commands, each of eight bytes. */
const mach = (machine: number, ...commands: readonly number[]): Buffer => {
  const header = Buffer.alloc(32 + commands.length * 8);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(machine, 4);
  header.writeUInt32LE(commands.length, 16);
  commands.forEach((command, index) => {
    header.writeUInt32LE(command, 32 + index * 8);
    header.writeUInt32LE(8, 36 + index * 8);
  });
  return header;
};

test.each([
  ['ELF of x86-64', elf(0x3e), { platform: 'linux-x64', isSigned: false }],
  ['ELF of AArch64', elf(0xb7), { platform: 'linux-arm64', isSigned: false }],
  ['ELF of another machine', elf(0x28), { platform: undefined, isSigned: false }],
  ['ELF of 32 bits', elf(0x3e, 1), undefined],
  ['Mach-O of x86-64, not signed', mach(0x01000007, 0x19), { platform: 'darwin-x64', isSigned: false }],
  ['Mach-O of arm64, signed', mach(0x0100000c, 0x19, 0x1d), { platform: 'darwin-arm64', isSigned: true }],
  ['a script', Buffer.from('#!/bin/sh\n'.padEnd(64)), undefined],
  ['a short file', Buffer.from([0x7f, 0x45]), undefined],
])('%s', (_, header, format) => {
  expect(fileFormatOf(header)).toEqual(format);
});

test('a Mach-O file whose load commands are damaged is not called signed', () => {
  const header = mach(0x0100000c, 0x19);
  header.writeUInt32LE(0xffffffff, 16);
  header.writeUInt32LE(0, 36);
  expect(fileFormatOf(header)).toEqual({ platform: 'darwin-arm64', isSigned: false });
});

longTest('the Node of this test is a file for this platform', async () => {
  const { readFile } = await import('node:fs/promises');
  const header = (await readFile(process.execPath)).subarray(0, 65_536);
  expect(fileFormatOf(header)?.platform).toBe(`${process.platform}-${process.arch}`);
});
