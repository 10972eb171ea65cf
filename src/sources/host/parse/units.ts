import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { segmentMatcher } from '../../../domain/text/glob-segment.ts';
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
  'StateChangeTimestamp',
  'TimeoutStartUSec',
  'TimeoutStopUSec',
  'Names',
  'TriggeredBy',
  'UnitFileState',
] as const;

/** A unit as systemd reports it. */
export interface ServiceUnit {
  /** Without '.service', as usual in conversation. */
  readonly name: string;
  /** Its other names: links to its file. */
  readonly aliases?: readonly string[];
  /** Units that start it, where it is not enabled itself: 'backup.timer', 'sshd.socket'. */
  readonly triggers?: readonly string[];
  /** False: the unit does not exist. */
  readonly isLoaded: boolean;
  /** The reason that systemd cannot use its file: 'bad-setting', 'error'. */
  readonly loadError?: string;
  /** True: it cannot be started, by decision of a person. */
  readonly isMasked: boolean;
  /** True: it ends when its work is done (Type=oneshot). */
  readonly isOneShot: boolean;
  /** True: a condition kept systemd from starting it. */
  readonly isSkipped: boolean;
  /** When systemd began to start it, on the clock of the machine. */
  readonly beganAt?: number;
  /** When its state changed, on the same clock. */
  readonly changedAt?: number;
  /** Time after which systemd ends its start (TimeoutStartSec), and its stop. Absent: never. */
  readonly startLimitMs?: Millis;
  readonly stopLimitMs?: Millis;
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

export const isUnitPattern = (name: string): boolean => /[*?[]/.test(name);

/** True for a unit that a pattern of systemctl selects. Source: glob(7). */
export const matchesUnitPattern = (pattern: string, { name, aliases = [] }: ServiceUnit): boolean => {
  const isMatch = segmentMatcher(pattern);
  return [name, ...aliases].some((each) => isMatch(each) || isMatch(`${each}.service`));
};

/** True for the unit, and for any of its names. */
export const isNamed = ({ name, aliases = [] }: ServiceUnit, id: string): boolean =>
  name === unitName(id) || aliases.includes(unitName(id));

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

/** Parses a time span of systemd.time(7): '1min 30s'; undefined for 'infinity'. */
const parseTimeSpan = (text = ''): Millis | undefined =>
  parseDuration(text.replaceAll('min', 'm').replaceAll(' ', ''));

const words = (value = ''): readonly string[] => value.split(' ').filter((part) => part !== '');

const parseUnit = (id: string, of: ReadonlyMap<string, string>): ServiceUnit => {
  const mainPid = wholeNumber(of.get('MainPID'));
  const restarts = wholeNumber(of.get('NRestarts'));
  const startedAt = parseTimestamp(of.get('ExecMainStartTimestamp') ?? '');
  const memoryBytes = wholeNumber(of.get('MemoryCurrent'));
  const beganAt = parseTimestamp(of.get('InactiveExitTimestamp') ?? '');
  const changedAt = parseTimestamp(of.get('StateChangeTimestamp') ?? '');
  const startLimitMs = parseTimeSpan(of.get('TimeoutStartUSec'));
  const stopLimitMs = parseTimeSpan(of.get('TimeoutStopUSec'));
  const load = of.get('LoadState') ?? '';
  const aliases = words(of.get('Names')).filter((name) => name !== id);
  // An enabled unit is meant to run from the start of the host on.
  const isEnabled = /^enabled/.test(of.get('UnitFileState') ?? '');
  const triggers = isEnabled ? [] : words(of.get('TriggeredBy'));
  return {
    name: unitName(id),
    ...(aliases.length === 0 ? {} : { aliases: aliases.map(unitName) }),
    ...(triggers.length === 0 ? {} : { triggers }),
    ...(['bad-setting', 'error'].includes(load) ? { loadError: load } : {}),
    ...defined({ changedAt, startLimitMs, stopLimitMs }),
    isLoaded: of.get('LoadState') !== 'not-found',
    isMasked: of.get('LoadState') === 'masked',
    isOneShot: of.get('Type') === 'oneshot',
    // Of a unit that was never started the result is 'no', too; only a condition that was checked has a time.
    isSkipped: of.get('ConditionResult') === 'no' && (of.get('ConditionTimestamp') ?? '') !== '',
    ...defined({ beganAt }),
    activeState: of.get('ActiveState') ?? '',
    subState: of.get('SubState') ?? '',
    result: of.get('Result') ?? '',
    ...(mainPid === undefined || mainPid === 0 ? {} : { mainPid }),
    ...defined({ restarts, startedAt }),
    exitText: describeExit(of.get('ExecMainCode') ?? '', of.get('ExecMainStatus') ?? ''),
    invocation: of.get('InvocationID') ?? '',
    activeSince: of.get('ActiveEnterTimestamp') ?? '',
    ...defined({ memoryBytes }),
  };
};

/** ExecMainCode is the si_code of waitid(2): 1 exited, 2 killed, 3 dumped core. */
const describeExit = (code: string, status: string): string => {
  if (code === '1') return status === '0' ? '' : `exit ${status}`;
  return code === '2' || code === '3' ? `killed by signal ${status}` : '';
};

/** 'failed', 'active (running)', 'activating (auto-restart)', 'this host has no unit of this name: check the name'. */
export const unitStatus = ({ isLoaded, loadError, activeState, subState }: ServiceUnit): string => {
  if (!isLoaded) return 'this host has no unit of this name: check the name';
  if (loadError !== undefined && activeState === 'inactive') return `not loaded: ${loadError}`;
  return activeState === subState || subState === '' ? activeState : `${activeState} (${subState})`;
};

export const isUnitActive = ({ activeState }: ServiceUnit): boolean =>
  // 'refreshing' since systemd 257.
  ['active', 'reloading', 'refreshing'].includes(activeState);

/** The reason for its state, in one line: how its process ended, systemd's result, or its main process. */
export const unitDetail = (unit: ServiceUnit): string => {
  const { activeState, result, exitText: ended, mainPid } = unit;
  const isBad = activeState === 'failed' || activeState === 'activating';
  // The status of the main process says more than 'exit-code'; a failed ExecStartPre has none.
  const isSaid = result === 'success' || (result === 'exit-code' && ended !== '');
  const why = isBad ? [ended, isSaid ? '' : result] : [];
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
  if (unit.activeState !== 'inactive' || !unit.isLoaded || unit.loadError !== undefined) return undefined;
  if (unit.isMasked) return 'masked';
  // 'exec-condition': the program of ExecCondition= decided against the start.
  if (unit.isSkipped || unit.result === 'exec-condition') return 'skipped: unit condition not met';
  if (unit.result !== '' && unit.result !== 'success') return undefined;
  const trigger = unit.triggers?.[0];
  if (!unit.isOneShot) return trigger === undefined ? undefined : `waits for ${trigger}`;
  if (unit.startedAt === undefined) return 'has not run since the host started';
  // After `systemctl reset-failed`, the result is success and the status of the process is kept.
  return unit.exitText === '' ? 'succeeded' : `ended with ${unit.exitText}`;
};

/** A service without a limit for its start that takes longer is slow. */
const slowAfterMs: Millis = 60_000;

/** The grace period of a unit that systemd starts for the first time. A oneshot works until it has started. */
const startupState = (
  unit: ServiceUnit,
  fromWall: (position: number) => number,
  now: Millis,
): Workload['starting'] => {
  if (unit.activeState !== 'activating' || isRestartingAfterFailure(unit)) return undefined;
  if (unit.isOneShot || unit.beganAt === undefined) return 'in time';
  return now - fromWall(unit.beganAt) < (unit.startLimitMs ?? slowAfterMs) ? 'in time' : 'slow';
};

/** Time for a stop or a reload of a unit that systemd never ends. */
const overdueAfterMs: Millis = 120_000;
/** Time that systemd takes to kill what is left after a limit. */
const killedByMs: Millis = 30_000;

/** The state of a unit that is being stopped or reloaded: in time, or overdue. */
const passingState = (
  { activeState, changedAt, startLimitMs, stopLimitMs }: ServiceUnit,
  fromWall: (position: number) => number,
  now: Millis,
): Pick<Workload, 'leaving' | 'overdue'> => {
  if (activeState !== 'deactivating' && activeState !== 'reloading') return {};
  const limitMs = activeState === 'deactivating' ? stopLimitMs : startLimitMs;
  const overdueMs = limitMs === undefined ? overdueAfterMs : limitMs + killedByMs;
  if (changedAt !== undefined && now - fromWall(changedAt) >= overdueMs) return { overdue: true };
  return activeState === 'deactivating' ? { leaving: 'terminating' } : {};
};

/** The row of a pattern that no unit matches: systemd forgets the instances of a template that have ended. */
export const noUnitRow = (pattern: string): UnitRow => ({
  kind: 'unit',
  name: pattern,
  status: 'no matching unit',
  ready: 0,
  wanted: 1,
});

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
    ...defined({ starting }),
    ...passingState(unit, fromWall, now),
    ...defined({ restarts: unit.restarts }),
    ...(unit.startedAt === undefined || !isUnitActive(unit) ? {} : { startedAt: fromWall(unit.startedAt) }),
    ...defined({ memoryBytes: unit.memoryBytes }),
    ...(detail === '' ? {} : { detail }),
  };
};
