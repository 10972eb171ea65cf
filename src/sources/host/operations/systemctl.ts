import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import type {
  ActEvent,
  Interruption,
  OperationCall,
  Target,
  TargetDrift,
} from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { findLoginExpired } from '../../../platform/network/to-fault.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { field, number, text } from '../../kit/values/wire-value.ts';
import { findUnit, showUnitsCommand, withSudo } from '../feeds/machine-inspection.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import {
  describeMachine,
  type HostContext,
  hostImpact,
  maskedCommandLine,
  selectMachine,
  targetMachine,
  unitInterruption,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { isUnitActive, parseUnits, type ServiceUnit, unitSummary } from '../parse/units.ts';
import { runRemoteProgram } from './run-remote.ts';

/** State of a unit kept in a plan, to distinguish a crash loop from a manual restart. */
interface PriorUnitState {
  readonly wasActive: boolean;
  readonly state: string;
  readonly restarts?: number;
}

export const parsePriorUnitState = (earlier: unknown): PriorUnitState => {
  const restarts = number(field(earlier, 'restarts'));
  return {
    wasActive: field(earlier, 'wasActive') === true,
    state: text(field(earlier, 'state')) ?? '',
    ...defined({ restarts }),
  };
};

const loopingStates: readonly string[] = ['active', 'activating'];

/**
 * True when systemd was restarting a unit in a loop and still is. The run changes every few seconds, but the unit must
 * still be stoppable. A manual start resets the count to 0. Source: systemd.service(5), Restart=;
 * org.freedesktop.systemd1(5), NRestarts.
 */
export const hasSameCrashLoop = (before: PriorUnitState, now: ServiceUnit): boolean => {
  const { restarts: was, state } = before;
  const { restarts: is, activeState } = now;
  if (was === undefined || is === undefined || is < was) return false;
  if (![state, activeState].every((loopingState) => loopingStates.includes(loopingState))) return false;
  const wasLooping = was > 0 || state === 'activating';
  return wasLooping && (is > was || activeState === 'activating' || state === 'activating');
};

const timeoutMs = 100_000;

/** One unit, not a pattern: changes require an exact name. */
export const zUnitName = z
  .string()
  .regex(/^(?!-)[\w:.@\\-]+$/, { error: 'not a single unit name: use eventmesh-api or worker@1.service' });

const systemctlParams = z.strictObject({
  unit: zUnitName,
  verb: z.enum(['status', 'start', 'stop', 'restart', 'reload']),
  host: zHost,
  stopped: z
    .literal(true)
    .meta({
      description:
        'whether an earlier step stops the unit before this step, so that the unit may run while the run is planned',
    })
    .exactOptional(),
});

/** Effect of a verb on the unit. Reloading keeps its process. */
const interruptions: Readonly<Record<string, Interruption['does'] | undefined>> = {
  start: 'starts',
  stop: 'stops',
  restart: 'restarts',
};

const systemctlCommand = (
  parts: HostContext,
  machine: Machine,
  verb: string,
  unit: string,
): readonly string[] =>
  verb === 'status'
    ? ['systemctl', 'status', '--no-pager', '--lines=20', unit]
    : withSudo(parts, machine, ['systemctl', verb, unit]);

/** Pins the current run of the unit; for a unit that does not run, only that state. */
const unitUid = (machine: Machine, unit: ServiceUnit): string => {
  const run = isUnitActive(unit)
    ? `${unit.mainPid ?? 0}/${unit.invocation}/${unit.activeSince}`
    : 'not running';
  return `${machine.name}/${unit.name}/${run}`;
};

const unitTarget = (machine: Machine, name: string, unit: ServiceUnit): Target => ({
  name,
  uid: unitUid(machine, unit),
  // A unit that systemd starts again and again has another invocation each time.
  rowUid: isUnitActive(unit) ? unit.invocation : '',
  saw: unitSummary(unit),
  where: describeMachine(machine),
});

const unit =
  'workloads[source = "$source" and kind = unit and name = "${param.unit}" and node = "${param.host}"]';

/** An action on the row of a unit. `where`: the units that it makes sense for. */
const unitAction = (
  verb: 'start' | 'stop' | 'restart',
  title: string,
  where: string,
  check: string,
  that: string,
): GenericAction => ({
  id: `${verb}-unit`,
  verb,
  title: `${title} unit`,
  step: `${title} \${param.unit} on \${param.host}`,
  on: 'workloads',
  where: `kind = unit${where}`,
  params: [
    { name: 'unit', type: 'choice', from: 'workloads.name', title: 'Unit' },
    { name: 'host', type: 'choice', from: 'workloads.node', title: 'Host' },
  ],
  with: { unit: '${param.unit}', host: '${param.host}', verb },
  // systemd restarts a unit that fails its start after a pause.
  verify: [{ id: 'v1', title: check, that: `all(${unit} | ${that})`, withinMs: 2 * 60_000, forMs: 15_000 }],
});

const unitActions: readonly GenericAction[] = [
  unitAction('restart', 'Restart', '', 'The unit has started again and is stable', 'new and ready = wanted'),
  unitAction('stop', 'Stop', ' and ready = 1', 'The unit has stopped and stays stopped', 'ready = 0'),
  unitAction('start', 'Start', ' and ready = 0', 'The unit is active and stable', 'ready = 1'),
];

