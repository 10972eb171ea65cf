import { createHash } from 'node:crypto';
import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import type { PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import type { ContainerLogLine } from '../../model/logs/container-log.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import {
  type ContainerFile,
  checkHealth,
  checkHealthPath,
  runFileTool,
  type ToolOutput,
} from '../container-tools/file-tools.ts';
import { logFiles, logFilters, textFile } from '../container-tools/log-files.ts';
import { runDatabaseCommand } from './database-commands.ts';
import { runJvmCommand } from './jvm-commands.ts';
import type { CommandResult, PodCommand } from './pod-command.ts';
import { listOpenFiles, procFile } from './proc-files.ts';

const heapHead = Buffer.from('JAVA PROFILE 1.0.2\0\0\0\0\b', 'latin1');

/** A heap dump with a valid header only; the model has no heap contents. Source: OpenJDK, hprof binary format. */
const dumpFile = (path: string, sizeBytes: number, writtenAt: Millis): ContainerFile => ({
  path,
  sizeBytes,
  writtenAt,
  inode: fnv1a(path),
  part: (begin, end) => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, sizeBytes) - begin));
    if (begin < heapHead.length) heapHead.copy(bytes, 0, begin);
    return bytes;
  },
});

/** Files of a program under /var/log, one for each day of its container. */
const dailyLogs = (startedAt: Millis, now: Millis): readonly ContainerFile[] =>
  Array.from({ length: Math.max(0, Math.floor((now - startedAt) / dayMs)) }, (_, day) =>
    textFile(`/var/log/daily-${day + 1}.log`, `day ${day + 1}\n`, startedAt + (day + 1) * dayMs),
  );

const mountedIn = ({ mounted, startedAt, createdAt }: PodRuntime): readonly ContainerFile[] =>
  [...mounted].map(([path, text]) => textFile(path, text, startedAt ?? createdAt));

const dumpsOf = ({ dumps }: PodRuntime): readonly ContainerFile[] =>
  [...dumps].map(([path, { bytes, at }]) => dumpFile(path, bytes, at));

