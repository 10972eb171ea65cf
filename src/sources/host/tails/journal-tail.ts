import { toSshError } from '../../../clients/ssh/ssh-failure.ts';
import { defined } from '../../../domain/base/defined.ts';
import { levelOfCode } from '../../../domain/facts/log-level.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { createHeadReader } from '../../../logs/format/head-reader.ts';
import { FileLineSplitter } from '../../../logs/reading/file-line-splitter.ts';
import type {
  LogEvent,
  OlderLines,
  OlderLinesRequest,
  ResumePoint,
  Tail,
} from '../../../logs/reading/tail.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { commandError, sshFailureStatus } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { isSameEntry, parseJournalEntry, type SystemdJournalEntry } from '../parse/journal.ts';
import { unitName } from '../parse/units.ts';

/** Meaning of a line of the program; [] for none, 'word' for a message about itself. */
type LineMeaning = readonly LogEvent[] | 'word';

interface StreamRequest {
  readonly machine: Machine;
  readonly argv: readonly string[];
  /** Name of the stream in faults. */
  readonly call: string;
  readonly follow: boolean;
  interpret(line: string): LineMeaning;
}

/** Yields the lines of a program on a machine, from both outputs, as log events, until it ends. Never throws. */
async function* streamEvents(
  parts: HostContext,
  { machine, argv, call, follow, interpret: meaning }: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const words: string[] = [];
  // An entry may be long and must stay complete: lines are split without a length limit.
  const cutter = new FileLineSplitter(0);
  const fault = (error: unknown): LogEvent => ({ is: 'fault', fault: parts.fault(machine, call, error) });
  const toEvents = function* (lines: Iterable<string>): Generator<LogEvent, void> {
    for (const line of lines) {
      const means = meaning(line);
      if (means === 'word') words.push(line);
      else yield* means;
    }
  };
  try {
    for await (const event of parts.io.followBytes(machine.program(argv), signal)) {
      if (event.is === 'err') yield* toEvents([event.text]);
      if (event.is === 'out') yield* toEvents(linesOf(cutter.push(event.bytes)));
      if (event.is !== 'ended') continue;
      yield* toEvents(linesOf(cutter.rest() ?? 'more'));
      const problem = endProblem(event.end, words.join('\n'), machine, follow);
      if (problem !== undefined) yield fault(problem);
    }
  } catch (error) {
    if (!signal.aborted) yield fault(error);
  }
}

const linesOf = (lines: ReturnType<FileLineSplitter['push']>): readonly string[] =>
  lines === 'more'
    ? []
    : new TextDecoder()
        .decode(lines.bytes)
        .split('\n')
        .filter((line) => line !== '');

const endProblem = (
  { status }: ProgramEnd,
  stderr: string,
  machine: Machine,
  follow: boolean,
): WireError | undefined => {
  if (status === sshFailureStatus && machine.address !== '')
    return toSshError(stderr, machine.address, formatArgv(machine.commandLine([])));
  if (status !== 0) return commandError({ status: status ?? 1, out: '', err: stderr });
  return follow
    ? new WireError('unreachable', 'the command that follows the journal on the host has ended')
    : undefined;
};

const defaultLines = 200;
const permissionError =
  /not seeing messages from other users|insufficient permissions|No journal files were opened/;

/** `--all`: without it journalctl omits messages above 4096 bytes (journalctl(1)). */
const journalctlCommand = (unit: string, ...more: readonly string[]): readonly string[] => [
  'journalctl',
  '-u',
  unit,
  '-o',
  'json',
  '--all',
  '--output-fields=MESSAGE,PRIORITY',
  '--no-pager',
  ...more,
];

const secondsText = (parts: HostContext, time: number): string =>
  `@${((time + parts.io.clock.wallOffset()) / 1000).toFixed(3)}`;

/** Includes the entry at the position, to detect whether it still exists. */
const resumeOptions = (parts: HostContext, { lines, since, after }: ResumePoint): readonly string[] => {
  const count = lines === undefined ? [] : ['-n', String(lines)];
  if (after !== undefined) return [`--cursor=${after}`, '-n', 'all'];
  if (since === undefined) return count.length === 0 ? ['-n', String(defaultLines)] : count;
  return [`--since=${secondsText(parts, since)}`, ...(count.length === 0 ? ['-n', 'all'] : count)];
};

