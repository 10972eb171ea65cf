import type { Interruption, OperationImpact, Plan } from '../../../domain/runbooks/operation.ts';
import type { Container } from '../containers/container.ts';
import { listContainers } from '../containers/lookup.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { VerbName } from './container-verbs.ts';

/** True for a container that serves traffic or work; an exited one has no impact. */
const isAlive = ({ state }: Container): boolean => ['running', 'restarting', 'paused'].includes(state);

/** An empty total yields no impact. */
const shareOf = (part: number, whole: number, service: string): OperationImpact | undefined =>
  whole === 0 ? undefined : { share: { part, whole, of: `containers of ${service}` } };

/**
 * Affected fraction of a service's containers: of those that run, since exited ones must not dilute it; for `start`, of
 * all of them. Undefined for containers without a service, or of several. Throws WireError.
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
  if (others.some((container) => container.service !== service)) return undefined;
  const all = (await listContainers(daemon, signal, { service })).filter(
    (container) => container.project === project && !container.isOneOff,
  );
  const counts = (container: Container): boolean => verb === 'start' || isAlive(container);
  return shareOf(acted.filter(counts).length, all.filter(counts).length, service);
};

/**
 * Maximum number of containers that Compose may remove or recreate; `replicas` absent: any of them. Undefined when it
 * removes none.
 */
export const composeBlastRadius = (
  containers: readonly Container[],
  service: string,
  replicas: number | undefined,
): OperationImpact | undefined => {
  const alive = containers.filter(isAlive).length;
  // Compose chooses the containers to remove.
  const removed = replicas === undefined ? containers.length : containers.length - replicas;
  return removed <= 0 ? undefined : shareOf(Math.min(removed, alive), alive, service);
};

/** The service whose containers an action interrupts; a container without a service is one of its own. */
export const containerInterruption = (
  does: Interruption['does'] | undefined,
  acted: readonly Container[],
): Pick<Plan, 'interrupts'> => {
  const [first] = acted;
  if (does === undefined || first === undefined) return {};
  const { service, project, name } = first;
  const instances =
    service === '' ? { kind: 'container', name } : { kind: 'container', namespace: project, owner: service };
  const affected = acted.map((container) => ({ name: container.name }));
  return { interrupts: { does, service: service === '' ? name : service, instances, affected } };
};
