import type { Millis } from '../../../domain/base/fault.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { Feed, SignalRequest } from '../../kit/contract/source.ts';
import { redactPasswords } from '../../kit/values/secrets.ts';
import { hostSignalsOfForm } from '../machine/config.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { lineage, matchesName, type Process } from '../parse/processes.ts';
import {
  isNamed,
  isUnitActive,
  isUnitPattern,
  matchesUnitPattern,
  noUnitRow,
  type ServiceUnit,
  unitRow,
} from '../parse/units.ts';
import { type HostSignalValue, machineFeed, SampleCollector } from './machine-feed.ts';
import {
  createMachineInspector,
  findUnit,
  type InspectionRequest,
  type MachineInspection,
} from './machine-inspection.ts';

type ProcessRow = Omit<Workload, 'source' | 'at' | 'namespace' | 'owner' | 'node'>;

/** Describes a process: 'pid 4711, nc -l 8080, of deploy'. */
export const describeProcess = ({ pid, args, name, user }: Process): string =>
  `pid ${pid}, ${oneLine(args === '' ? name : redactPasswords(args), 80)}, of ${user}`;

/** The identity of a row's processes; none where the start of one of them is unknown. */
const runOf = (processes: readonly Process[], starts: ReadonlyMap<number, string>): Pick<Workload, 'run'> => {
  const known = processes.flatMap(({ pid }) => starts.get(pid) ?? []);
  return known.length < processes.length ? {} : { run: known.toSorted().join(' ') };
};

/** Row for the processes of one name: their number and total memory. */
const processRow = (
  name: string,
  { processes: all = [], starts = new Map() }: Pick<MachineInspection, 'processes' | 'starts'>,
  fromWall: (position: number) => number,
): ProcessRow => {
  const processes = all.filter((proc) => matchesName(proc, name));
  const [first] = processes;
  if (first === undefined) return { kind: 'process', name, status: 'not running', ready: 0, wanted: 1 };
  return {
    kind: 'process',
    name,
    status: 'running',
    ready: processes.length,
    wanted: processes.length,
    ...runOf(processes, starts),
    memoryBytes: processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    ...(processes.length > 1 || first.startedAt === undefined
      ? {}
      : { startedAt: fromWall(first.startedAt) }),
    detail:
      processes.length === 1
        ? describeProcess(first)
        : `${processes.length} processes: ${oneLine(processes.map(({ pid }) => pid).join(', '), 80)}`,
  };
};

/** Expected owner of a port; `unit` is absent when systemd could not be queried. */
interface PortOwner {
  readonly name: string;
  readonly unit: ServiceUnit | undefined;
}

/**
 * Row of a listening port. It is ready when its expected unit owns it, or any process where no owner is expected. An
 * invisible owner does not count as a wrong one.
 */
export const portRow = (
  port: number,
  { listeners = [], processes = [] }: MachineInspection,
  owner?: PortOwner,
): ProcessRow => {
  const row = { kind: 'process', name: `port ${port}`, wanted: 1 } as const;
  const bound = listeners.filter((listener) => listener.port === port);
  if (bound.length === 0) return { ...row, status: 'not bound', ready: 0 };
  const holders = bound.flatMap(({ holders }) => holders);
  const [holder] = holders;
  if (holder === undefined) {
    const isForeign = owner?.unit !== undefined && !isUnitActive(owner.unit);
    return {
      ...row,
      status: isForeign ? 'held by another process' : 'bound',
      ready: isForeign ? 0 : 1,
      detail: 'only root can see the owner of the port: allow sudo -n ss in sudoers',
    };
  }
  const mainPid = owner?.unit?.mainPid;
  const isOwn = ({ pid }: { readonly pid: number }): boolean =>
    mainPid !== undefined && (pid === mainPid || lineage(pid, processes).includes(mainPid));
  const own = owner?.unit === undefined ? holder : holders.find(isOwn);
  const shown = own ?? holder;
  const process = processes.find(({ pid }) => pid === shown.pid);
  const detail = process === undefined ? `pid ${shown.pid}, ${shown.name}` : describeProcess(process);
  const by = own !== undefined && owner?.unit !== undefined ? owner.unit.name : shown.name;
  return { ...row, status: `held by ${by}`, ready: own === undefined ? 0 : 1, detail };
};

/** A unit restarted within this time counts as restarting. */
const restartWindowMs: Millis = 300_000;

/** Remembers the restart counts of units to detect ongoing restarts. */
export class RestartTracker {
  readonly #seen = new Map<string, readonly { readonly at: Millis; readonly count: number }[]>();

  /** False at the first read: a single count shows no change. A lower count means that it was reset. */
  isRising(unit: string, count: number | undefined, time: Millis): boolean {
    if (count === undefined) return false;
    const before = (this.#seen.get(unit) ?? []).filter(
      (entry) => time - entry.at <= restartWindowMs && entry.count <= count,
    );
    this.#seen.set(unit, [...before, { at: time, count }]);
    return before.some((entry) => entry.count < count);
  }
}

/**
 * Workloads of a machine: a row per unit, named program and port, and their signals, from one round trip. All unknown
 * while the machine is unreachable. No feeds when the profile names none of these.
 */
