import { networkInterfaces } from 'node:os';
import { RemediedError } from '../../platform/fault.ts';
import { endHost, TunnelError } from '../../platform/network/dial.ts';
import type { End, SourceDial } from '../source.ts';
import { field, list, text } from '../wire-value.ts';
import { isLoopback } from './config.ts';
import { listContainers, lookAtContainers } from './containers/look.ts';
import { type Container, isReady } from './containers/parse.ts';
import type { Daemon } from './daemon.ts';
import { severalProjects } from './operations/chosen.ts';

/** The running containers that a `via:` target means, the healthy ones first: a container, or a Compose service. Throws WireError. */
export const endsOf = async (
  daemon: Daemon,
  target: string,
  signal: AbortSignal,
): Promise<readonly End[]> => {
  const running = (await listContainers(daemon, signal)).filter(({ state }) => state === 'running');
  const named = running.filter(({ name }) => name === target);
  const found =
    named.length > 0 ? named : running.filter(({ service, isOneOff }) => service === target && !isOneOff);
  const several = named.length > 0 ? undefined : severalProjects(found, target);
  if (several !== undefined)
    throw new RemediedError('unconfigured', several, 'name the Compose project of this source: project:');
  return found
    .sort((a, b) => Number(isReady(b)) - Number(isReady(a)))
    .map(({ name, id, health }) => ({
      name,
      uid: id,
      ...(health === 'starting' ? { isStarting: true } : {}),
    }));
};

interface Place {
  readonly host: string;
  readonly port: number;
}

/** How the daemon's machine stands to this one. */
interface Standing {
  readonly host: string;
  readonly isHere: boolean;
  /** It is at the end of a way: what leads to the daemon leads to its machine, and there its loopback is its own. */
  readonly isReached: boolean;
  /** Addresses of this machine. */
  readonly own: readonly string[];
}

/** Published on every address of the machine. */
const everywhere = new Set(['', '0.0.0.0', '::']);

const publishedAt = (
  { host, port }: Place,
  { host: machine, isHere, isReached }: Standing,
): Place | undefined => {
  if (isReached || everywhere.has(host)) return { host: machine, port };
  return isHere || !isLoopback(host) ? { host, port } : undefined;
};

/**
 * Where a port of a container can be reached from here: where the host publishes it, else at the container's own address
 * if its network begins at an address of this machine. The same address in a network of another machine (a virtual
 * one, a rootless daemon's) would be somebody else here. Throws TunnelError.
 */
export const placeOf = (
  container: Pick<Container, 'name' | 'ports' | 'networks' | 'isOnHostNetwork'>,
  port: number,
  standing: Standing,
): Place => {
  const { host, isHere, own } = standing;
  if (container.isOnHostNetwork) return { host, port };
  const published = container.ports[`${port}/tcp`];
  const place = published && publishedAt(published, standing);
  if (place !== undefined) return place;
  const ours = isHere ? container.networks.find(({ gateway }) => own.includes(gateway)) : undefined;
  if (ours !== undefined) return { host: ours.address, port };
  const where = published === undefined ? 'nowhere' : `only on ${published.host} of its machine`;
  throw new TunnelError(
    `${container.name} publishes port ${port} ${where}`,
    `publish it (ports: "${port}"), or run opsdeck where the daemon is`,
  );
};

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));

/** A rootless daemon's networks are in a namespace of their own, whatever their addresses. */
const isRootless = async (daemon: Daemon, signal: AbortSignal): Promise<boolean> =>
  list(field(await daemon.json('/info', signal), 'SecurityOptions')).some((one) =>
    text(one)?.includes('rootless'),
  );

interface Found {
  readonly container: Container;
  readonly own: readonly string[];
}

const found = async (daemon: Daemon, host: string, signal: AbortSignal): Promise<Found> => {
  try {
    const all = await listContainers(daemon, signal);
    const one = all.find(
      ({ name, state }) => state === 'running' && (name === host || endHost(name) === host),
    );
    if (one === undefined) throw new TunnelError(`no running container ${host}`);
    const { containers, faults } = await lookAtContainers(daemon, signal, { container: one.name });
    const [container] = containers;
    if (container?.id !== one.id || faults[0] !== undefined)
      throw new TunnelError(faults[0]?.message ?? `${host} has gone`);
    const isSure = container.networks.length === 0 || !(await isRootless(daemon, signal));
    return { container, own: isSure ? ownAddresses() : [] };
  } catch (error) {
    if (signal.aborted || error instanceof TunnelError) throw error;
    const { message, remedy } = daemon.fault('/containers/json', error);
    throw new TunnelError(message, remedy);
  }
};

/** Connects to a port of a container. Throws TunnelError, and a plain WireError when nobody listens at that port. */
export const dialContainer =
  (daemon: Daemon): SourceDial =>
  async ({ host, port }, signal) => {
    const { container, own } = await found(daemon, host, signal);
    const isReached = daemon.config.isReached === true;
    return daemon.io.connect(placeOf(container, port, { ...daemon.address, isReached, own }), signal);
  };

/** What is wrong with a `via:` target, or undefined. */
export const targetProblem = (target: string): string | undefined =>
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(target)
    ? undefined
    : `"${target}" is no container; write its name, or that of a Compose service`;
