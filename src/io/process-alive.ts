import { hostname } from 'node:os';
import { processStart } from './process-start.ts';

/** A process as something that was written down names it. `start`: as `processStart` tells it; absent: not known. */
export interface NamedProcess {
  readonly host: string;
  readonly pid: number;
  readonly start?: string;
}

/**
 * Whether a process goes on; 'unknown' for one of another machine, which cannot be seen from here. One of which no start
 * is known looks alive when its id now belongs to another.
 */
export const processAlive = async ({ host, pid, start }: NamedProcess): Promise<boolean | 'unknown'> => {
  if (host !== hostname()) return 'unknown';
  const found = await processStart(pid);
  if (found === undefined) return false;
  return found === '' || start === undefined || start === '' || found === start;
};
