import { z } from 'zod';
import type { ActEvent, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { findLoginExpired } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import {
  declareOperation,
  defineOperation,
  mayRestartProcesses,
} from '../../kit/operations/define-operation.ts';
import { hiddenValueMark, maskSecretValue } from '../../kit/values/secrets.ts';
import { withSudo } from '../feeds/machine-inspection.ts';
import { stdoutOf } from '../machine/command-batch.ts';
import {
  describeMachine,
  type HostContext,
  maskedCommandLine,
  selectMachine,
  targetMachine,
  unitInterruption,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseUnitEnvironment, showEnvironmentCommand } from '../parse/units.ts';
import { backupOperation } from './backup.ts';
import { startOnHost, stopOnHost } from './detached.ts';
import { hostExec } from './exec.ts';
import { type KillTarget, killParams, readKillTarget, selectKillTarget } from './kill-target.ts';
import { defineHostRead, hostReadOperations } from './read-operations.ts';
import { restoreOperation } from './restore.ts';
import { runRemoteProgram } from './run-remote.ts';
import { hostSetEnv } from './set-env.ts';
import { swapOperation } from './swap.ts';
import { systemctlOperation, zUnitName } from './systemctl.ts';

const timeoutMs = 15_000;

const killCommand = (parts: HostContext, machine: Machine, signal: string, pid: number): readonly string[] =>
  withSudo(parts, machine, ['kill', `-${signal}`, String(pid)]);

const processUid = (machine: Machine, { pid, start }: KillTarget): string =>
  `${machine.name}/${pid}/${start}`;

const declared = declareOperation({ name: 'kill', danger: 'destructive', params: killParams });

/** `kill`: ends a process. Its target is the process id, pinned by start time and command line. */
const killOperation = defineOperation(declared, (parts: HostContext) => ({
  plan: async (params, signal) => {
    const machine = selectMachine(parts, params.host);
    let victim: KillTarget;
    try {
      victim = await selectKillTarget(parts, machine, params, signal);
    } catch (error) {
      if (error instanceof PlanError) throw error;
      const isGone = error instanceof WireError && error.kind === 'missing';
      throw new PlanError(isGone ? 'not-applicable' : 'failed', parts.fault(machine, 'ps', error).message, {
        cause: error,
      });
    }
    const { pid, args, user, parent, unit } = victim;
    const of = unit === '' ? 'belongs to no unit' : `belongs to unit ${unit}`;
    return {
      targets: [
        { name: String(pid), uid: processUid(machine, victim), saw: args, where: describeMachine(machine) },
      ],
      calls: [
        {
          line: maskedCommandLine(machine.program(killCommand(parts, machine, params.signal, pid)).argv),
          command: maskedCommandLine(machine.commandLine(killCommand(parts, machine, params.signal, pid))),
          target: 0,
        },
      ],
      objects: [
        `process ${pid} on ${describeMachine(machine)}: ${args}`,
        `the process runs as ${user}, ${of}, and has the parent process ${parent}`,
        ...victim.ports.map((port) => `the process listens on port ${port}`),
      ],
      lost: 'the process ends and loses all data that is not saved',
      // Only the main process ends the service; systemd may start it again.
      ...(params.mainPid === true && unit !== ''
        ? { interrupts: unitInterruption('restarts', unit, machine) }
        : {}),
    };
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const target = plan.targets[0];
    const machine = targetMachine(parts, target);
    const drift = (found: string): TargetDrift => ({
      target: `process ${target?.name} on ${machine.name}`,
      planned: target?.saw ?? '',
      found,
    });
    try {
      const victim = await readKillTarget(parts, machine, Number(target?.name), signal);
      if (processUid(machine, victim) !== target?.uid)
        return drift(`the process has ended, and another process has that process ID now: ${victim.args}`);
      return victim.args === target.saw ? undefined : drift(victim.args);
    } catch (error) {
      if (findLoginExpired(error) !== undefined) throw error;
      const isGone = error instanceof WireError && error.kind === 'missing';
      return drift(isGone ? 'the process has already ended' : parts.fault(machine, 'ps', error).message);
    }
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const params = plan.params;
    const machine = targetMachine(parts, plan.targets[0]);
    const argv = killCommand(parts, machine, params.signal, Number(plan.targets[0]?.name));
    const brokenOff = async () => '. The signal may have been sent';
    yield* runRemoteProgram(
      { machine, argv, program: machine.program(argv), timeoutMs, onInterrupted: brokenOff },
      change,
      signal,
    );
  },
}));

const environmentParams = z.strictObject({
  unit: zUnitName,
  match: z
    .string()
    .min(1)
    .meta({ description: 'filter: names that contain one of these, separated by |' })
    .exactOptional(),
  host: zHost,
});

/** Hides URLs completely: they may contain more than a password. */
const maskedVariable = (name: string, value: string): string =>
  /URL|DSN/.test(name) ? hiddenValueMark : maskSecretValue(name, value);

/** `environment`: shows the variables that a unit starts with. Hides values of secret-looking names and URLs. */
const environmentOperation = defineHostRead(
  { name: 'environment', params: environmentParams },
  {
    commands: ({ unit }) => [showEnvironmentCommand(unit)],
    lines: ([answer], { unit, match }) => {
      const { variables, files } = parseUnitEnvironment(stdoutOf(answer));
      const words = match?.split('|') ?? [''];
      const shown = variables
        .filter(({ name }) => words.some((word) => name.includes(word)))
        .map(({ name, value }) => `${name}=${maskedVariable(name, value)}`);
      return [
        ...(shown.length === 0 ? [`the unit ${unit} sets none of these variables`] : shown),
        ...files.map((file) => `the unit also has the variables in ${file}, which opsdeck may not read`),
      ];
    },
  },
);

/** All operations of this source. To add one, create its file and list it here. */
export const hostOperations = mayRestartProcesses([
  systemctlOperation,
  killOperation,
  hostExec,
  startOnHost,
  stopOnHost,
  backupOperation,
  restoreOperation,
  swapOperation,
  hostSetEnv,
  ...hostReadOperations,
  environmentOperation,
]);
