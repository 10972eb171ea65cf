import { gzipSync } from 'node:zlib';
import type { BookFile } from '../../../model/hosts/file-book.ts';
import type { InsideFile, InsideView } from '../../inside/tools.ts';
import type { Scene } from './command.ts';
import { fileLine } from './file-line.ts';

const textOf = ({ lines }: BookFile, scene: Pick<Scene, 'toClock'>): Buffer =>
  Buffer.from(lines.map((line) => fileLine(line, scene)).join(''));

const packed = /\.gz$/;

/** A file of the service's log, as it lies on the disk. */
const diskFile = (file: BookFile, scene: Scene): InsideFile => {
  const text = textOf(file, scene);
  const bytes = packed.test(file.ending) ? gzipSync(text) : text;
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
