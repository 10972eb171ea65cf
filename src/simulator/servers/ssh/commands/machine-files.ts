import { gzipSync } from 'node:zlib';
import type { BookFile } from '../../../model/hosts/file-book.ts';
import type { InsideFile, InsideView } from '../../inside/tools.ts';
import type { Scene } from './command.ts';
import { fileLine } from './file-line.ts';

/** What has been written of a file's lines, which only ever grow: every command that looks at a log asks for it. */
interface Written {
  lines: number;
  bytes: Buffer;
  packed?: Buffer;
}

const known = new WeakMap<BookFile['lines'], Written>();

const writtenOf = ({ lines }: BookFile, scene: Pick<Scene, 'toClock'>): Written => {
  const before = known.get(lines) ?? { lines: 0, bytes: Buffer.alloc(0) };
  if (before.lines === lines.length) return before;
  const news = lines.slice(before.lines).map((line) => fileLine(line, scene));
  const now = { lines: lines.length, bytes: Buffer.concat([before.bytes, Buffer.from(news.join(''))]) };
  known.set(lines, now);
  return now;
};

const isPacked = /\.gz$/;

const bytesOf = (file: BookFile, scene: Scene): Buffer => {
  const written = writtenOf(file, scene);
  if (!isPacked.test(file.ending)) return written.bytes;
  written.packed ??= gzipSync(written.bytes);
  return written.packed;
};

/** A file of the service's log, as it lies on the disk. */
const diskFile = (file: BookFile, scene: Scene): InsideFile => {
  const bytes = bytesOf(file, scene);
  return {
    path: `${scene.machine.spec.log}${file.ending}`,
    sizeBytes: bytes.length,
    writtenAt: file.lines.at(-1)?.at ?? scene.now,
    inode: file.inode,
    part: (begin, end) => bytes.subarray(begin, end),
  };
};

/** The log of the machine's service, and what it was rotated to: the newest first. */
export const machineFiles = (scene: Scene): InsideView => ({
  files: scene.machine.log.files.map((file) => diskFile(file, scene)),
  toClock: scene.toClock,
});
