import { z } from 'zod';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { redactPasswords } from '../../kit/values/secrets.ts';
import {
  hasProcessNames,
  listProcessesCommand,
  showUnitsCommand,
  withSudo,
} from '../feeds/machine-inspection.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import { zPort } from '../machine/config.ts';
import type { HostContext } from '../machine/host-context.ts';
import { zHost } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import {
  type Listener,
  type Process,
  parseListeners,
  parseProcesses,
  psOne,
  psOneDarwin,
  ssListening,
} from '../parse/processes.ts';
import { parseUnits, type ServiceUnit, unitName } from '../parse/units.ts';
import { zUnitName } from './systemctl.ts';

export const killParams = z
  .strictObject({
    pid: z.number().int().min(2).meta({ description: 'process id' }).exactOptional(),
    port: zPort
      .meta({
        description: 'TCP port whose listening process is killed, unless the process belongs to the unit',
      })
      .exactOptional(),
    signal: z.enum(['TERM', 'KILL']).default('TERM'),
    host: zHost,
    unit: zUnitName
      .meta({
        description: 'name of a unit whose processes must not be killed (default: the units of the source)',
      })
      .exactOptional(),
    mainPid: z
      .literal(true)
      .meta({
        description: 'with true, opsdeck may also kill the main process of a unit. The default is false',
      })
      .exactOptional(),
  })
  .refine(({ pid, port }) => (pid === undefined) !== (port === undefined), {
    error: 'the step does not name the process: set either pid or port',
  });

type KillParams = z.infer<typeof killParams>;

/** A process to end. */
export interface KillTarget {
  readonly pid: number;
  /** Start time: in clock ticks since boot (proc(5)), or to the second where /proc does not exist. */
  readonly start: string;
  readonly args: string;
  readonly user: string;
  readonly parent: number;
  /** Unit of the process, '' for none. */
  readonly unit: string;
  readonly ports: readonly number[];
  /** A kernel thread, which no signal ends. */
  readonly isKernel: boolean;
}

/** PF_KTHREAD of include/linux/sched.h, in field 9 of /proc/PID/stat. */
const kernelThread = 0x00200000;

/** Programs that keep the machine running or reachable. */
const protectedPrograms = /^(systemd|init|sshd|ssh|dbus-|launchd|containerd|dockerd|kubelet)/;

const maxArgsLength = 300;

/** Reads the current state of a process. Throws WireError: `missing` when it does not exist. */
export const readKillTarget = async (
  parts: HostContext,
  machine: Machine,
  pid: number,
  signal: AbortSignal,
  listeners: readonly Listener[] = [],
): Promise<KillTarget> => {
  const { results: all } = await runBatch(
    parts,
    machine,
    [
      hasProcessNames(machine) ? psOne(pid) : psOneDarwin(pid),
      ['cat', `/proc/${pid}/stat`],
      ['cat', `/proc/${pid}/cgroup`],
    ],
    signal,
  );
  const [shown, stat, cgroup] = all;
  const [process] = parseProcesses(shown?.out ?? '', hasProcessNames(machine));
  if (process === undefined)
    throw new WireError('missing', `process ${pid} not found: choose another process`);
  const { user, parent, args, name } = process;
  // Fields from number 3 on, after the name, which may contain any character.
  const fields = stat?.status === 0 ? stat.out.slice(stat.out.lastIndexOf(')') + 2).split(' ') : [];
  const ticks = fields[19];
  return {
    pid,
    start: ticks === undefined ? new Date(process.startedAt ?? 0).toISOString() : `tick ${ticks.trim()}`,
    args: oneLine(args === '' ? name : redactPasswords(args), maxArgsLength),
    user,
    parent,
    unit: unitName(/\/([^/]+\.service)\s*$/m.exec(cgroup?.out ?? '')?.[1] ?? ''),
    isKernel: (Number(fields[6]) & kernelThread) !== 0,
    ports: listeners.flatMap(({ port, holders }) =>
      holders.some((holder) => holder.pid === pid) ? [port] : [],
    ),
  };
};

/** Selects the process to end. Throws PlanError when none matches or it is protected; and WireError. */
export const selectKillTarget = async (
  parts: HostContext,
  machine: Machine,
  params: KillParams,
  signal: AbortSignal,
): Promise<KillTarget> => {
  const protectedUnits = params.unit === undefined ? parts.config.units : [params.unit];
  const { results: all } = await runBatch(
    parts,
    machine,
    [
      listProcessesCommand(machine),
      withSudo(parts, machine, ssListening),
      ssListening,
      ...(protectedUnits.length === 0 ? [] : [showUnitsCommand(protectedUnits)]),
    ],
    signal,
  );
  const processes = parseProcesses(stdoutOf(all[0]), hasProcessNames(machine));
  // An account sees its own processes without privileges.
  const listeners = parseListeners(stdoutOf(all[1]?.status === 0 ? all[1] : all[2]));
  const units = all[3] === undefined ? [] : parseUnits(stdoutOf(all[3]));
  const pid = params.pid ?? portHolder(params.port ?? 0, listeners, units, machine);
  const process = processes.find((proc) => proc.pid === pid);
  if (process === undefined)
    throw new PlanError(
      'not-applicable',
      `process ${pid} not found on ${machine.name}: choose another process`,
    );
  rejectProtected(process, units, params, machine);
  const victim = await readKillTarget(parts, machine, pid, signal, listeners);
  if (victim.isKernel)
    throw new PlanError(
      'not-applicable',
      `process ${pid} on ${machine.name} is a kernel thread, ${victim.args}, which cannot be killed`,
    );
  return victim;
};

const portHolder = (
  port: number,
  listeners: readonly Listener[],
  units: readonly ServiceUnit[],
  { name }: Machine,
): number => {
  const bound = listeners.filter((listener) => listener.port === port);
  if (bound.length === 0)
    throw new PlanError(
      'not-applicable',
      `no process listens on port ${port} of ${name}, so there is nothing to kill`,
    );
  const own = new Set(units.map(({ mainPid }) => mainPid));
  const pids = [...new Set(bound.flatMap(({ holders }) => holders.map(({ pid }) => pid)))];
  if (pids.length === 0)
    throw new PlanError(
      'failed',
      `the owner of port ${port} on ${name} is visible only to root: allow sudo -n ss in sudoers`,
    );
  const otherPids = pids.filter((pid) => !own.has(pid));
  const [only, ...others] = otherPids;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined)
    throw new PlanError(
      'not-applicable',
      `port ${port} on ${name} is held by the unit itself, so no other process blocks the unit`,
    );
  throw new PlanError(
    'not-applicable',
    `several processes hold port ${port} on ${name}: choose one with pid: ${otherPids.join(', ')}`,
  );
};

const rejectProtected = (
  { pid, name, args }: Process,
  units: readonly ServiceUnit[],
  { mainPid }: KillParams,
  machine: Machine,
): void => {
  const program = args.split(' ')[0] ?? '';
  const file = program.slice(program.lastIndexOf('/') + 1);
  const isOurselves = machine.address === '' && pid === process.pid;
  if (pid === 1 || isOurselves || protectedPrograms.test(name) || protectedPrograms.test(file))
    throw new PlanError(
      'not-applicable',
      `process ${pid} on ${machine.name} is ${oneLine(redactPasswords(args), 60)}, which opsdeck never kills: the host needs this process`,
    );
  const unit = units.find((candidate) => candidate.mainPid === pid);
  if (unit !== undefined && mainPid !== true)
    throw new PlanError(
      'not-applicable',
      `process ${pid} is the main process of ${unit.name}: use systemctl, or set mainPid: true`,
    );
};
