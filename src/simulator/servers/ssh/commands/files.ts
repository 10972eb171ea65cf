import { gzipSync } from 'node:zlib';
import type { LogFileSegment } from '../../../model/hosts/unit-log.ts';
import type { ContainerFile, FileToolContext } from '../../container-tools/file-tools.ts';
import {
  checkHealth,
  checkHealthPath,
  runFileTool,
  type ToolOutput,
} from '../../container-tools/file-tools.ts';
import { findArchives, statDeployed, testPath } from './deployed-files.ts';
import type { CommandOutput, ShellCommandContext } from './host-command.ts';
import { commandFailed, commandOk, type HostCommand } from './host-command.ts';

/** A line in the service's log file. */
export const fileLine = (
  { at, text }: { readonly at: number; readonly text: string },
  scene: Pick<ShellCommandContext, 'toClock'>,
): string => `${new Date(scene.toClock(at)).toISOString().replace('Z', '000Z')} ${text}\n`;

/** Rendered lines of a file. They only grow, and every log command reads them. */
interface RenderedLogFile {
  lines: number;
  bytes: Buffer;
  packed?: Buffer;
}

const known = new WeakMap<LogFileSegment['lines'], RenderedLogFile>();

const writtenOf = (
  { lines }: LogFileSegment,
  scene: Pick<ShellCommandContext, 'toClock'>,
): RenderedLogFile => {
  const before = known.get(lines) ?? { lines: 0, bytes: Buffer.alloc(0) };
  if (before.lines === lines.length) return before;
  const appended = lines.slice(before.lines).map((line) => fileLine(line, scene));
  const now = { lines: lines.length, bytes: Buffer.concat([before.bytes, Buffer.from(appended.join(''))]) };
  known.set(lines, now);
  return now;
};

const isPacked = /\.gz$/;

const bytesOf = (file: LogFileSegment, scene: ShellCommandContext): Buffer => {
  const written = writtenOf(file, scene);
  if (!isPacked.test(file.ending)) return written.bytes;
  written.packed ??= gzipSync(written.bytes);
  return written.packed;
};

/** A log file of the service on disk. */
const diskFile = (file: LogFileSegment, scene: ShellCommandContext): ContainerFile => {
  const bytes = bytesOf(file, scene);
  return {
    path: `${scene.machine.spec.log}${file.ending}`,
    sizeBytes: bytes.length,
    writtenAt: file.lines.at(-1)?.at ?? scene.now,
    inode: file.inode,
    part: (begin, end) => bytes.subarray(begin, end),
  };
};

/** Log of the machine's service and its rotated files, newest first. */
export const machineFiles = (scene: ShellCommandContext): FileToolContext => ({
  files: scene.machine.log.files.map((file) => diskFile(file, scene)),
  toClock: scene.toClock,
});

const done = ({ out = '', err = '', code }: ToolOutput): CommandOutput => ({ status: code, out, err });

/** Runs a small tool on the machine's log files, or the service's check; undefined for other commands. */
export const toolOf = (argv: readonly string[], scene: ShellCommandContext): CommandOutput | undefined => {
  const { machine, now } = scene;
  const [name = ''] = argv;
  if (name === 'check-health' || name === checkHealthPath) return done(checkHealth(machine.instance, now));
  if (name === 'find' || name === 'sha256sum' || (name === 'head' && !argv.includes('-c'))) return undefined;
  const onDisk = name === 'stat' ? statDeployed(argv.slice(1), scene) : undefined;
  if (onDisk !== undefined) return onDisk;
  const reported = runFileTool(argv, machineFiles(scene));
  return reported && done(reported);
};

/** df(1), POSIX format, with a single file system. */
export const df: HostCommand = (args) => {
  const paths = args.filter((arg) => arg.startsWith('/'));
  const unit = args.includes('-B1') ? 1 : 1024;
  const size = 41_612_886_016 / unit;
  const used = 17_433_260_032 / unit;
  const line = `/dev/vda1 ${size} ${used} ${size - used} 42% /\n`;
  const header = `Filesystem     ${unit === 1 ? '1-blocks' : '1024-blocks'} Used Available Capacity Mounted on\n`;
  return commandOk(header + (paths.length === 0 ? line : paths.map(() => line).join('')));
};

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);

/** find(1) of log files: `DIR -maxdepth 1 -name PATTERN [-o -name PATTERN]… [-exec stat -c FORMAT {} +]`. */
export const find: HostCommand = (args, scene) => {
  const onDisk = findArchives(args, scene);
  if (onDisk !== undefined) return onDisk;
  const { log } = scene.machine.spec;
  const position = log.lastIndexOf('/');
  const dir = args.find((arg) => arg.startsWith('/'))?.replace(/\/$/, '') ?? '';
  const patterns = args.flatMap((arg, index) => (args[index - 1] === '-name' ? [arg] : []));
  if (dir !== log.slice(0, position)) return commandFailed(1, `find: '${dir}': No such file or directory`);
  const paths = scene.machine.log.files
    .map(({ ending }) => `${log}${ending}`)
    .filter(
      (path) =>
        patterns.length === 0 || patterns.some((pattern) => matches(pattern, path.slice(position + 1))),
    );
  const run = args.indexOf('-exec');
  if (run === -1) return commandOk(paths.map((path) => `${path}\n`).join(''));
  const argv = args.slice(run + 1).flatMap((arg) => (arg === '{}' ? paths : arg === '+' ? [] : [arg]));
  return toolOf(argv, scene) ?? commandFailed(1, `find: '${argv[0] ?? ''}': No such file or directory`);
};

/** test(1) of the log, deployed files and archives. */
export const test: HostCommand = (args, scene) => {
  const [flag, path] = args;
  const isLog = (flag === '-r' || flag === '-e') && path === scene.machine.spec.log;
  return { ...commandOk(''), status: isLog || testPath(args, scene) ? 0 : 1 };
};
