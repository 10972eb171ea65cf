import type { Millis } from '../../../domain/base/fault.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { parseTimestamp, wholeNumber } from '../machine/command-batch.ts';

/** Environment of a unit as systemd reports it; excludes the contents of its environment files. */
interface UnitEnvironment {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly string[];
}

export const showEnvironmentCommand = (unit: string): readonly string[] => [
  'systemctl',
  'show',
  '--property=Environment,EnvironmentFiles',
  '--',
  unit,
];

/** A word of `Environment=`: plain, or in double quotes with backslash escapes when it contains blanks. */
const word = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

const lineOf = (out: string, key: string): readonly string[] =>
  out.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));

/**
 * Parses `systemctl show --property=Environment,EnvironmentFiles`: 'RUST_LOG=info "MOTTO=a b"', '/etc/api.env
 * (ignore_errors=no)'.
 */
export const parseUnitEnvironment = (out: string): UnitEnvironment => ({
  variables: lineOf(out, 'Environment').flatMap((line) =>
    [...line.matchAll(word)].flatMap(([, quoted, plain]) => {
      const text = (quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '').split('=');
      const [name = '', ...rest] = text;
      return name === '' ? [] : [{ name, value: rest.join('=') }];
    }),
  ),
  files: lineOf(out, 'EnvironmentFiles').flatMap((line) => {
    const file = line.replace(/ \(ignore_errors=\w+\)$/, '').trim();
    return file === '' ? [] : [file];
  }),
});

/** Properties to request: systemctl(1), org.freedesktop.systemd1(5). */
export const unitProperties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'MainPID',
  'NRestarts',
  'ExecMainStartTimestamp',
  'ExecMainCode',
  'ExecMainStatus',
  'ActiveEnterTimestamp',
  'InvocationID',
  'MemoryCurrent',
  'Type',
  'ConditionResult',
  'ConditionTimestamp',
  'InactiveExitTimestamp',
] as const;

/** A unit as systemd reports it. */
export interface ServiceUnit {
  /** Without '.service', as usual in conversation. */
  readonly name: string;
  /** False: the unit does not exist. */
  readonly isLoaded: boolean;
  /** True: it cannot be started, by decision of a person. */
  readonly isMasked: boolean;
  /** True: it ends when its work is done (Type=oneshot). */
  readonly isOneShot: boolean;
  /** True: a condition kept systemd from starting it. */
  readonly isSkipped: boolean;
  /** When systemd began to start it, on the clock of the machine. */
  readonly beganAt?: number;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  /** Absent while no process runs. */
  readonly mainPid?: number;
  readonly restarts?: number;
  readonly startedAt?: number;
  /** 'exit 101', 'killed by signal 9': of its last process, when that failed. */
  readonly exitText: string;
  /** Changes with every start; pinned by plans. '' before the first. */
  readonly invocation: string;
  readonly activeSince: string;
  readonly memoryBytes?: number;
}

export const unitName = (id: string): string => id.replace(/\.service$/, '');

/** Parses `systemctl show` of one or more units: blocks of KEY=value lines. */
export const parseUnits = (out: string): readonly ServiceUnit[] =>
  out
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block) => {
      const of = new Map(
        block.split('\n').map((line) => {
          const index = line.indexOf('=');
          return [line.slice(0, index), line.slice(index + 1)] as const;
        }),
      );
      const id = of.get('Id');
      return id === undefined || !of.has('ActiveState') ? [] : [parseUnit(id, of)];
    });

