import type { Fault } from '../../../domain/base/fault.ts';
import { mapConcurrently } from '../../kit/values/concurrency.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { Container } from './container.ts';
import { parseContainer, parseContainerList } from './container.ts';

/** Maximum number of containers requested concurrently. */
export const maxConcurrentRequests = 8;

/** Selects containers of a source; absent: all of them. */
export interface ContainerFilter {
  readonly service?: string;
  readonly container?: string;
}

/**
 * Path of the list. All filters must match; the one for names is a pattern. Source: Docker Engine API, ContainerList.
 */
export const containerListPath = (
  { config: { project } }: Pick<Daemon, 'config'>,
  filter: ContainerFilter = {},
): string => {
  const label = [
    ...(project === undefined ? [] : [`com.docker.compose.project=${project}`]),
    ...(filter.service === undefined ? [] : [`com.docker.compose.service=${filter.service}`]),
  ];
  const filters = {
    ...(label.length === 0 ? {} : { label }),
    ...(filter.container === undefined ? {} : { name: [`^/?${filter.container.replaceAll('.', '\\.')}$`] }),
  };
  const isFiltered = Object.keys(filters).length > 0;
  return `/containers/json?all=1${isFiltered ? `&filters=${encodeURIComponent(JSON.stringify(filters))}` : ''}`;
};

const compareByName = (a: Container, b: Container): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Lists containers with name, state and health only. Throws WireError. */
export const listContainers = async (
  daemon: Daemon,
  signal: AbortSignal,
  filter: ContainerFilter = {},
): Promise<readonly Container[]> =>
  [...parseContainerList(await daemon.getJson(containerListPath(daemon, filter), signal))].sort(
    compareByName,
  );

/** Containers of this source, sorted by name. */
export interface ContainerListing {
  readonly containers: readonly Container[];
  /** At most one, for all containers that could not be inspected; those have only the data of the list. */
  readonly faults: readonly Fault[];
}

/**
 * Lists and inspects containers. Leaves out containers that are removed meanwhile. Throws WireError when the list
 * fails.
 */
export const inspectContainers = async (
  daemon: Daemon,
  signal: AbortSignal,
  filter: ContainerFilter = {},
): Promise<ContainerListing> => {
  const faults: Fault[] = [];
  const listed = await listContainers(daemon, signal, filter);
  const pages = await mapConcurrently(listed, maxConcurrentRequests, async (container) => {
    const path = `/containers/${container.id}/json`;
    // The time is over: the rest has only the data of the list.
    if (signal.aborted && faults.length > 0) return container;
    try {
      return parseContainer(await daemon.getJson(path, signal));
    } catch (error) {
      const fault = daemon.fault(path, error);
      if (fault.kind === 'cancelled') throw error;
      if (fault.kind === 'missing') return undefined;
      if (faults.length === 0) faults.push(fault);
      return container;
    }
  });
  return { containers: pages.filter((page) => page !== undefined), faults };
};
