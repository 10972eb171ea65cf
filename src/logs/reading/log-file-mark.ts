import { crc32 } from 'node:zlib';

/** A place in a log file, behind a whole line. */
export interface FilePlace {
  /** Of the file: 'device:inode'. */
  readonly id: string;
  /** In bytes; of a packed file, of its text. */
  readonly offset: number;
  /** What stands in front of it: another text there is another file, whatever its number. Absent: not known. */
  readonly check?: { readonly bytes: number; readonly crc: number };
}

/** So many bytes in front of a place are remembered: the ends of lines are often alike, their beginnings with their times are not. */
export const checkedBytes = 1024;

export const checkOf = (before: Uint8Array): NonNullable<FilePlace['check']> => ({
  bytes: before.length,
  crc: crc32(before),
});

/** '64:131@5120/1024-9af3': device and inode, offset, and what stands in front of it. */
export const markText = ({ id, offset, check }: FilePlace): string =>
  `${id}@${offset}${check === undefined || check.bytes === 0 ? '' : `/${check.bytes}-${check.crc.toString(16)}`}`;

/** Undefined for what is no mark of a file. */
export const parseMark = (text: string): FilePlace | undefined => {
  const [, id = '', offset = '', bytes, crc = ''] =
    /^(\d+:\d+)@(\d+)(?:\/(\d+)-([\da-f]+))?$/.exec(text) ?? [];
  if (id === '') return undefined;
  const check = bytes === undefined ? {} : { check: { bytes: Number(bytes), crc: Number.parseInt(crc, 16) } };
  return { id, offset: Number(offset), ...check };
};