const parseUnit = (id: string, of: ReadonlyMap<string, string>): ServiceUnit => {
  const mainPid = wholeNumber(of.get('MainPID'));
  const restarts = wholeNumber(of.get('NRestarts'));
  const startedAt = parseTimestamp(of.get('ExecMainStartTimestamp') ?? '');
  const memoryBytes = wholeNumber(of.get('MemoryCurrent'));
  const beganAt = parseTimestamp(of.get('InactiveExitTimestamp') ?? '');
  return {
    name: unitName(id),
    isLoaded: of.get('LoadState') !== 'not-found',
    isMasked: of.get('LoadState') === 'masked',
    isOneShot: of.get('Type') === 'oneshot',
    // Of a unit that was never started the result is 'no', too; only a condition that was checked has a time.
    isSkipped: of.get('ConditionResult') === 'no' && (of.get('ConditionTimestamp') ?? '') !== '',
    ...(beganAt === undefined ? {} : { beganAt }),
    activeState: of.get('ActiveState') ?? '',
    subState: of.get('SubState') ?? '',
    result: of.get('Result') ?? '',
    ...(mainPid === undefined || mainPid === 0 ? {} : { mainPid }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(startedAt === undefined ? {} : { startedAt }),
    exitText: describeExit(of.get('ExecMainCode') ?? '', of.get('ExecMainStatus') ?? ''),
    invocation: of.get('InvocationID') ?? '',
    activeSince: of.get('ActiveEnterTimestamp') ?? '',
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** ExecMainCode is the si_code of waitid(2): 1 exited, 2 killed, 3 dumped core. */
const describeExit = (code: string, status: string): string => {
  if (code === '1') return status === '0' ? '' : `exit ${status}`;
  return code === '2' || code === '3' ? `killed by signal ${status}` : '';
};

/** 'failed', 'active (running)', 'activating (auto-restart)', 'no such unit on this host'. */
export const unitStatus = ({ isLoaded, activeState, subState }: ServiceUnit): string => {
  if (!isLoaded) return 'no such unit on this host';
  return activeState === subState || subState === '' ? activeState : `${activeState} (${subState})`;
};

export const isUnitActive = ({ activeState }: ServiceUnit): boolean =>
  activeState === 'active' || activeState === 'reloading';

/** The reason for its state, in one line: how its process ended, systemd's result, or its main process. */
export const unitDetail = (unit: ServiceUnit): string => {
  const { activeState, result, exitText: ended, mainPid } = unit;
  const isBad = activeState === 'failed' || activeState === 'activating';
  const why = isBad ? [ended, result === 'exit-code' || result === 'success' ? '' : result] : [];
  return [...why, mainPid === undefined ? '' : `pid ${mainPid}`].filter((part) => part !== '').join(', ');
};

/** Summarizes a unit for a preview: 'failed, exit 101'. */
export const unitSummary = (unit: ServiceUnit): string =>
  [unitStatus(unit), unitDetail(unit)].filter((part) => part !== '').join(', ');

type UnitRow = Omit<Workload, 'source' | 'at' | 'namespace' | 'owner' | 'node' | 'restartsRising'>;

/**
 * True while systemd is about to start a unit again after a failure: its process has ended with an error, or was restarted
 * automatically before. `systemctl` calls it 'activating', and it is no less failed than between two restarts.
 */
const isRestartingAfterFailure = ({ activeState, subState, result, restarts = 0 }: ServiceUnit): boolean =>
  activeState === 'activating' &&
  (subState.startsWith('auto-restart') || restarts > 0 || (result !== '' && result !== 'success'));

/** The status of a unit that is not running, as intended; undefined for any other. */
const restingStatus = (unit: ServiceUnit): string | undefined => {
  if (unit.activeState !== 'inactive') return undefined;
  if (unit.isMasked) return 'masked';
  if (unit.isSkipped) return 'skipped: condition not met';
  if (!unit.isOneShot || (unit.result !== '' && unit.result !== 'success')) return undefined;
  return unit.startedAt === undefined ? 'has not run since the host started' : 'succeeded';
};

/** A service that takes longer to start is slow; systemd itself ends the start after TimeoutStartSec, 90 s by default. */
const slowAfterMs: Millis = 60_000;

/** The grace period of a unit that systemd starts for the first time. A oneshot works until it has started. */
const startupState = (
  unit: ServiceUnit,
  fromWall: (position: number) => number,
  now: Millis,
): Workload['starting'] => {
  if (unit.activeState !== 'activating' || isRestartingAfterFailure(unit)) return undefined;
  if (unit.isOneShot || unit.beganAt === undefined) return 'in time';
  return now - fromWall(unit.beganAt) < slowAfterMs ? 'in time' : 'slow';
};

/** Returns the row of a unit. `now`: on the clock of opsdeck, like what `fromWall` returns. */
export const unitRow = (unit: ServiceUnit, fromWall: (position: number) => number, now: Millis): UnitRow => {
  const isFailed = isRestartingAfterFailure(unit);
  const resting = restingStatus(unit);
  const starting = startupState(unit, fromWall, now);
  const detail = [isFailed ? unitStatus(unit) : '', unitDetail(unit)]
    .filter((part) => part !== '')
    .join(', ');
  return {
    kind: 'unit',
    name: unit.name,
    ...(unit.invocation === '' ? {} : { uid: unit.invocation }),
    status: isFailed ? 'failed' : (resting ?? unitStatus(unit)),
    ready: isUnitActive(unit) ? 1 : 0,
    wanted: resting === undefined ? 1 : 0,
    ...(starting === undefined ? {} : { starting }),
    ...(unit.restarts === undefined ? {} : { restarts: unit.restarts }),
    ...(unit.startedAt === undefined || !isUnitActive(unit) ? {} : { startedAt: fromWall(unit.startedAt) }),
    ...(unit.memoryBytes === undefined ? {} : { memoryBytes: unit.memoryBytes }),
    ...(detail === '' ? {} : { detail }),
  };
};
