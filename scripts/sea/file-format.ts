/** Format of an executable file, from its header. */
export interface FileFormat {
  /** As in the names of targets: linux-x64. Undefined: another system or machine. */
  readonly platform: string | undefined;
  /** Whether a Mach-O file has a code signature. Files of Linux have none. */
  readonly isSigned: boolean;
}

/** e_machine of ELF. Source: elf(5). */
const elfMachines: Readonly<Record<number, string>> = { 62: 'linux-x64', 183: 'linux-arm64' };

/** cputype of 64-bit Mach-O. Source: mach-o/loader.h, mach/machine.h. */
const machMachines: Readonly<Record<number, string>> = {
  16777223: 'darwin-x64',
  16777228: 'darwin-arm64',
};

const machHeaderBytes = 32;
const codeSignatureCommand = 0x1d;

/** Whether one of the load commands is LC_CODE_SIGNATURE. */
const hasSignature = (header: Buffer): boolean => {
  let index = machHeaderBytes;
  for (let left = header.readUInt32LE(16); left > 0 && index + 8 <= header.length; left--) {
    if (header.readUInt32LE(index) === codeSignatureCommand) return true;
    index += Math.max(8, header.readUInt32LE(index + 4));
  }
  return false;
};

/** Reads the format from the first bytes of a file: 64 KiB hold every load command. Undefined: neither ELF nor Mach-O, 64 bits. */
export const fileFormatOf = (header: Buffer): FileFormat | undefined => {
  if (header.length < machHeaderBytes) return undefined;
  if (header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2)
    return { platform: elfMachines[header.readUInt16LE(18)], isSigned: false };
  if (header.readUInt32LE(0) === 0xfeedfacf)
    return { platform: machMachines[header.readUInt32LE(4)], isSigned: hasSignature(header) };
  return undefined;
};