/** File system of a pod's first container. */
const filesOf = (command: PodCommand): readonly ContainerFile[] => {
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

/** A file other than the program's log: mounted, or written manually. */
const imageFile = ({ life }: PodCommand, path: string): ContainerFile | undefined =>
  [...mountedIn(life), ...dumpsOf(life)].find((file) => file.path === path);

const pieceBytes = 1024 * 1024;

const sha256sum = (command: PodCommand, paths: readonly string[]): ToolOutput => {
  let out = '';
  let err = '';
  for (const path of paths) {
    const file = filesOf(command).find((candidate) => candidate.path === path);
    if (file === undefined) err += `sha256sum: ${path}: No such file or directory\n`;
    else {
      const sum = createHash('sha256');
      for (let index = 0; index < file.sizeBytes; index += pieceBytes)
        sum.update(file.part(index, index + pieceBytes));
      out += `${sum.digest('hex')}  ${path}\n`;
    }
  }
  return { out, err, code: err === '' ? 0 : 1 };
};

/** A small tool of the image. Images of Go programs are built from scratch and have none. */
const runImageTool = (command: PodCommand): ToolOutput | undefined => {
  const { cluster, life, argv, toClock } = command;
  if (cluster.spec.services[life.role.service ?? '']?.runtime === 'go') return undefined;
  if (argv[0] === 'sha256sum') return sha256sum(command, argv.slice(1));
  const remove = (path: string): void => {
    life.dumps.delete(path);
    life.deleted.add(path);
  };
  return runFileTool(argv, { files: filesOf(command), toClock, now: cluster.now, remove });
};

const done = (out: string, code = 0): CommandResult => ({ kind: 'done', out, code });
const failed = (err: string, code = 1): CommandResult => ({ kind: 'done', err: `${err}\n`, code });

/** The filter that derives a log file from the container's output; undefined if there is no such file. */
const logFile = (path: string): ((text: string) => boolean) | undefined =>
  /^\/opt\/[^/]+\/logs\//.test(path) ? logFilters[path.slice(path.lastIndexOf('/') + 1)] : undefined;

const tail = ({ life, argv }: PodCommand): CommandResult => {
  const path = argv.at(-1) ?? '';
  const isInFile = logFile(path);
  if (isInFile === undefined)
    return failed(`tail: cannot open '${path}' for reading: No such file or directory`);
  const index = argv.findIndex((word) => word === '-n' || word === '--lines');
  const count = index < 0 ? (/^-(\d+)$/.exec(argv[1] ?? '')?.[1] ?? '10') : (argv[index + 1] ?? '10');
  const lines = life.log.lines.filter(({ text }) => isInFile(text));
  // '+1': from the first line on.
  const from = count.startsWith('+') ? Number(count) - 1 : Math.max(0, lines.length - Number(count));
  const out = lines
    .slice(from)
    .map(({ text }) => `${text}\n`)
    .join('');
  if (!argv.some((word) => /^-[fF]$|^--follow/.test(word))) return done(out);
  const follow = (listener: (text: string) => void) =>
    life.log.follow(({ text }: ContainerLogLine) => (isInFile(text) ? listener(`${text}\n`) : undefined));
  return { kind: 'follows', out, follow };
};

const cat = (command: PodCommand): CommandResult => {
  const [, ...paths] = command.argv;
  if (paths.length === 0) return { kind: 'reads', respond: (input) => ({ out: input, code: 0 }) };
  const [only, ...others] = paths;
  const file = only === undefined || others.length > 0 ? undefined : imageFile(command, only);
  if (file !== undefined) return { kind: 'file', file };
  const texts = paths.map((path) => {
    const isInFile = logFile(path);
    const lines = isInFile && command.life.log.lines.filter(({ text }) => isInFile(text));
    const respond = lines?.map(({ text }) => `${text}\n`).join('');
    return respond ?? procFile(command, path) ?? command.life.mounted.get(path);
  });
  const missing = paths[texts.indexOf(undefined)];
  if (missing === undefined) return done(texts.join(''));
  return { ...failed(`cat: ${missing}: No such file or directory`), ...{ out: texts.join('') } };
};

/** Resolves a cluster DNS name: a Service with or without its namespace. */
const serviceNamed = ({ cluster, pod }: PodCommand, name: string) => {
  const [service = '', namespace = pod.metadata.namespace ?? ''] = name.split('.');
  const services = cluster.shelves.services;
  const inSpec = cluster.spec.statefulSets?.some((set) => set.name === service) === true;
  return (
    services.get(namespace, service) ??
    (inSpec ? services.list().find(({ metadata }) => metadata.name === service) : undefined)
  );
};

const getent = (command: PodCommand): CommandResult => {
  const name = command.argv[2] ?? '';
  const service = command.argv[1] === 'hosts' ? serviceNamed(command, name) : undefined;
  return service === undefined ? done('', 2) : done(`10.96.0.10      ${name}\n`);
};

/** `bash -c '</dev/tcp/HOST/PORT'`: whether the port accepts connections. */
const bash = (command: PodCommand): CommandResult => {
  const [, host = '', port = ''] = /^\s*<\/dev\/tcp\/([^/]+)\/(\d+)/.exec(command.argv[2] ?? '') ?? [];
  if (host === '') return failed(`bash: line 1: ${command.argv[2] ?? ''}: command not found`, 127);
  const service = serviceNamed(command, host);
  if (service === undefined) return failed(`bash: line 1: ${host}: Name or service not known`);
  const isUp = [...command.cluster.lives.values()].some(
    (life) =>
      life.isReady &&
      life.namespace === service.metadata.namespace &&
      life.name.startsWith(service.metadata.name),
  );
  return isUp
    ? done('')
    : failed(`bash: connect: Connection refused\nbash: line 1: /dev/tcp/${host}/${port}: Connection refused`);
};

/** Deletes manually written files. */
const rm = ({ argv, life }: PodCommand): CommandResult => {
  const path = argv.at(-1) ?? '';
  return life.dumps.delete(path) ? done('') : failed(`rm: can't remove '${path}': No such file or directory`);
};

/** `ls /proc` and `ls -l /proc/1/fd`: a container has one process. */
const ls = (command: PodCommand): CommandResult => {
  const paths = command.argv.slice(1).filter((word) => !word.startsWith('-'));
  const [path = ''] = paths;
  if (path === '/proc') return done('1\ncpuinfo\nmeminfo\nnet\nself\n');
  const listed = listOpenFiles(command, path);
  return listed === undefined ? failed(`ls: ${path}: No such file or directory`, 2) : done(listed);
};

/** One environment variable of the container. */
const printenv = ({ pod, argv }: PodCommand): CommandResult => {
  const variable = (pod.spec.containers[0]?.env ?? []).find(({ name }) => name === argv[1]);
  return variable === undefined ? done('', 1) : done(`${variable.value ?? ''}\n`);
};

/** `df -Pk /tmp`: a 20 GiB disk with the space used by dumps. */
const df = ({ life }: PodCommand): CommandResult => {
  const size = 20_971_520;
  const base = 6_291_456;
  const used = base + [...life.dumps.values()].reduce((sum, { bytes }) => sum + Math.ceil(bytes / 1024), 0);
  const percent = Math.ceil((100 * used) / size);
  return done(
    `Filesystem     1024-blocks      Used Available Capacity Mounted on\noverlay           ${size}  ${used}  ${size - used}      ${percent}% /\n`,
  );
};

const commands: Readonly<Record<string, (command: PodCommand) => CommandResult>> = {
  cat,
  tail,
  getent,
  bash,
  rm,
  df,
  ls,
  printenv,
  'check-health': ({ cluster, life }) => ({ kind: 'done', ...checkHealth(life.instance, cluster.env.now) }),
  /** Longer than any timeout. */
  sleep: () => ({ kind: 'follows', out: '', follow: () => () => {} }),
  true: () => done(''),
  false: () => done('', 1),
  hostname: ({ pod }) => done(`${pod.metadata.name}\n`),
  env: ({ pod }) =>
    done((pod.spec.containers[0]?.env ?? []).map(({ name, value = '' }) => `${name}=${value}\n`).join('')),
};

/** Runs a command line in a pod; JVM tools only with a JVM. */
export const runPodCommand = (command: PodCommand): CommandResult => {
  const name = command.argv[0] ?? '';
  const respond = runImageTool(command);
  if (respond !== undefined) return { kind: 'done', ...respond };
  const runCommand = commands[name.replace(/^\/usr\/local\/bin\//, '')];
  if (runCommand !== undefined) return runCommand(command);
  const database = runDatabaseCommand(command);
  if (database !== undefined) return database;
  const answer = runJvmCommand(command);
  if (answer !== undefined) return { kind: 'done', ...answer };
  return failed(`exec: "${name}": executable file not found in $PATH`, 127);
};