/**
 * Streams the journal of a unit on one machine. Each entry's cursor is its position, so that a reconnect neither loses
 * nor repeats lines. Reports when the entry no longer exists, since the journal is rotated.
 */
export const journalTail = (parts: HostContext, machine: Machine, unit: string): Tail => {
  const call = `journalctl -u ${unit}`;
  const eventsOf = entryEvents(parts);
  const wordOf = (line: string): LineMeaning => {
    if (permissionError.test(line)) {
      const error = new RemediedError(
        'denied',
        'this account cannot read the whole journal',
        'add the account to the group systemd-journal: usermod -aG systemd-journal USER',
      );
      return [{ is: 'fault', fault: parts.fault(machine, call, error) }];
    }
    if (/^-- /.test(line)) return [];
    return line.startsWith('{')
      ? [
          {
            is: 'gap',
            why: 'journalctl printed an entry that is not JSON: check journalctl -o json on the host',
          },
        ]
      : 'word';
  };
  return {
    stream: `${machine.name}/${unitName(unit)}`,
    open: (from, signal) => {
      let left = from.after;
      const meaning = (line: string): LineMeaning => {
        const entry = parseJournalEntry(line);
        if (entry === undefined) return wordOf(line);
        if (left === undefined) return eventsOf(entry);
        const isThere = entry.cursor !== undefined && isSameEntry(entry.cursor, left);
        left = undefined;
        return isThere ? [] : [{ is: 'gap', why: vacuumedText }, ...eventsOf(entry)];
      };
      const argv = journalctlCommand(unit, ...resumeOptions(parts, from), ...(from.follow ? ['-f'] : []));
      return streamEvents(parts, { machine, argv, call, follow: from.follow, interpret: meaning }, signal);
    },
    older: (before, signal) => {
      const entries: SystemdJournalEntry[] = [];
      const meaning = (line: string): LineMeaning => {
        const entry = parseJournalEntry(line);
        if (entry === undefined) return wordOf(line);
        entries.push(entry);
        return [];
      };
      const argv = journalctlCommand(unit, ...backwardOptions(parts, before));
      const stream = streamEvents(parts, { machine, argv, call, follow: false, interpret: meaning }, signal);
      return olderEntries(stream, entries, before, eventsOf);
    },
  };
};

const vacuumedText = 'the journal no longer has the last line that opsdeck read: lines may be missing';

const backwardOptions = (parts: HostContext, { mark, at, lines }: OlderLinesRequest): readonly string[] => {
  const place =
    mark !== undefined ? [`--cursor=${mark}`] : at === undefined ? [] : [`--until=${secondsText(parts, at)}`];
  // The entry at the position, and one more that shows whether older ones exist.
  return ['--reverse', '-n', String(lines + 2), ...place];
};

const olderEntries = async (
  stream: AsyncIterable<LogEvent>,
  entries: readonly SystemdJournalEntry[],
  { mark, lines }: OlderLinesRequest,
  eventsOf: (entry: SystemdJournalEntry) => readonly LogEvent[],
): Promise<OlderLines> => {
  const problems: LogEvent[] = [];
  for await (const event of stream) problems.push(event);
  const isMark = ({ cursor }: SystemdJournalEntry): boolean =>
    mark !== undefined && cursor !== undefined && isSameEntry(cursor, mark);
  const others = entries.filter((entry) => !isMark(entry));
  const returned = others.slice(0, lines);
  const first = returned.at(-1)?.cursor;
  return {
    events: [...problems, ...[...returned].reverse().flatMap(eventsOf)],
    isStart: others.length <= lines && problems.every(({ is }) => is !== 'fault'),
    ...defined({ first }),
  };
};

/** Lines of an entry. Its priority applies where its text has no level. */
const entryEvents = (parts: HostContext): ((entry: SystemdJournalEntry) => readonly LogEvent[]) => {
  const heads = createHeadReader(parts.heads);
  return ({ lines, at, cursor, level }) => {
    const bytes = Buffer.from(lines[0] ?? '');
    const textLevel = levelOfCode(heads.read(bytes, 0, bytes.length).ownLevel);
    return lines.map((text, index) => ({
      is: 'line',
      text,
      ...(at === undefined ? {} : { at: parts.fromWallTime(at) }),
      ...(level === undefined || textLevel !== undefined ? {} : { level }),
      // Only the last line of an entry has a resume position.
      ...(cursor === undefined || index < lines.length - 1 ? {} : { mark: cursor }),
    }));
  };
};
