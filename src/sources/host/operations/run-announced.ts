import type { ActEvent } from '../../../domain/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { announcedMark, announcing, endingArgv, endThere } from '../../../platform/processes/end-there.ts';
import { leftWords } from '../../../platform/processes/left-words.ts';
import type { Machine } from '../ssh/machine.ts';
import { runThere } from './run-there.ts';

/** Says its mark first, and becomes the program: by that mark it, and what it starts, can be ended there. */
export const announced = (argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${announcing}; exec "$@"`,
  'sh',
  ...argv,
];

interface Announced {
  readonly machine: Machine;
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

/** Runs a program on a machine so that a cancel, or its time limit, ends it there, too. */
export async function* runAnnounced(
  { machine, argv, timeoutMs }: Announced,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  let mark: string | undefined;
  yield* runThere(
    {
      machine,
      argv,
      program: machine.program(announced(argv)),
      timeoutMs,
      isOurs: (line) => {
        if (mark !== undefined) return false;
        mark = announcedMark(line);
        return mark !== undefined;
      },
      brokenOff: (error) => fateOf(machine, { mark, error }, change),
    },
    change,
    signal,
  );
}

/** Ends the program on its own machine: the end of a connection alone ends nothing there. Tells what came of it. */
const fateOf = async (
  machine: Machine,
  { mark, error }: { readonly mark: string | undefined; readonly error: unknown },
  change: ChangeIo,
): Promise<string> => {
  if (mark === undefined) return '; whether it was begun is not known';
  const fate =
    machine.address === ''
      ? leftWords(error)
      : await endThere({
          mark,
          clock: change.clock,
          run: change.run,
          program: machine.program(endingArgv(mark)),
        });
  return `; ${fate}, and what it had done until then stays done`;
};

/** Runs programs one behind the other; the first that does not succeed is the last. */
export async function* runInOrder(
  machine: Machine,
  all: readonly (readonly string[])[],
  timeoutMs: number,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean, undefined> {
  for (const argv of all) {
    let isDone = false;
    for await (const event of runAnnounced({ machine, argv, timeoutMs }, change, signal)) {
      if (event.is === 'answered') isDone = event.ok;
      yield event;
    }
    if (!isDone) return false;
  }
  return true;
}
