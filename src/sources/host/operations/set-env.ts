import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, OperationCall, Target } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { declareOperation, defineOperation, type PlanOf } from '../../kit/operations/define-operation.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { findUnit, showUnitsCommand, withSudo } from '../feeds/machine-inspection.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import {
  hostImpact,
  selectMachine,
  targetMachine,
  unitInterruption,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseUnits, unitName, unitSummary } from '../parse/units.ts';
import {
  directoryTarget,
  findDirectoryDrift,
  hostTimestamp,
  previewCalls,
  remotePlanError,
} from './directories.ts';
import { runCommandSequence } from './run-remote.ts';
import { zUnitName } from './systemctl.ts';

type Argv = readonly string[];

/** Prefixes `sudo -n` where root is required. */
type SudoWrapper = (argv: Argv) => Argv;

/** Temporary variables of a unit, and their lifetime. */
interface TemporaryEnvironment {
  readonly unit: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seconds: number;
  /** Distinguishes its timer from others. */
  readonly timerSuffix: string;
}

/** Below /run, so that it does not survive a reboot; systemd.unit(5). */
const dropInDirectory = (unit: string): string => `/run/systemd/system/${unitName(unit)}.service.d`;
const dropInFile = (unit: string): string => `${dropInDirectory(unit)}/opsdeck-env.conf`;

/** Passes the lines as arguments of printf(1), so that only `tee` runs as root. */
const writeScript = (as: string): string =>
  `file=$1; shift; printf "%s\\n" "$@" | ${[as, 'tee'].filter((word) => word !== '').join(' ')} -- "$file"`;

/** Command of the transient timer; systemd-run(1). */
const cleanupScript = 'rm -f -- "$1" && systemctl daemon-reload && systemctl restart -- "$2"';

const linesOf = ({ env }: TemporaryEnvironment): Argv => [
  '[Service]',
  ...Object.entries(env).map(([name, value]) => `Environment="${name}=${value}"`),
];

const timerName = (unit: string): string => `opsdeck-env-${unitName(unit)}`;

/**
 * Commands that write a drop-in with variables and restart the unit. The timer that removes it is created first, so
 * that a failure leaves nothing behind.
 */
const setEnvironmentCommands = (change: TemporaryEnvironment, privileged: SudoWrapper): readonly Argv[] => {
  const { unit, seconds, timerSuffix: stamp } = change;
  const file = dropInFile(unit);
  const timer = ['systemd-run', '--quiet', `--on-active=${seconds}`, `--unit=${timerName(unit)}-${stamp}`];
  const as = privileged([]).join(' ');
  return [
    privileged([...timer, 'sh', '-c', cleanupScript, 'sh', file, unit]),
    privileged(['mkdir', '-p', '--', dropInDirectory(unit)]),
    ['sh', '-c', writeScript(as), 'sh', file, ...linesOf(change)],
    privileged(['systemctl', 'daemon-reload']),
    privileged(['systemctl', 'restart', unit]),
  ];
};

/** Commands that remove the drop-in and its timer, and restart the unit without it. */
const unsetEnvironmentCommands = (unit: string, privileged: SudoWrapper): readonly Argv[] => [
  privileged(['systemctl', 'stop', `${timerName(unit)}-*.timer`]),
  privileged(['rm', '-f', '--', dropInFile(unit)]),
  privileged(['systemctl', 'daemon-reload']),
  privileged(['systemctl', 'restart', unit]),
];

const longestMs = 24 * 3_600_000;
const timeoutMs = 100_000;

