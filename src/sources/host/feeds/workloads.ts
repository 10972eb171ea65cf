import type { Batch } from '../../../domain/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed, WantedSignal } from '../../source.ts';
import { isActive, unitName, unitRow } from '../parse/units.ts';
import type { HostParts } from '../parts.ts';
import { ofForm } from '../reads.ts';
import type { Machine } from '../ssh/machine.ts';
import { type Found, machineFeed, Samples } from './feed.ts';
import { lookAt, type Seen, unitNamed, type WantedWork } from './look.ts';
import { portRow, processRow } from './process-rows.ts';
import { RestartMemory } from './restart-memory.ts';

/**
 * What runs on a machine: a row per unit, per named program and per port, and the signals about them, from one round trip.
 * Nothing of them is known while the machine cannot be asked. None when the profile names nothing of the kind.
 */
export const workloadFeeds = (
  parts: HostParts,
  machine: Machine,
  signals: readonly WantedSignal[],
): readonly Feed[] => {
  const { config, source } = parts;
  const wanted: WantedWork = {
    units: [...new Set([...config.units, ...ofForm(signals, 'unit').map(({ read }) => read.unit)])],
    needsSockets: config.ports.length > 0 || ofForm(signals, 'port').length > 0,
    needsProcesses: config.processes.length > 0 || config.ports.length > 0,
    connections: [...new Set(ofForm(signals, 'connections').map(({ read }) => read.connections))],
  };
  const isNothing = wanted.units.length === 0 && !wanted.needsSockets && !wanted.needsProcesses;
  if (isNothing && wanted.connections.length === 0) return [];
  const restarts = new RestartMemory();
  const look = lookAt(parts, machine, wanted);

  const read = async (signal: AbortSignal): Promise<Batch<Workload>> => {
    const samples = new Samples(parts, machine);
    try {
      const seen = await look(signal, samples);
      answerSignals(signals, seen, samples);
      return { items: rowsOf(seen), samples: samples.all, faults: samples.faults };
    } catch (error) {
      return { items: [], faults: [samples.fault(words(machine, wanted), error)] };
    }
  };

  const rowsOf = (seen: Seen): readonly Workload[] => {
    const at = parts.now();
    const stamp = { source, at, namespace: '', owner: '', node: machine.name };
    return [
      ...(seen.units ?? [])
        .filter(({ name }) => config.units.some((unit) => isMeant(unit, name)))
        .map((unit) => {
          const isRising = restarts.isRising(unit.name, unit.restarts, at);
          const row = { ...stamp, ...unitRow(unit, parts.fromWall) };
          return isRising ? { ...row, restartsRising: true } : row;
        }),
      ...config.processes.flatMap((name) =>
        seen.processes === undefined
          ? []
          : [{ ...stamp, ...processRow(name, seen.processes, parts.fromWall) }],
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
                  owner === undefined ? undefined : { name: owner, unit: unitNamed(seen, owner) },
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
          ofForm(signals, key).map(({ id }) => id),
        ),
      },
      read,
    ),
  ];
};

/** A glob means what systemd found for it. */
const isMeant = (unit: string, name: string): boolean => /[*?[]/.test(unit) || unitName(unit) === name;

const answerSignals = (signals: readonly WantedSignal[], seen: Seen, samples: Samples): void => {
  for (const { id, read } of ofForm(signals, 'unit')) {
    if (seen.units === undefined) continue;
    samples.add([id], 'systemctl show', () => unitValue(read, seen));
  }
  for (const { id, read } of ofForm(signals, 'port')) {
    const { listeners } = seen;
    if (listeners === undefined) continue;
    const isBound = listeners.some(({ port }) => port === read.port);
    samples.add([id], 'ss', () => ({ value: isBound ? 1 : 0 }));
  }
  for (const { id, read } of ofForm(signals, 'connections')) {
    const count = seen.connections.get(read.connections);
    if (count !== undefined) samples.add([id], 'ss', () => ({ value: count }));
  }
};

const unitValue = (read: { readonly unit: string; readonly value: string }, seen: Seen): Found => {
  const unit = unitNamed(seen, read.unit);
  if (unit === undefined || !unit.isLoaded) return { why: `there is no unit ${read.unit}` };
  if (read.value === 'active') return { value: isActive(unit) ? 1 : 0 };
  const value = read.value === 'restarts' ? unit.restarts : unit.memoryBytes;
  return value === undefined ? { why: `systemd counts no ${read.value} of it` } : { value };
};

const words = ({ address }: Machine, { units, needsSockets }: WantedWork): string => {
  const what = units.length > 0 ? `systemctl show ${units.join(' ')}` : needsSockets ? 'ss' : 'ps';
  return address === '' ? what : `ssh ${address} ${what}`;
};
