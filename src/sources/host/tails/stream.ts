import { sshFailure } from '../../../clients/ssh/ssh-failure.ts';
import { argvLine } from '../../../domain/argv.ts';
import { LineCutter } from '../../../logs/reading/log-file-lines.ts';
import type { LogEvent } from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/failures.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { commandError } from '../parse/words.ts';
import type { HostParts } from '../parts.ts';
import { sshGaveUp } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';

/** What a line of the program means; [] for one that means nothing, 'word' for what it says about itself. */
export type Meaning = readonly LogEvent[] | 'word';

interface Streamed {
  readonly machine: Machine;
  readonly argv: readonly string[];
  /** How the stream is called in faults. */
  readonly call: string;
  readonly follow: boolean;
  meaning(line: string): Meaning;
}

/** Lines of a program that runs on a machine, of either output, as log events, up to its end. Never throws. */
export async function* streamed(
  parts: HostParts,
  { machine, argv, call, follow, meaning }: Streamed,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const words: string[] = [];
  // An entry may be long, and is whole or nothing: lines are cut here, however long they are.
  const cutter = new LineCutter(0);
  const fault = (error: unknown): LogEvent => ({ is: 'fault', fault: parts.fault(machine, call, error) });
  const meant = function* (lines: Iterable<string>): Generator<LogEvent, void> {
    for (const line of lines) {
      const means = meaning(line);
      if (means === 'word') words.push(line);
      else yield* means;
    }
  };
  try {
    for await (const event of parts.io.followBytes(machine.program(argv), signal)) {
      if (event.is === 'err') yield* meant([event.text]);
      if (event.is === 'out') yield* meant(linesOf(cutter.push(event.bytes)));
      if (event.is !== 'ended') continue;
      yield* meant(linesOf(cutter.rest() ?? 'more'));
      const problem = endProblem(event.end, words.join('\n'), machine, follow);
      if (problem !== undefined) yield fault(problem);
    }
  } catch (error) {
    if (!signal.aborted) yield fault(error);
  }
}

const linesOf = (lines: ReturnType<LineCutter['push']>): readonly string[] =>
  lines === 'more'
    ? []
    : new TextDecoder()
        .decode(lines.bytes)
        .split('\n')
        .filter((line) => line !== '');

const endProblem = (
  { status }: ProgramEnd,
  said: string,
  machine: Machine,
  follow: boolean,
): WireError | undefined => {
  if (status === sshGaveUp && machine.address !== '')
    return sshFailure(said, machine.address, argvLine(machine.typed([])));
  if (status !== 0) return commandError({ status: status ?? 1, out: '', err: said });
  return follow ? new WireError('unreachable', 'it has ended by itself') : undefined;
};
