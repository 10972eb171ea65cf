import { z } from 'zod';
import { parseDuration } from '../../../domain/duration.ts';
import type { ActEvent, Drift, Plan } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import { announcedMark, announcing, endingArgv, endThere } from '../../../io/end-there.ts';
import { loginBehind } from '../../../io/fault.ts';
import type { ChangeIo } from '../../../io/io.ts';
import { leftWords } from '../../../io/left-words.ts';
import { masker } from '../../../io/secrets.ts';
import { passwordsIn } from '../../secret-text.ts';
import type { Operation } from '../../source.ts';
import { outOf } from '../parse/words.ts';
import { type HostParts, lineOf } from '../parts.ts';
import { ask } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { machineAt, machineFor, whereWords, zHost } from './place.ts';
import { runThere } from './run-there.ts';

const defaultTimeout = '1m';
export const execParams = z.strictObject({
  argv: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .min(1)
    .meta({ description: 'the program and its arguments, as they are: no shell of ours splits them' }),
  host: zHost,
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'a duration: 30s, 5m' })
    .meta({ description: `after how long it is ended; default: ${defaultTimeout}, at most 5m` })
    .exactOptional(),
});

/** Says its mark first, and becomes the program: by that mark it, and what it starts, can be ended there. */
const announced = (argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${announcing}; exec "$@"`,
  'sh',
  ...argv,
];

/** `exec`: runs a program on a host. Its target is the source; pinned is the machine that answers under this name. */
export const execOperation = (parts: HostParts): Operation => {
  const identity = async (machine: Machine, signal: AbortSignal): Promise<string> =>
    outOf((await ask(parts, machine, [['uname', '-n']], signal)).all[0]).trim();

  return {
    name: 'exec',
    danger: () => 'as-step',

    /** Its danger is the least that it can be: what it truly is, only the runbook's step knows. */
    plan: async (given, signal): Promise<Plan> => {
      const { argv, host } = execParams.parse(given);
      for (const secret of passwordsIn(argv.join(' '))) masker.add(secret);
      const machine = machineFor(parts, host);
      try {
        const node = await identity(machine, signal);
        return {
          use: `${parts.source}.exec`,
          danger: 'safe',
          targets: [
            {
              name: parts.source,
              uid: `${machine.address}#${node}`,
              saw: `a machine that calls itself ${node}`,
              where: whereWords(machine),
            },
          ],
          calls: [{ line: lineOf(machine.program(announced(argv)).argv), target: 0 }],
          objects: [`${lineOf(argv)}, on ${whereWords(machine)}`],
          lost: 'what this program changes is not known to opsdeck: it offers no undo',
          params: given,
        };
      } catch (error) {
        throw new PlanError('failed', parts.fault(machine, 'uname -n', error).message, { cause: error });
      }
    },

    recheck: async (plan, signal): Promise<Drift | undefined> => {
      const target = plan.targets[0];
      const machine = machineAt(parts, target);
      const drift = (found: string): Drift => ({ target: machine.name, planned: target?.saw ?? '', found });
      try {
        const node = await identity(machine, signal);
        return `${machine.address}#${node}` === target?.uid
          ? undefined
          : drift(`a machine that calls itself ${node}`);
      } catch (error) {
        if (loginBehind(error) !== undefined) throw error;
        return drift(parts.fault(machine, 'uname -n', error).message);
      }
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { argv, timeout } = execParams.parse(plan.params);
      const machine = machineAt(parts, plan.targets[0]);
      let mark: string | undefined;
      yield* runThere(
        {
          machine,
          program: machine.program(announced(argv)),
          timeoutMs: parseDuration(timeout ?? defaultTimeout) ?? 0,
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
    },
  };
};

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
