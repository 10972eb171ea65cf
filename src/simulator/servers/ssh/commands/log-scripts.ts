import { gunzipSync } from 'node:zlib';
import {
  fileGoneStatus,
  logFileScripts,
  logStatFormat,
} from '../../../../platform/files/log-file-shell-scripts.ts';
import type { HostLogLine } from '../../../model/hosts/unit-log.ts';
import { type ContainerFile, type FileToolContext, runFileTool } from '../../container-tools/file-tools.ts';
import { machineFiles } from './files.ts';
import { type CommandOutput, commandFailed, commandOk, type ShellCommandContext } from './host-command.ts';

/** Position of a line as a journal cursor. */
const cursorOf = ({ number }: HostLogLine): string => `s=0f;i=${number.toString(16)};b=0f`;
const numberAt = (cursor: string): number => Number.parseInt(/;i=([\da-f]+)/.exec(cursor)?.[1] ?? '0', 16);

/** `journalctl -o json`, one line. */
export const journalLine = (
  line: HostLogLine,
  { machine, toClock }: Pick<ShellCommandContext, 'machine' | 'toClock'>,
): string =>
  `${JSON.stringify({
    __CURSOR: cursorOf(line),
    __REALTIME_TIMESTAMP: String(Math.round(toClock(line.at) * 1000)),
    _HOSTNAME: machine.name,
    _SYSTEMD_UNIT: `${line.unit ?? ''}.service`,
    PRIORITY: String(line.priority ?? 6),
    ...(line.pid === undefined ? {} : { _PID: String(line.pid) }),
    MESSAGE: line.text,
  })}\n`;

const option = (args: readonly string[], ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const index = args.indexOf(name);
    if (index !== -1) return args[index + 1];
    const joined = args.find((arg) => arg.startsWith(`${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 1);
  }
  return undefined;
};

/**
 * Initial lines of journalctl(1), oldest first, or newest first with `--reverse`. A vacuumed cursor position is that of the next
 * entry.
 */
export const initialJournalLines = (
  args: readonly string[],
  { machine, toClock }: ShellCommandContext,
): readonly HostLogLine[] => {
  const unit = option(args, '-u')?.replace(/\.service$/, '');
  const isBack = args.includes('--reverse');
  const cursor = option(args, '--cursor');
  const after = option(args, '--after-cursor');
  const since = option(args, '--since')?.replace('@', '');
  const until = option(args, '--until')?.replace('@', '');
  const count = option(args, '-n');
  const isBehind = (number: number, place: number): boolean => (isBack ? number < place : number > place);
  const lines = machine.journal.lines
    .filter((line) => unit === undefined || line.unit === unit)
    .filter(
      ({ number }) =>
        cursor === undefined || number === numberAt(cursor) || isBehind(number, numberAt(cursor)),
    )
    .filter(({ number }) => after === undefined || isBehind(number, numberAt(after)))
    .filter((line) => since === undefined || toClock(line.at) >= Number(since) * 1000)
    .filter((line) => until === undefined || toClock(line.at) <= Number(until) * 1000);
  const ordered = isBack ? [...lines].reverse() : lines;
  if (count === undefined || count === 'all') return ordered;
  // After a cursor the first lines are shown, and so are the newest in reverse order.
  const isFromFront = isBack || cursor !== undefined || after !== undefined;
  return isFromFront ? ordered.slice(0, Number(count)) : count === '0' ? [] : ordered.slice(-Number(count));
};

export const initialFileLines = (
  args: readonly string[],
  { machine }: ShellCommandContext,
): readonly HostLogLine[] => {
  const count = option(args, '-n') ?? '10';
  const { lines } = machine.log;
  if (count.startsWith('+')) return lines;
  return Number(count) === 0 ? [] : lines.slice(-Number(count));
};

/** New output on both streams. */
interface MoreOutput {
  readonly out: string | Uint8Array;
  readonly err?: string;
  /** True when it has ended. */
  readonly status?: number;
}

/** A command that follows output. */
export interface FollowedOutput extends CommandOutput {
  more?(scene: ShellCommandContext): MoreOutput;
}

const fileGone: CommandOutput = { status: fileGoneStatus, out: '', err: '' };
/** Device number of every file, the same as in fileTool. */
const device = 66;

const located = ({ files }: FileToolContext, path: string, id: string): ContainerFile | undefined => {
  const isIt = ({ inode }: ContainerFile): boolean => `${device}:${inode}` === id;
  return files.find((file) => file.path === path && isIt(file)) ?? files.find(isIt);
};

const statLine = (view: FileToolContext, path: string): string =>
  String(runFileTool(['stat', '-L', '-c', logStatFormat, path], view)?.out ?? '');

const fromByte = (text: string | undefined): number => Math.max(0, Number(text) - 1);

/** `tail -c +N -f` of one file, with the file at its path reported every second. */
const followed = (
  {
    path,
    id,
    from,
    word,
  }: { readonly path: string; readonly id: string; readonly from: number; readonly word: string },
  scene: ShellCommandContext,
): FollowedOutput => {
  let index = from;
  let toldAt = scene.now;
  const written = (now: ShellCommandContext): Uint8Array => {
    const file = located(machineFiles(now), path, id);
    if (file === undefined || file.sizeBytes <= index) return new Uint8Array();
    const bytes = file.part(index, file.sizeBytes);
    index = file.sizeBytes;
    return bytes;
  };
  return {
    ...commandOk(''),
    out: written(scene),
    more: (now) => {
      const out = written(now);
      if (now.now - toldAt < 1000) return { out };
      toldAt = now.now;
      return { out, err: `${word} ${statLine(machineFiles(now), path).trimEnd()}\n` };
    },
  };
};

/** Runs one of the scripts that read log files; undefined for others. */
export const runLogScript = (
  script: string,
  args: readonly string[],
  scene: ShellCommandContext,
): FollowedOutput | undefined => {
  const [path = '', id = '', from, last = ''] = args;
  const known = Object.values(logFileScripts).some((logFileScript) => logFileScript === script);
  if (!known) return undefined;
  const view = machineFiles(scene);
  const file = located(view, path, id);
  if (file === undefined) return fileGone;
  if (script === logFileScripts.stat) return commandOk(statLine(view, file.path));
  const begin = fromByte(from);
  if (script === logFileScripts.rest) return { ...commandOk(''), out: file.part(begin, file.sizeBytes) };
  if (script === logFileScripts.read)
    return { ...commandOk(''), out: file.part(begin, Math.min(file.sizeBytes, begin + Number(last))) };
  return followed({ path, id, from: begin, word: last }, scene);
};

/** gzip(1) with `-dc FILE`. */
export const gzip = ([, path = '']: readonly string[], scene: ShellCommandContext): CommandOutput => {
  const file = machineFiles(scene).files.find((candidate) => candidate.path === path);
  if (file === undefined) return commandFailed(1, `gzip: ${path}: No such file or directory`);
  return { ...commandOk(''), out: gunzipSync(file.part(0, file.sizeBytes)) };
};
