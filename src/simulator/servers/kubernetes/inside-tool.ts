import { createHash } from 'node:crypto';
import type { Millis } from '../../../domain/fault.ts';
import { hash } from '../../model/chance.ts';
import type { PodLife } from '../../model/cluster/pod-life.ts';
import { checkHealthPath } from '../inside/check-health.ts';
import { logFiles, textFile } from '../inside/log-files.ts';
import { fileTool, type InsideFile, type Told } from '../inside/tools.ts';
import type { Command } from './command.ts';

const dayMs: Millis = 86_400_000;
const heapHead = Buffer.from('JAVA PROFILE 1.0.2\0\0\0\0\b', 'latin1');

/** A heap dump begins as one does; what is in the heap nobody knows here. Source: OpenJDK, hprof binary format. */
const dumpFile = (path: string, sizeBytes: number, writtenAt: Millis): InsideFile => ({
  path,
  sizeBytes,
  writtenAt,
  inode: hash(path),
  part: (begin, end) => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, sizeBytes) - begin));
    if (begin < heapHead.length) heapHead.copy(bytes, 0, begin);
    return bytes;
  },
});

/** What a program has written under /var/log, a file for each day that its container has lived. */
const dailyLogs = (startedAt: Millis, now: Millis): readonly InsideFile[] =>
  Array.from({ length: Math.max(0, Math.floor((now - startedAt) / dayMs)) }, (_, day) =>
    textFile(`/var/log/daily-${day + 1}.log`, `day ${day + 1}\n`, startedAt + (day + 1) * dayMs),
  );

const mountedIn = ({ mounted, startedAt, createdAt }: PodLife): readonly InsideFile[] =>
  [...mounted].map(([path, text]) => textFile(path, text, startedAt ?? createdAt));

const dumpsOf = ({ dumps }: PodLife): readonly InsideFile[] =>
  [...dumps].map(([path, { bytes, at }]) => dumpFile(path, bytes, at));

/** What is on the file system of a pod's first container. */
const filesOf = (command: Command): readonly InsideFile[] => {
  const { cluster, pod, life } = command;
  const name = life.role.service ?? pod.spec.containers[0]?.name ?? '';
  const startedAt = life.startedAt ?? life.createdAt;
  return [
    ...logFiles(name, life.log, startedAt),
    textFile('/etc/hostname', `${life.name}\n`, startedAt),
    ...mountedIn(life),
    ...dailyLogs(startedAt, cluster.now),
    ...dumpsOf(life),
    { ...textFile(checkHealthPath, '#!/bin/sh\n', startedAt), runnable: true as const },
  ].filter(({ path }) => !life.deleted.has(path));
};

/** A file that is not its program's log: one that is mounted, or was written by hand. */
export const plainFile = ({ life }: Command, path: string): InsideFile | undefined =>
  [...mountedIn(life), ...dumpsOf(life)].find((file) => file.path === path);

const pieceBytes = 1024 * 1024;

const sha256sum = (command: Command, paths: readonly string[]): Told => {
  let [out, err] = ['', ''];
  for (const path of paths) {
    const file = filesOf(command).find((one) => one.path === path);
    if (file === undefined) err += `sha256sum: ${path}: No such file or directory\n`;
    else {
      const sum = createHash('sha256');
      for (let at = 0; at < file.sizeBytes; at += pieceBytes) sum.update(file.part(at, at + pieceBytes));
      out += `${sum.digest('hex')}  ${path}\n`;
    }
  }
  return { out, err, code: err === '' ? 0 : 1 };
};

/** A small tool of the image. That of a Go program is made from scratch: it has none. */
export const insideTool = (command: Command): Told | undefined => {
  const { cluster, life, argv, toClock } = command;
  if (cluster.spec.services[life.role.service ?? '']?.runtime === 'go') return undefined;
  if (argv[0] === 'sha256sum') return sha256sum(command, argv.slice(1));
  const remove = (path: string): void => {
    life.dumps.delete(path);
    life.deleted.add(path);
  };
  return fileTool(argv, { files: filesOf(command), toClock, now: cluster.now, remove });
};
