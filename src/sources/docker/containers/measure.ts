import type { Fault } from '../../../domain/fault.ts';
import { inTurns } from '../../in-turns.ts';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { atOnce } from './look.ts';
import type { Used } from './rows.ts';
import { coresBetween, type Meters, parseMeters } from './stats.ts';

/** What the running containers use. */
export interface Measured {
  readonly used: ReadonlyMap<string, Used>;
  /** At most one, for all whose meters could not be read. */
  readonly faults: readonly Fault[];
}

const statsPath = (id: string): string => `/containers/${id}/stats?stream=false&one-shot=true`;

const usedBetween = (before: Meters | undefined, now: Meters): Used => {
  const cpuCores = coresBetween(before, now);
  const { memoryBytes } = now;
  return {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** Reads meters; CPU is what was used since the reading before. */
export const createMeasuring = (
  daemon: Daemon,
): ((containers: readonly Container[], signal: AbortSignal) => Promise<Measured>) => {
  let before: ReadonlyMap<string, Meters> = new Map();
  return async (containers, signal) => {
    const meters = new Map<string, Meters>();
    const faults: Fault[] = [];
    const running = containers.filter(({ state }) => state === 'running');
    await inTurns(running, atOnce, async ({ id }) => {
      try {
        meters.set(id, parseMeters(await daemon.json(statsPath(id), signal)));
      } catch (error) {
        const fault = daemon.fault(statsPath(id), error);
        if (fault.kind === 'cancelled') throw error;
        // One that was removed just now has no meters.
        if (fault.kind !== 'missing' && faults.length === 0) faults.push(fault);
      }
    });
    const used = new Map([...meters].map(([id, now]) => [id, usedBetween(before.get(id), now)]));
    before = meters;
    return { used, faults };
  };
};
