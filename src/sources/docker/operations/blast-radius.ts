import type { OperationImpact } from '../../../domain/operation.ts';
import type { Container } from '../containers/container.ts';
import { listContainers } from '../containers/lookup.ts';
import type { Daemon } from '../daemon.ts';
import type { VerbName } from './container-verbs.ts';

/** It does something for somebody: one that has ended carries nothing. */
const isAlive = ({ state }: Container): boolean => ['running', 'restarting', 'paused'].includes(state);

/** Nothing of nothing tells nothing. */
const shareOf = (part: number, whole: number, service: string): OperationImpact | undefined =>
  whole === 0 ? undefined : { share: { part, whole, of: `containers of ${service}` } };

/**
 * How many of a service's containers are acted on: of those that run, as one that has ended makes no share smaller; a
 * `start` is of all of them. Undefined for what is of no service, or of several. Throws WireError.
 */
export const verbBlastRadius = async (
  daemon: Daemon,
  verb: VerbName,
  acted: readonly Container[],
  signal: AbortSignal,
): Promise<OperationImpact | undefined> => {
  const [first, ...others] = acted;
  if (first === undefined || first.service === '') return undefined;
  const { service, project } = first;
  if (others.some((one) => one.service !== service)) return undefined;
  const all = (await listContainers(daemon, signal, { service })).filter(
    (one) => one.project === project && !one.isOneOff,
  );
  const counts = (one: Container): boolean => verb === 'start' || isAlive(one);
  return shareOf(acted.filter(counts).length, all.filter(counts).length, service);
};

/** How many Compose may take away or make anew, at most; `replicas` absent: any of them. Undefined when it takes none away. */
export const composeBlastRadius = (
  containers: readonly Container[],
  service: string,
  replicas: number | undefined,
): OperationImpact | undefined => {
  const alive = containers.filter(isAlive).length;
  // Which ones go is Compose's choice.
  const gone = replicas === undefined ? containers.length : containers.length - replicas;
  return gone <= 0 ? undefined : shareOf(Math.min(gone, alive), alive, service);
};
