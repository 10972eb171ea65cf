import { z } from 'zod';
import { parseDuration } from '../../../domain/duration.ts';
import type { ActEvent, Drift } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { loginBehind } from '../../../platform/fault.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation } from '../../define-operation.ts';
import { passwordsIn } from '../../secret-name.ts';
import { field, number } from '../../wire-value.ts';
import { showUnits, unitNamed } from '../feeds/look.ts';
import { unitsIn } from '../parse/units.ts';
import { type HostParts, lineOf, machineAt, machineFor, whereWords, zHost } from '../parts.ts';
import { ask, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { runAnnounced } from './run-announced.ts';
import { zOneUnit } from './systemctl.ts';
import { callsOf } from './trees.ts';

/** An argument that stands for the main process of a unit. */
const placeholder = '{pid}';

/** A machine by the name that it calls itself, and the main process of a unit where one is asked for. */
interface Identity {
  readonly node: string;
  readonly pid?: number;
}

/** Who answers there, and which process a unit has now. Throws WireError, and PlanError where the unit has none. */
const identityOf = async (
  parts: HostParts,
  machine: Machine,
  unit: string | undefined,
  signal: AbortSignal,
): Promise<Identity> => {
  const commands = [['uname', '-n'], ...(unit === undefined ? [] : [showUnits([unit])])];
  const [name, shown] = (await ask(parts, machine, commands, signal)).all;
  const node = outOf(name).trim();
  if (unit === undefined) return { node };
  const pid = unitNamed({ units: unitsIn(outOf(shown)) }, unit)?.mainPid;
  if (pid === undefined)
    throw new PlanError('not-applicable', `${unit} of ${machine.name} has no process: it does not run`);
  return { node, pid };
};

/** The argv with the process id in the place of `{pid}`. */
const withPid = (argv: readonly string[], { pid }: Identity): readonly string[] =>
  argv.map((one) => (one === placeholder && pid !== undefined ? String(pid) : one));

/** What pins a machine, and its unit's process. */
const identityUid = (machine: Machine, { node, pid }: Identity): string =>
  `${machine.address}#${node}${pid === undefined ? '' : `/${pid}`}`;

/** The same in words. */
const identityWords = ({ node, pid }: Identity): string =>
  `a machine that calls itself ${node}${pid === undefined ? '' : `, pid ${pid}`}`;

const defaultTimeout = '1m';
const longestMs = 2 * 3_600_000;

const execParams = z.strictObject({
  argv: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .min(1)
    .meta({ description: 'the program and its arguments, as they are: no shell of ours splits them' }),
  host: zHost,
  mainPidOf: zOneUnit
    .meta({ description: 'a unit: its main process stands where an argument is {pid}, and is pinned' })
    .exactOptional(),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'a duration: 30s, 5m' })
    .refine((text) => (parseDuration(text) ?? 0) <= longestMs, { error: 'at most 2h' })
    .meta({ description: `after how long it is ended; default: ${defaultTimeout}, at most 2h` })
    .exactOptional(),
});

const declared = declareOperation({
  name: 'exec',
  danger: 'as-step',
  params: execParams,
  finds: ['status', 'json'],
  binds: { argv: 'argv' },
});

/** `exec`: runs a program on a host. Its target is the source; pinned is the machine that answers under this name. */
export const hostExec = defineOperation(declared, (parts: HostParts) => ({
  plan: async ({ argv, host, mainPidOf }, signal) => {
    for (const secret of passwordsIn(argv.join(' '))) masker.add(secret);
    const machine = machineFor(parts, host);
    let identity: Identity;
    try {
      identity = await identityOf(parts, machine, mainPidOf, signal);
    } catch (error) {
      if (error instanceof PlanError) throw error;
      throw new PlanError('failed', parts.fault(machine, 'uname -n', error).message, { cause: error });
    }
    const real = withPid(argv, identity);
    return {
      targets: [
        {
          name: parts.source,
          uid: identityUid(machine, identity),
          saw: identityWords(identity),
          where: whereWords(machine),
        },
      ],
      calls: callsOf(machine, [real]),
      objects: [`${lineOf(real)}, on ${whereWords(machine)}`],
      lost: 'what this program changes is not known to opsdeck: it offers no undo',
      ...(identity.pid === undefined ? {} : { earlier: { pid: identity.pid } }),
    };
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const target = plan.targets[0];
    const machine = machineAt(parts, target);
    const { mainPidOf } = plan.params;
    const drift = (found: string): Drift => ({ target: machine.name, planned: target?.saw ?? '', found });
    try {
      const now = await identityOf(parts, machine, mainPidOf, signal);
      return identityUid(machine, now) === target?.uid ? undefined : drift(identityWords(now));
    } catch (error) {
      if (error instanceof PlanError) return drift(error.message);
      if (loginBehind(error) !== undefined) throw error;
      return drift(parts.fault(machine, 'uname -n', error).message);
    }
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { argv, timeout } = plan.params;
    const machine = machineAt(parts, plan.targets[0]);
    const real = withPid(argv, { node: '', ...pidIn(plan.earlier) });
    const timeoutMs = parseDuration(timeout ?? defaultTimeout) ?? 0;
    yield* runAnnounced({ machine, argv: real, timeoutMs }, change, signal);
  },
}));

const pidIn = (earlier: unknown): { readonly pid?: number } => {
  const pid = number(field(earlier, 'pid'));
  return pid === undefined ? {} : { pid };
};
