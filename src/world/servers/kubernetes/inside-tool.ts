import { checkHealthPath } from '../inside/check-health.ts';
import { logFiles, textFile } from '../inside/log-files.ts';
import { fileTool, type InsideFile, type Told } from '../inside/tools.ts';
import type { Command } from './commands.ts';

/** What is on the file system of a pod's first container. */
const filesOf = ({ pod, life }: Command): readonly InsideFile[] => {
  const name = life.role.service ?? pod.spec.containers[0]?.name ?? '';
  const startedAt = life.startedAt ?? life.createdAt;
  return [
    ...logFiles(name, life.log, startedAt),
    ...[...life.mounted].map(([path, text]) => textFile(path, text, startedAt)),
    textFile('/etc/hostname', `${life.name}\n`, startedAt),
    ...[...life.dumps].map(([path, { bytes, at }]) => ({ ...textFile(path, '', at), sizeBytes: bytes })),
    { ...textFile(checkHealthPath, '#!/bin/sh\n', startedAt), runnable: true },
  ];
};

/** A small tool of the image. That of a Go program is made from scratch: it has none. */
export const insideTool = (command: Command): Told | undefined => {
  const { cluster, life, argv, toClock } = command;
  if (cluster.spec.services[life.role.service ?? '']?.runtime === 'go') return undefined;
  return fileTool(argv, { files: filesOf(command), toClock });
};
