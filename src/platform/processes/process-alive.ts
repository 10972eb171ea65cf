import { hostname } from 'node:os';
import { ownPlace, type ProcessPlace, parsePlace, type Sight, sightOf } from './process-place.ts';
import { processStart } from './process-start.ts';

/**
 * A process as something that was written down names it. `start`: as `processStart` tells it; `place`: as `placeText` does. Absent:
 * not known.
 */
export interface NamedProcess {
  readonly host: string;
  readonly pid: number;
  readonly start?: string;
  readonly place?: string;
}

/** What is asked of this machine; tests put others in their place. */
export interface Seer {
  hostname(): string;
  place(): Promise<ProcessPlace | undefined>;
  start(pid: number): Promise<string | undefined>;
}

const thisMachine: Seer = { hostname, place: ownPlace, start: processStart };

/** By their places; by the names of their hosts where a place is not known, as in what older versions wrote. */
const sight = async ({ host, place }: NamedProcess, seer: Seer): Promise<Sight> => {
  const [there, here] = [parsePlace(place), await seer.place()];
  if (there !== undefined && here !== undefined) return sightOf(there, here);
  return host === '' || host === seer.hostname() ? 'here' : 'elsewhere';
};

const comparable = (start: string): string => start.replaceAll(/\s/g, '_');

/**
 * Whether a process goes on; 'unknown' for one of another machine or container, which cannot be seen from here. One of which no
 * start is known looks alive when its id now belongs to another.
 */
export const processAlive = async (
  named: NamedProcess,
  seer: Seer = thisMachine,
): Promise<boolean | 'unknown'> => {
  const { pid, start } = named;
  const seen = await sight(named, seer);
  if (seen === 'ended') return false;
  if (seen === 'elsewhere') return 'unknown';
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const found = await seer.start(pid);
  if (found === undefined) return false;
  return found === '' || start === undefined || start === '' || comparable(found) === comparable(start);
};