const declared = declareOperation({
  name: 'systemctl',
  danger: 'disruptive',
  params: systemctlParams,
  actions: unitActions,
  reads: ({ verb }) => verb === 'status',
});

/** The present state of a unit; undefined if systemd does not name it. */
const unitAt = async (
  parts: HostContext,
  machine: Machine,
  name: string,
  signal: AbortSignal,
): Promise<ServiceUnit | undefined> => {
  const { results } = await runBatch(parts, machine, [showUnitsCommand([name])], signal);
  const units = parseUnits(stdoutOf(results[0]));
  return findUnit({ units }, name) ?? units[0];
};

/**
 * `systemctl`: starts, stops, restarts and otherwise controls a unit. Its target is the unit, pinned by its main
 * process and invocation id.
 */
export const systemctlOperation = defineOperation(declared, (parts: HostContext) => ({
  plan: async ({ unit: name, verb, host }, signal) => {
    const machine = selectMachine(parts, host);
    let unit: ServiceUnit | undefined;
    try {
      unit = await unitAt(parts, machine, name, signal);
    } catch (error) {
      throw new PlanError('failed', parts.fault(machine, `systemctl show ${name}`, error).message, {
        cause: error,
      });
    }
    if (unit === undefined || !unit.isLoaded)
      throw new PlanError(
        'not-applicable',
        `unit ${name} not found on ${machine.name}: check the name of the unit`,
      );
    const argv = systemctlCommand(parts, machine, verb, name);
    const line = maskedCommandLine(machine.program(argv).argv);
    const does = interruptions[verb];
    const breaksOff = (verb === 'stop' || verb === 'restart') && isUnitActive(unit);
    return {
      targets: [unitTarget(machine, name, unit)],
      calls: [{ line, command: maskedCommandLine(machine.commandLine(argv)), target: 0 }],
      objects: [`unit ${name} on ${describeMachine(machine)}: ${unitSummary(unit)}`],
      reach: hostImpact(parts, machine),
      ...(does === undefined ? {} : { interrupts: unitInterruption(does, unit.name, machine) }),
      ...(breaksOff ? { lost: 'work in progress' } : {}),
      earlier: {
        wasActive: isUnitActive(unit),
        state: unit.activeState,
        ...defined({ restarts: unit.restarts }),
      } satisfies PriorUnitState,
    };
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { unit: name } = plan.params;
    const target = plan.targets[0];
    const machine = targetMachine(parts, target);
    const drift = (found: string): TargetDrift => ({
      target: `${name} on ${machine.name}`,
      planned: target?.saw ?? '',
      found,
    });
    try {
      const unit = await unitAt(parts, machine, name, signal);
      if (unit === undefined || !unit.isLoaded)
        return drift('the unit no longer exists on the host: plan the run again');
      const now = unitTarget(machine, name, unit);
      if (now.uid === target?.uid && now.saw === target.saw) return undefined;
      if (hasSameCrashLoop(parsePriorUnitState(plan.earlier), unit)) return undefined;
      const { verb, stopped } = plan.params;
      if (verb === 'start' && stopped === true && !isUnitActive(unit)) return undefined;
      return drift(now.saw === target?.saw ? `${now.saw}, restarted since` : now.saw);
    } catch (error) {
      if (findLoginExpired(error) !== undefined) throw error;
      return drift(parts.fault(machine, `systemctl show ${name}`, error).message);
    }
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { unit, verb } = plan.params;
    const machine = targetMachine(parts, plan.targets[0]);
    const argv = systemctlCommand(parts, machine, verb, unit);
    if (verb === 'status') {
      yield* unitStatusOutput(parts, machine, argv, signal);
      return;
    }
    const brokenOff = async () => '. The command may have been accepted: systemd then completes it';
    yield* runRemoteProgram(
      { machine, argv, program: machine.program(argv), timeoutMs, onInterrupted: brokenOff },
      change,
      signal,
    );
  },

  undo: (plan): OperationCall | undefined => {
    const { unit, verb, host, stopped } = plan.params;
    const { wasActive } = parsePriorUnitState(plan.earlier);
    const back = verb === 'stop' && wasActive ? 'start' : undefined;
    const forth = verb === 'start' && (!wasActive || stopped === true) ? 'stop' : undefined;
    const to = back ?? forth;
    if (to === undefined) return undefined;
    // The undo of a run with a stop and a start is a stop followed by this start.
    const mayRun = to === 'start' ? { stopped: true } : {};
    return {
      use: plan.use,
      with: { unit, verb: to, ...defined({ host }), ...mayRun },
      title: `${to} ${unit} again`,
    };
  },
}));

/** `systemctl status` exits with 3 for an inactive unit, with valid output (systemctl(1), EXIT STATUS). */
async function* unitStatusOutput(
  parts: HostContext,
  machine: Machine,
  argv: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const line = maskedCommandLine(machine.commandLine(argv));
  yield { is: 'call', line };
  try {
    const [answer] = (await runBatch(parts, machine, [argv], signal)).results;
    for (const text of (answer?.out ?? '').split('\n').filter((part) => part.trim() !== ''))
      yield { is: 'output', text };
    yield {
      is: 'answered',
      line,
      status: `exited with status ${answer?.status}`,
      ok: (answer?.status ?? 1) <= 3,
    };
  } catch (error) {
    yield { is: 'answered', line, status: parts.fault(machine, line, error).message, ok: false };
  }
}
