import type { LogLine } from '../../../model/hosts/log-book.ts';
import type { Scene } from './command.ts';

/** Names the place of a line, as a journal's cursor does. */
const cursorOf = ({ number }: LogLine): string => `s=0f;i=${number.toString(16)};b=0f`;
const numberAt = (cursor: string): number => Number.parseInt(/;i=([\da-f]+)/.exec(cursor)?.[1] ?? '0', 16);

/** `journalctl -o json`, one line. */
export const journalLine = (
  line: LogLine,
  { machine, toClock }: Pick<Scene, 'machine' | 'toClock'>,
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
    const at = args.indexOf(name);
    if (at !== -1) return args[at + 1];
    const joined = args.find((arg) => arg.startsWith(`${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 1);
  }
  return undefined;
};

/**
 * The lines that journalctl(1) begins with, oldest first, or with `--reverse` newest first. A cursor whose entry is not there any
 * more stands where the next one is.
 */
export const journalBeginning = (
  args: readonly string[],
  { machine, toClock }: Scene,
): readonly LogLine[] => {
  const unit = option(args, '-u')?.replace(/\.service$/, '');
  const isBack = args.includes('--reverse');
  const [at, after] = [option(args, '--cursor'), option(args, '--after-cursor')];
  const since = option(args, '--since')?.replace('@', '');
  const until = option(args, '--until')?.replace('@', '');
  const count = option(args, '-n');
  const isBehind = (number: number, place: number): boolean => (isBack ? number < place : number > place);
  const found = machine.journal.lines
    .filter((line) => unit === undefined || line.unit === unit)
    .filter(({ number }) => at === undefined || number === numberAt(at) || isBehind(number, numberAt(at)))
    .filter(({ number }) => after === undefined || isBehind(number, numberAt(after)))
    .filter((line) => since === undefined || toClock(line.at) >= Number(since) * 1000)
    .filter((line) => until === undefined || toClock(line.at) <= Number(until) * 1000);
  const ordered = isBack ? [...found].reverse() : found;
  if (count === undefined || count === 'all') return ordered;
  // Behind a cursor the first are shown, and so are the newest of what is turned round.
  const isFromFront = isBack || at !== undefined || after !== undefined;
  return isFromFront ? ordered.slice(0, Number(count)) : count === '0' ? [] : ordered.slice(-Number(count));
};

export const fileBeginning = (args: readonly string[], { machine }: Scene): readonly LogLine[] => {
  const count = option(args, '-n') ?? '10';
  const { lines } = machine.log;
  if (count.startsWith('+')) return lines;
  return Number(count) === 0 ? [] : lines.slice(-Number(count));
};
