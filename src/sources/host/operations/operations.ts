import { z } from 'zod';
import type { ActEvent, Drift } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { loginBehind } from '../../../platform/fault.ts';
import { declareOperation, defineOperation } from '../../define-operation.ts';
import { hidden, shownValue } from '../../secret-name.ts';
import { privileged } from '../feeds/look.ts';
import { environmentIn, showEnvironment } from '../parse/units.ts';
import { type HostParts, lineOf, machineAt, machineFor, whereWords, zHost } from '../parts.ts';
import { outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { backup } from './backup.ts';
import { hostExec } from './exec.ts';
import { defineLook, looks } from './looks.ts';
import { restore } from './restore.ts';
import { runThere } from './run-announced.ts';
import { setEnv } from './set-env.ts';
import { swap } from './swap.ts';
import { systemctl, zOneUnit } from './systemctl.ts';
import { killParams, type Victim, victimAt, victimFor } from './victim.ts';

const timeoutMs = 15_000;

const argvOf = (parts: HostParts, machine: Machine, signal: string, pid: number): readonly string[] =>
  privileged(parts, machine, ['kill', `-${signal}`, String(pid)]);

const uidOf = (machine: Machine, { pid, start }: Victim): string => `${machine.name}/${pid}/${start}`;

const declared = declareOperation({ name: 'kill', danger: 'destructive', params: killParams });

/** `kill`: ends a process. Its target is the process id; pinned are its start and its command line. */
const kill = defineOperation(declared, (parts: HostParts) => ({
  plan: async (params, signal) => {
    const machine = machineFor(parts, params.host);
    let victim: Victim;
    try {
      victim = await victimFor(parts, machine, params, signal);
    } catch (error) {
      if (error instanceof PlanError) throw error;
      const isGone = error instanceof WireError && error.kind === 'missing';
      throw new PlanError(isGone ? 'not-applicable' : 'failed', parts.fault(machine, 'ps', error).message, {
        cause: error,
      });
    }
    const { pid, args, user, parent, unit } = victim;
    const of = unit === '' ? 'of no unit' : `of unit ${unit}`;
    return {
      targets: [{ name: String(pid), uid: uidOf(machine, victim), saw: args, where: whereWords(machine) }],
      calls: [
        {
          line: lineOf(machine.program(argvOf(parts, machine, params.signal, pid)).argv),
          command: lineOf(machine.typed(argvOf(parts, machine, params.signal, pid))),
          target: 0,
        },
      ],
      objects: [
        `process ${pid} on ${whereWords(machine)}: ${args}`,
        `it runs as ${user}, ${of}, started by process ${parent}`,
        ...victim.ports.map((port) => `it listens to port ${port}`),
      ],
      lost: 'the process, and what it has not written down',
    };
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const target = plan.targets[0];
    const machine = machineAt(parts, target);
    const drift = (found: string): Drift => ({
      target: `process ${target?.name} on ${machine.name}`,
      planned: target?.saw ?? '',
      found,
    });
    try {
      const victim = await victimAt(parts, machine, Number(target?.name), signal);
      if (uidOf(machine, victim) !== target?.uid) return drift(`another process: ${victim.args}`);
      return victim.args === target.saw ? undefined : drift(victim.args);
    } catch (error) {
      if (loginBehind(error) !== undefined) throw error;
      const isGone = error instanceof WireError && error.kind === 'missing';
      return drift(isGone ? 'it is gone' : parts.fault(machine, 'ps', error).message);
    }
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const params = plan.params;
    const machine = machineAt(parts, plan.targets[0]);
    const argv = argvOf(parts, machine, params.signal, Number(plan.targets[0]?.name));
    const brokenOff = async () => '; the signal may have been sent';
    yield* runThere({ machine, argv, program: machine.program(argv), timeoutMs, brokenOff }, change, signal);
  },
}));

const environmentParams = z.strictObject({
  unit: zOneUnit,
  match: z
    .string()
    .min(1)
    .meta({ description: 'only names that contain one of these, separated by |' })
    .exactOptional(),
  host: zHost,
});

/** Of an address nothing is shown: it may hold more than a password. */
const shownOf = (name: string, value: string): string =>
  /URL|DSN/.test(name) ? hidden : shownValue(name, value);

/** `environment`: the variables that a unit is started with. Values of secret names, and addresses, are hidden. */
const environment = defineLook(
  { name: 'environment', params: environmentParams },
  {
    commands: ({ unit }) => [showEnvironment(unit)],
    lines: ([answer], { unit, match }) => {
      const { variables, files } = environmentIn(outOf(answer));
      const words = match?.split('|') ?? [''];
      const shown = variables
        .filter(({ name }) => words.some((word) => name.includes(word)))
        .map(({ name, value }) => `${name}=${shownOf(name, value)}`);
      return [
        ...(shown.length === 0 ? [`${unit} is started without such variables`] : shown),
        ...files.map((file) => `and what stands in ${file}, which is not read`),
      ];
    },
  },
);

/** Every operation of this source; a new one is its file and a line here. */
export const hostOperations = [
  systemctl,
  kill,
  hostExec,
  backup,
  restore,
  swap,
  setEnv,
  ...looks,
  environment,
];
