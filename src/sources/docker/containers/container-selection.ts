import { defined } from '../../../domain/base/defined.ts';
import type { PermissionResult, Plan, Target, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { readForPlan } from '../../kit/operations/define-operation.ts';
import { zDockerName } from '../daemon/config.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { type Container, containerStatus, isRestartLooping } from './container.ts';
import {
  type ContainerFilter,
  type ContainerListing,
  containerListPath,
  inspectContainers,
  listContainers,
} from './lookup.ts';

/**
 * Checks access to the daemon, which has no finer permissions. A proxy or an authorization plugin in front of it may
 * still reject a change, and cannot be asked in advance. Throws WireError when nothing responds. Source: Docker Engine
 * API, SystemPing; Docker docs, "Protect the Docker daemon socket".
 */
export const checkDaemonAccess = async (daemon: Daemon, signal: AbortSignal): Promise<PermissionResult> => {
  const path = '/_ping';
  try {
    const answer = await daemon.getStream(path, signal);
    await answer.text();
    return {
      allowed: true,
      why: `${daemon.name} lets everyone who can connect do everything, because the Docker API has no finer permissions`,
    };
  } catch (error) {
    const { kind, message, remedy } = daemon.fault(path, error);
    if (kind !== 'denied') throw error;
    return { allowed: false, why: message, ...defined({ remedy }) };
  }
};

/** Parameters that select containers: one by its name, or all of a Compose service. */
export const containerSelectionShape = {
  container: zDockerName.meta({ description: 'container name' }).exactOptional(),
  service: zDockerName
    .meta({ description: 'name of a Compose service, whose containers are all meant' })
    .exactOptional(),
};

export const hasOneSelector = (params: ContainerFilter): boolean =>
  (params.container === undefined) !== (params.service === undefined);

export const oneSelectorError = { error: 'the step needs one target: set either container: or service:' };

/** Compose projects of these containers: 'shop, shop-green'. */
const projectsOf = (containers: readonly Container[]): readonly string[] => [
  ...new Set(containers.map(({ project }) => project)),
];

/**
 * Reason these containers cannot be one service: several projects have a service of that name, and the source names
 * none.
 */
export const describeAmbiguousProject = (
  containers: readonly Container[],
  service: string,
): string | undefined => {
  const projects = projectsOf(containers);
  return projects.length < 2
    ? undefined
    : `service ${service} exists in the projects ${projects.join(', ')}. Set project:`;
};

/** Inspects the containers that match `filter`. Throws PlanError when one cannot be read. */
export const inspectSelected = async (
  daemon: Daemon,
  filter: ContainerFilter,
  signal: AbortSignal,
): Promise<readonly Container[]> => {
  const { containers, faults }: ContainerListing = await readForPlan(
    daemon,
    containerListPath(daemon, filter),
    () => inspectContainers(daemon, signal, filter),
  );
  const [fault] = faults;
  if (fault !== undefined) throw new PlanError('failed', fault.message);
  return containers.filter(({ name, isOneOff }) =>
    filter.container === undefined ? !isOneOff : name === filter.container,
  );
};

/**
 * Returns the selected containers, restricted to this source's project. Throws PlanError when none match, or they
 * cannot be read.
 */
export const selectContainers = async (
  daemon: Daemon,
  { container, service }: ContainerFilter,
  signal: AbortSignal,
): Promise<readonly Container[]> => {
  const filter = {
    ...defined({ container, service }),
  };
  const containers = await inspectSelected(daemon, filter, signal);
  const several = service === undefined ? undefined : describeAmbiguousProject(containers, service);
  if (several !== undefined) throw new PlanError('not-applicable', several);
  if (containers.length > 0) return containers;
  const { project } = daemon.config;
  const where = project === undefined ? daemon.name : `project ${project} at ${daemon.name}`;
  const all = await readForPlan(daemon, containerListPath(daemon), () => listContainers(daemon, signal));
  const known = [
    ...new Set(
      all.map((currentContainer) =>
        service === undefined ? currentContainer.name : currentContainer.service,
      ),
    ),
  ];
  const names = known.filter((name) => name !== '').join(', ') || 'none';
  throw new PlanError(
    'not-applicable',
    `no ${container ?? `container of service ${service}`} in ${where}. Available: ${names}`,
  );
};

const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/**
 * Describes the state that pins a container: 'running since 2026-03-04T10:15:07Z, shop:1.2'. Omits the changing part
 * for a container in a restart loop, which may still be acted on.
 */
export const containerStateSummary = (container: Container, daemonNow: number): string => {
  if (isRestartLooping(container, daemonNow)) return `keeps restarting, ${container.image}`;
  const { state, startedAt } = container;
  const since = state === 'running' && startedAt !== undefined ? ` since ${timeText(startedAt)}` : '';
  return `${containerStatus(container)}${since}, ${container.image}`;
};

const summaryNow = (daemon: Daemon, container: Container): string =>
  containerStateSummary(container, daemon.now() + daemon.clock.offsetMs());

const containerUid = (daemon: Daemon, { id }: Container): string => `${daemon.name}/${id}`;

/** Pins a container by its id: one recreated under the same name is another container. */
export const containerTarget = (daemon: Daemon, name: string, container: Container): Target => ({
  name,
  uid: containerUid(daemon, container),
  saw: summaryNow(daemon, container),
  where: `${container.name} at ${daemon.name}`,
});

/** Returns the first container of the plan that was replaced, removed, or is in another state. */
export const findContainerDrift = async (
  daemon: Daemon,
  plan: Plan,
  chosen: ContainerFilter,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const now = await selectContainers(daemon, chosen, signal).catch((error: unknown) => {
    if (error instanceof PlanError && error.ending === 'not-applicable') return [];
    throw error;
  });
  const containerByUid = new Map(now.map((container) => [containerUid(daemon, container), container]));
  for (const { uid, where, saw: planned } of plan.targets) {
    const container = containerByUid.get(uid);
    if (container === undefined)
      return { target: where, planned: uid, found: 'the container no longer exists' };
    const isNow = summaryNow(daemon, container);
    if (isNow !== planned) return { target: where, planned, found: isNow };
  }
  return undefined;
};
