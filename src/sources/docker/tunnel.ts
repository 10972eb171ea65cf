import { networkInterfaces } from 'node:os';
import { endpointHost, TunnelError } from '../../platform/network/dial.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { RouteEndpoint, TunnelDialer } from '../kit/contract/source.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import { type Container, isContainerReady } from './containers/container.ts';
import { describeAmbiguousProject } from './containers/container-selection.ts';
import { inspectContainers, listContainers } from './containers/lookup.ts';
import { isLoopback } from './daemon/config.ts';
import type { Daemon } from './daemon/daemon.ts';

/**
 * Returns the running containers of a `via:` target, healthy ones first: a container, or a Compose service. Throws
 * WireError.
 */
export const containerEndpoints = async (
  daemon: Daemon,
  target: string,
  signal: AbortSignal,
): Promise<readonly RouteEndpoint[]> => {
  const running = (await listContainers(daemon, signal)).filter(({ state }) => state === 'running');
  const named = running.filter(({ name }) => name === target);
  const containers =
    named.length > 0 ? named : running.filter(({ service, isOneOff }) => service === target && !isOneOff);
  const several = named.length > 0 ? undefined : describeAmbiguousProject(containers, target);
  if (several !== undefined)
    throw new RemediedError('unconfigured', several, 'set project: to the Compose project of this source');
  return containers
    .sort((a, b) => Number(isContainerReady(b)) - Number(isContainerReady(a)))
    .map(({ name, id, health }) => ({
      name,
      uid: id,
      ...(health === 'starting' ? { isStarting: true } : {}),
    }));
};

interface ReachableAddress {
  readonly host: string;
  readonly port: number;
}

/** Location of the daemon's machine relative to this one. */
interface DaemonLocation {
  readonly host: string;
  readonly isHere: boolean;
  /** Behind a tunnel: the tunnel to the daemon also reaches its machine, whose loopback is its own. */
  readonly isReached: boolean;
  /** Addresses of this machine. */
  readonly own: readonly string[];
}

/** Published on all addresses of the machine. */
const wildcardAddresses = new Set(['', '0.0.0.0', '::']);

const publishedAddress = (
  { host, port }: ReachableAddress,
  { host: machine, isHere, isReached }: DaemonLocation,
): ReachableAddress | undefined => {
  if (isReached || wildcardAddresses.has(host)) return { host: machine, port };
  return isHere || !isLoopback(host) ? { host, port } : undefined;
};

/**
 * Address of a container port that is reachable from here: the published port, otherwise the container's own address if
 * its network's gateway is an address of this machine. The same address in a network of another machine (a virtual one,
 * or a rootless daemon) would lead to a different system. Throws TunnelError.
 */
export const reachableAddress = (
  container: Pick<Container, 'name' | 'ports' | 'networks' | 'isOnHostNetwork'>,
  port: number,
  location: DaemonLocation,
): ReachableAddress => {
  const { host, isHere, own } = location;
  if (container.isOnHostNetwork) return { host, port };
  const published = container.ports[`${port}/tcp`];
  const place = published && publishedAddress(published, location);
  if (place !== undefined) return place;
  const ownNetwork = isHere ? container.networks.find(({ gateway }) => own.includes(gateway)) : undefined;
  if (ownNetwork !== undefined) return { host: ownNetwork.address, port };
  const where = published === undefined ? 'nowhere' : `only on ${published.host} of the Docker host`;
  throw new TunnelError(
    `${container.name} publishes port ${port} ${where}`,
    `publish the port (ports: "${port}"), or run opsdeck on the Docker host`,
  );
};

/** Addresses of this machine. */
export const machineAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));

/** The networks of a rootless daemon are in a separate namespace, whatever their addresses. */
const isRootless = async (daemon: Daemon, signal: AbortSignal): Promise<boolean> =>
  list(field(await daemon.getJson('/info', signal), 'SecurityOptions')).some((value) =>
    text(value)?.includes('rootless'),
  );

interface DialTarget {
  readonly container: Container;
  readonly localAddresses: readonly string[];
}

const findDialTarget = async (daemon: Daemon, host: string, signal: AbortSignal): Promise<DialTarget> => {
  try {
    const all = await listContainers(daemon, signal);
    const foundContainer = all.find(
      ({ name, state }) => state === 'running' && (name === host || endpointHost(name) === host),
    );
    if (foundContainer === undefined)
      throw new TunnelError(`no running container is called ${host}: check host in the url`);
    const { containers, faults } = await inspectContainers(daemon, signal, {
      container: foundContainer.name,
    });
    const [container] = containers;
    if (container?.id !== foundContainer.id || faults[0] !== undefined)
      throw new TunnelError(faults[0]?.message ?? `the container ${host} no longer exists`);
    const isSure = container.networks.length === 0 || !(await isRootless(daemon, signal));
    return { container, localAddresses: isSure ? machineAddresses() : [] };
  } catch (error) {
    if (signal.aborted || error instanceof TunnelError) throw error;
    const { message, remedy } = daemon.fault('/containers/json', error);
    throw new TunnelError(message, remedy);
  }
};

/** Connects to a container port. Throws TunnelError, and a plain WireError when nothing listens on that port. */
export const dialContainer =
  (daemon: Daemon): TunnelDialer =>
  async ({ host, port }, signal) => {
    const { container, localAddresses: own } = await findDialTarget(daemon, host, signal);
    const isReached = daemon.config.isReached === true;
    return daemon.io.connect(
      reachableAddress(container, port, { ...daemon.address, isReached, own }),
      signal,
    );
  };

/** Returns the problem with a `via:` target, or undefined. */
export const containerTargetProblem = (target: string): string | undefined =>
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(target)
    ? undefined
    : `"${target}" is not a container. Write the name of a container or of a Compose service`;