export const hostWorkloadFeeds = (
  parts: HostContext,
  machine: Machine,
  signals: readonly SignalRequest[],
): readonly Feed[] => {
  const { config, source } = parts;
  const request: InspectionRequest = {
    units: [
      ...new Set([...config.units, ...hostSignalsOfForm(signals, 'unit').map(({ read }) => read.unit)]),
    ],
    needsSockets: config.ports.length > 0 || hostSignalsOfForm(signals, 'port').length > 0,
    needsProcesses: config.processes.length > 0 || config.ports.length > 0,
    needsStarts: config.processes.length > 0,
    connections: [...new Set(hostSignalsOfForm(signals, 'connections').map(({ read }) => read.connections))],
  };
  const isNothing = request.units.length === 0 && !request.needsSockets && !request.needsProcesses;
  if (isNothing && request.connections.length === 0) return [];
  const restarts = new RestartTracker();
  const inspectMachine = createMachineInspector(parts, machine, request);

  const read = async (signal: AbortSignal): Promise<Reading<Workload>> => {
    const samples = new SampleCollector(parts, machine);
    try {
      const seen = await inspectMachine(signal, samples);
      addSignalSamples(signals, seen, samples);
      return { items: rowsOf(seen), samples: samples.samples, faults: samples.faults };
    } catch (error) {
      return { items: [], faults: [samples.fault(describeCommands(machine, request), error)] };
    }
  };

  const rowsOf = (seen: MachineInspection): readonly Workload[] => {
    const time = parts.now();
    const stamp = { source, at: time, namespace: '', owner: '', node: machine.name };
    return [
      ...(seen.units ?? [])
        .filter((unit) => config.units.some((name) => matchesUnit(name, unit)))
        .map((unit) => {
          const isRising = restarts.isRising(unit.name, unit.restarts, time);
          const row = { ...stamp, ...unitRow(unit, parts.fromWallTime, time) };
          return isRising ? { ...row, restartsRising: true } : row;
        }),
      ...(seen.units === undefined
        ? []
        : config.units
            .filter(
              (name) =>
                isUnitPattern(name) && seen.units?.every((unit) => !matchesUnitPattern(name, unit)) === true,
            )
            .map((name) => ({ ...stamp, ...noUnitRow(name) }))),
      ...config.processes.flatMap((name) =>
        seen.processes === undefined ? [] : [{ ...stamp, ...processRow(name, seen, parts.fromWallTime) }],
      ),
      ...config.ports.flatMap(({ port, unit }) => {
        const owner = unit ?? (config.units.length === 1 ? config.units[0] : undefined);
        return seen.listeners === undefined
          ? []
          : [
              {
                ...stamp,
                ...portRow(
                  port,
                  seen,
                  owner === undefined ? undefined : { name: owner, unit: findUnit(seen, owner) },
                ),
              },
            ];
      }),
    ];
  };

  return [
    machineFeed(
      parts,
      machine,
      {
        name: 'workloads',
        kind: 'workloads',
        signals: (['unit', 'port', 'connections'] as const).flatMap((key) =>
          hostSignalsOfForm(signals, key).map(({ id }) => id),
        ),
      },
      read,
    ),
  ];
};

/** A glob matches whatever systemd returned for it. */
const matchesUnit = (name: string, unit: ServiceUnit): boolean => isUnitPattern(name) || isNamed(unit, name);

const addSignalSamples = (
  signals: readonly SignalRequest[],
  seen: MachineInspection,
  samples: SampleCollector,
): void => {
  for (const { id, read } of hostSignalsOfForm(signals, 'unit')) {
    if (seen.units === undefined) continue;
    samples.add([id], 'systemctl show', () => unitValue(read, seen));
  }
  for (const { id, read } of hostSignalsOfForm(signals, 'port')) {
    const { listeners } = seen;
    if (listeners === undefined) continue;
    const isBound = listeners.some(({ port }) => port === read.port);
    samples.add([id], 'ss', () => ({ value: isBound ? 1 : 0 }));
  }
  for (const { id, read } of hostSignalsOfForm(signals, 'connections')) {
    const count = seen.connections.get(read.connections);
    if (count !== undefined) samples.add([id], 'ss', () => ({ value: count }));
  }
};

const unitValue = (
  read: { readonly unit: string; readonly value: string },
  seen: MachineInspection,
): HostSignalValue => {
  const unit = findUnit(seen, read.unit);
  if (unit === undefined || !unit.isLoaded)
    return { why: `unit ${read.unit} not found: check the name of the unit` };
  if (read.value === 'active') return { value: isUnitActive(unit) ? 1 : 0 };
  const isCounter = read.value === 'restarts';
  const value = isCounter ? unit.restarts : unit.memoryBytes;
  if (value === undefined) return { why: `systemd reports no ${read.value} for this unit` };
  return { value, ...(isCounter ? { isCounter } : {}) };
};

const describeCommands = ({ address }: Machine, { units, needsSockets }: InspectionRequest): string => {
  const what = units.length > 0 ? `systemctl show ${units.join(' ')}` : needsSockets ? 'ss' : 'ps';
  return address === '' ? what : `ssh ${address} ${what}`;
};
