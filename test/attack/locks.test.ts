import fc from 'fast-check';
import { expect } from 'vitest';
import {
  formatPidNamespace,
  isProcessAlive,
  type PidNamespace,
  type ProcessInspector,
  type ProcessRef,
} from '../../src/platform/processes/process-identity.ts';
import { family } from './support/attack.ts';

const hostSpace = '4026531836';

/** Machines, containers and processes with few distinct names and ids, so that they collide. */
const machine = fc.record({
  id: fc.constantFrom('m-1', 'm-2', 'm-3'),
  boot: fc.constantFrom('b-1', 'b-2', 'b-3'),
});
const process = fc.record({
  machine: fc.nat({ max: 2 }),
  space: fc.constantFrom(hostSpace, '4026532001', '4026532002'),
  host: fc.constantFrom('vm-1', 'vm-2', 'web'),
  pid: fc.constantFrom(1, 7, 4711),
  start: fc.constantFrom('s 1', 's 2'),
  alive: fc.boolean(),
});
const universe = fc.record({
  machines: fc.uniqueArray(machine, {
    minLength: 3,
    maxLength: 3,
    // Two machines never share an id or a boot id; a container may have the id of another.
    selector: ({ id }) => id,
    comparator: 'IsStrictlyEqual',
  }),
  processes: fc.array(process, { minLength: 2, maxLength: 6 }),
  copiedId: fc.option(fc.constantFrom('m-1', 'm-2'), { nil: undefined }),
  renamed: fc.boolean(),
});
type Universe = typeof universe extends fc.Arbitrary<infer T> ? T : never;
type Process = Universe['processes'][number];

/** Boot ids are random: no two machines share one. */
const placeOf = ({ machines, copiedId }: Universe, { machine: nth, space }: Process): PidNamespace => {
  const of = machines[nth];
  const isContainer = space !== hostSpace;
  return {
    machine: (isContainer ? copiedId : undefined) ?? of?.id ?? '',
    boot: `${of?.id}-${of?.boot}`,
    space,
  };
};

const sameIds = (a: Process, b: Pick<Process, 'machine' | 'space'> & { readonly pid: number }): boolean =>
  a.machine === b.machine && a.space === b.space && a.pid === b.pid;

/** Decides if the recorded holder of a lock is alive, as an observer sees it. */
type IsAlive = (named: ProcessRef, inspector: ProcessInspector) => Promise<boolean | 'unknown'>;

/** Compares host name and process id only. */
const byHostName: IsAlive = async ({ host, pid, start }, inspector) =>
  host !== inspector.hostname() ? 'unknown' : (await inspector.start(pid)) === start;

family('lock theft', ({ attack }) => {
  attack('never takes the lock of a live process, whatever its machine, container, host name or id', {
    rounds: 1000,
    inputs: universe,
    defense: isProcessAlive as IsAlive,
    sabotaged: byHostName,
    holds: async (all, isAlive) => {
      // Of two processes with the same id in one container, only one is alive.
      const living = all.processes.filter(
        (entry, nth) =>
          entry.alive && !all.processes.slice(0, nth).some((other) => other.alive && sameIds(entry, other)),
      );
      let tried = 0;
      for (const holder of living)
        for (const observer of all.processes) {
          const named: ProcessRef = {
            host: all.renamed ? 'earlier-name' : holder.host,
            pid: holder.pid,
            start: holder.start,
            place: formatPidNamespace(placeOf(all, holder)),
          };
          const inspector: ProcessInspector = {
            hostname: () => observer.host,
            place: async () => placeOf(all, observer),
            start: async (pid) => living.find((entry) => sameIds(entry, { ...observer, pid }))?.start,
          };
          tried++;
          expect(await isAlive(named, inspector)).not.toBe(false);
        }
      return tried;
    },
  });

  attack('takes over the lock of a process that has ended in the same container', {
    rounds: 300,
    inputs: fc.tuple(process, fc.constantFrom('vm-1', 'renamed')),
    defense: isProcessAlive as IsAlive,
    // Never takes over: safe, but blocks forever.
    sabotaged: async () => 'unknown' as const,
    holds: async ([{ space, pid, start }, host], isAlive) => {
      const place: PidNamespace = { machine: 'm-1', boot: 'b-1', space };
      const named: ProcessRef = { host: 'vm-1', pid, start, place: formatPidNamespace(place) };
      const inspector: ProcessInspector = {
        hostname: () => host,
        place: async () => place,
        start: async () => undefined,
      };
      expect(await isAlive(named, inspector)).toBe(false);
    },
  });
});