const zName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, { error: 'not a variable name: use A-Z, 0-9 and _, such as RUST_LOG' });
/** Excludes characters that are special to systemd: quotes, backslashes, % and $. */
const zValue = z.string().regex(/^[\w=,:./*-]+$/, {
  error: 'the value has other characters than letters, digits and = , : . / * -: remove them',
});
const zUntil = z.string().refine(
  (duration) => {
    const ms = parseDuration(duration) ?? 0;
    return ms >= 1000 && ms <= longestMs;
  },
  { error: 'not a duration of at most 24h: use 30m' },
);

const setEnvParams = z
  .strictObject({
    unit: zUnitName,
    env: z.record(zName, zValue).meta({
      description:
        'environment variables to set for the unit. An empty map {} removes the variables that opsdeck has set',
    }),
    for: zUntil
      .meta({ description: 'how long the variables stay set. Required unless env is {}' })
      .exactOptional(),
    host: zHost,
  })
  .refine(({ env, for: until }) => (until === undefined) === (Object.keys(env).length === 0), {
    error: 'set for, such as for: 30m, if env sets variables. With env: {}, leave out for',
    path: ['for'],
  });

type SetEnvParams = z.infer<typeof setEnvParams>;

const declared = declareOperation({ name: 'setEnv', danger: 'disruptive', params: setEnvParams });

/** `setEnv`: sets variables of a unit by a drop-in below /run, which its own timer removes; restarts the unit. */
export const hostSetEnv = defineOperation(declared, (parts: HostContext) => {
  const asRoot =
    (machine: Machine): SudoWrapper =>
    (argv) =>
      withSudo(parts, machine, argv);

  const lookAt = async (machine: Machine, name: string, signal: AbortSignal) => {
    const commands = [showUnitsCommand([name]), ['test', '-e', dropInFile(name)]];
    const [shown, file] = (await runBatch(parts, machine, commands, signal)).results;
    const unit = findUnit({ units: parseUnits(stdoutOf(shown)) }, name);
    if (unit === undefined || !unit.isLoaded)
      throw new PlanError(
        'not-applicable',
        `unit ${name} not found on ${machine.name}: check the name of the unit`,
      );
    const isSet = file?.status === 0;
    const seen = `${unitSummary(unit)}, ${isSet ? 'with' : 'without'} variables set by opsdeck`;
    const target: Target = directoryTarget(machine, name, `${name}/${unit.invocation}/${isSet}`, seen);
    return { target, isSet };
  };

  const argvs = (plan: Pick<PlanOf<SetEnvParams>, 'params' | 'earlier'>, machine: Machine) => {
    const { unit, env, for: until } = plan.params;
    if (until === undefined) return unsetEnvironmentCommands(unit, asRoot(machine));
    const seconds = Math.ceil((parseDuration(until) ?? 0) / 1000);
    const stamp = text(field(plan.earlier, 'stamp')) ?? '';
    return setEnvironmentCommands({ unit, env, seconds, timerSuffix: stamp }, asRoot(machine));
  };

  return {
    plan: async (params, signal) => {
      const { unit, for: until, host } = params;
      const machine = selectMachine(parts, host);
      try {
        const { target, isSet } = await lookAt(machine, unit, signal);
        if (isSet && until !== undefined)
          throw new PlanError(
            'not-applicable',
            `${unit} on ${machine.name} already has variables set by opsdeck. Remove these variables first`,
          );
        const earlier = { stamp: hostTimestamp(parts) };
        const file = `${dropInFile(unit)} on ${machine.name}`;
        return {
          targets: [target],
          calls: previewCalls(machine, argvs({ params, earlier }, machine)),
          objects: [until === undefined ? file : `${file}, removed after ${until}`],
          lost: 'work in progress: the unit is restarted',
          reach: hostImpact(parts, machine),
          interrupts: unitInterruption('restarts', unitName(unit), machine),
          earlier,
        };
      } catch (error) {
        throw remotePlanError(parts, machine, `inspecting ${unit}`, error);
      }
    },

    recheck: (plan, signal) => {
      const { unit } = plan.params;
      return findDirectoryDrift(parts, plan, async (machine) => (await lookAt(machine, unit, signal)).target);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const machine = targetMachine(parts, plan.targets[0]);
      yield* runCommandSequence(machine, argvs(plan, machine), timeoutMs, change, signal);
    },

    undo: ({ use, params }): OperationCall | undefined => {
      const { unit, for: until, host } = params;
      return until === undefined
        ? undefined
        : {
            use,
            with: { unit, env: {}, ...defined({ host }) },
            title: `Remove the variables from ${unit}`,
          };
    },
  };
});
