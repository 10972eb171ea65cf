import { z } from 'zod';
import type { ActEvent, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { findLoginExpired } from '../../../platform/network/to-fault.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { findPasswords } from '../../kit/values/secrets.ts';
import { field, number } from '../../kit/values/wire-value.ts';
import { findUnit, showUnitsCommand } from '../feeds/machine-inspection.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import {
  describeMachine,
  type HostContext,
  maskedCommandLine,
  selectMachine,
  targetMachine,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseUnits } from '../parse/units.ts';
import { previewCalls } from './directories.ts';
import { runRemoteCommand } from './run-remote.ts';
import { zUnitName } from './systemctl.ts';

/** Placeholder in an argument for the main process of a unit. */
const placeholder = '{pid}';

/** The hostname that a machine reports, and the main process of a unit if requested. */
interface MachineIdentity {
  readonly node: string;
  readonly pid?: number;
}

/**
 * Reads the hostname and the current main process of a unit. Throws WireError, and PlanError when the unit has none.
 */
const readMachineIdentity = async (
  parts: HostContext,
  machine: Machine,
  unit: string | undefined,
  signal: AbortSignal,
): Promise<MachineIdentity> => {
  const commands = [['uname', '-n'], ...(unit === undefined ? [] : [showUnitsCommand([unit])])];
  const [name, shown] = (await runBatch(parts, machine, commands, signal)).results;
  const node = stdoutOf(name).trim();
  if (unit === undefined) return { node };
  const pid = findUnit({ units: parseUnits(stdoutOf(shown)) }, unit)?.mainPid;
  if (pid === undefined)
    throw new PlanError(
      'not-applicable',
      `${unit} on ${machine.name} is not running, so there is no main PID. Start the unit first`,
    );
  return { node, pid };
};

/** Substitutes the process id for `{pid}`. */
const substitutePid = (argv: readonly string[], { pid }: MachineIdentity): readonly string[] =>
  argv.map((text) => (text === placeholder && pid !== undefined ? String(pid) : text));

/** The value that pins a machine and the process of its unit. */
const machineIdentityUid = (machine: Machine, { node, pid }: MachineIdentity): string =>
  `${machine.address}#${node}${pid === undefined ? '' : `/${pid}`}`;

/** The machine, whoever logs in: 'host vm-1#vm-1'. */
const machinePlace = ({ address }: Machine, { node }: MachineIdentity): string =>
  `host ${address.slice(address.lastIndexOf('@') + 1)}#${node}`;

/** Describes that identity. */
const describeMachineIdentity = ({ node, pid }: MachineIdentity): string =>
  `a machine with the host name ${node}${pid === undefined ? '' : `, pid ${pid}`}`;

const defaultTimeout = '1m';
const maxTimeoutMs = 2 * 3_600_000;

/** Program and arguments of an operation. */
export const zHostArgv = z
  .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .min(1)
  .meta({ description: 'program to run, with arguments. No shell is involved' });

const execParams = z.strictObject({
  argv: zHostArgv,
  host: zHost,
  mainPidOf: zUnitName
    .meta({ description: 'name of a unit whose main process ID replaces {pid} in the arguments' })
    .exactOptional(),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'the value is not a duration: use 30s or 5m' })
    .refine((text) => (parseDuration(text) ?? 0) <= maxTimeoutMs, { error: 'at most 2h' })
    .meta({ description: `how long the program may run (default: ${defaultTimeout}, at most 2h)` })
    .exactOptional(),
});

const declared = declareOperation({
  name: 'exec',
  danger: 'as-step',
  params: execParams,
  resultKinds: ['status', 'json'],
  bindingRules: { argv: 'argv' },
});

/** `exec`: runs a program on a host. Its target is the source, pinned by the hostname that the machine reports. */
export const hostExec = defineOperation(declared, (parts: HostContext) => ({
  plan: async ({ argv, host, mainPidOf }, signal) => {
    for (const secret of findPasswords(argv.join(' '))) secretMasker.add(secret);
    const machine = selectMachine(parts, host);
    let identity: MachineIdentity;
    try {
      identity = await readMachineIdentity(parts, machine, mainPidOf, signal);
    } catch (error) {
      if (error instanceof PlanError) throw error;
      throw new PlanError('failed', parts.fault(machine, 'uname -n', error).message, { cause: error });
    }
    const real = substitutePid(argv, identity);
    return {
      targets: [
        {
          name: parts.source,
          uid: machineIdentityUid(machine, identity),
          saw: describeMachineIdentity(identity),
          where: describeMachine(machine),
          place: machinePlace(machine, identity),
        },
      ],
      calls: previewCalls(machine, [real]),
      objects: [`${maskedCommandLine(real)}, on ${describeMachine(machine)}`],
      lost: 'opsdeck does not know what this program changes, and cannot undo the changes',
      ...(identity.pid === undefined ? {} : { earlier: { pid: identity.pid } }),
    };
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const target = plan.targets[0];
    const machine = targetMachine(parts, target);
    const { mainPidOf } = plan.params;
    const drift = (found: string): TargetDrift => ({
      target: machine.name,
      planned: target?.saw ?? '',
      found,
    });
    try {
      const now = await readMachineIdentity(parts, machine, mainPidOf, signal);
      return machineIdentityUid(machine, now) === target?.uid
        ? undefined
        : drift(describeMachineIdentity(now));
    } catch (error) {
      if (error instanceof PlanError) return drift(error.message);
      if (findLoginExpired(error) !== undefined) throw error;
      return drift(parts.fault(machine, 'uname -n', error).message);
    }
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { argv, timeout } = plan.params;
    const machine = targetMachine(parts, plan.targets[0]);
    const real = substitutePid(argv, { node: '', ...pidIn(plan.earlier) });
    const timeoutMs = parseDuration(timeout ?? defaultTimeout) ?? 0;
    yield* runRemoteCommand({ machine, argv: real, timeoutMs }, change, signal);
  },
}));

const pidIn = (earlier: unknown): { readonly pid?: number } => {
  const pid = number(field(earlier, 'pid'));
  return pid === undefined ? {} : { pid };
};
