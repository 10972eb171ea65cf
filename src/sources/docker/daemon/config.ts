import { z } from 'zod';
import { zDuration } from '../../../domain/facts/schema.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import { tlsForEndpoint, urlAtEndpoint, zTls } from '../../kit/contract/connection.ts';
import type { RouteEndpoint } from '../../kit/contract/source.ts';

/** Address of a daemon. */
export interface DaemonAddress {
  /** Base of request URLs; for a Unix socket its host is only a placeholder. */
  readonly base: string;
  readonly socketPath?: string;
  /** Name in faults and previews. */
  readonly name: string;
  /** Host of published ports. */
  readonly host: string;
  /** True: the daemon runs on this machine, so its loopback and its container networks are reachable. */
  readonly isHere: boolean;
}

const defaultSocket = '/var/run/docker.sock';
/** Address that the docker CLI uses by default. */
export const defaultDaemonUrl = `unix://${defaultSocket}`;

const socketAddress = (socketPath: string): DaemonAddress => ({
  base: 'http://docker',
  socketPath,
  name: `unix://${socketPath}`,
  host: '127.0.0.1',
  isHere: true,
});

/** True for addresses of the local machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

type Environment = Readonly<Record<string, string | undefined>>;

const unconfiguredError = (message: string, remedy: string): RemediedError =>
  new RemediedError('unconfigured', message, remedy);

/** Address from DOCKER_HOST, as far as it is supported here. */
const addressFromEnvironment = ({ DOCKER_HOST = '', DOCKER_TLS_VERIFY = '' }: Environment): string => {
  if (DOCKER_HOST === '') return '';
  const setting = `DOCKER_HOST is ${oneLine(DOCKER_HOST)}`;
  if (DOCKER_HOST.startsWith('ssh://'))
    throw unconfiguredError(
      `${setting}, an SSH host`,
      'write via: { ssh: USER@HOST } in the profile, without socket: and host:',
    );
  if (!isDaemonHost(DOCKER_HOST))
    throw unconfiguredError(setting, 'set socket: or host: of the source in the profile');
  if (DOCKER_HOST.startsWith('tcp:') && DOCKER_TLS_VERIFY !== '')
    throw unconfiguredError(
      `${setting}, with DOCKER_TLS_VERIFY`,
      'set host: https://… and tls: { ca, cert, key } in the profile',
    );
  return DOCKER_HOST;
};

/**
 * Resolves the address of the daemon: from the profile, otherwise DOCKER_HOST as the docker CLI reads it, otherwise the
 * default socket. Throws WireError `unconfigured`.
 */
export const daemonAddress = (
  { socket, host, tls, isReached }: Pick<DockerConfig, 'socket' | 'host' | 'tls' | 'isReached'>,
  environment: Environment = process.env,
): DaemonAddress => {
  if (socket !== undefined) return socketAddress(socket);
  const configuredHost = host ?? addressFromEnvironment(environment);
  if (configuredHost === '') return socketAddress(defaultSocket);
  if (configuredHost.startsWith('unix://')) return socketAddress(configuredHost.slice('unix://'.length));
  const url = new URL(configuredHost.replace(/^tcp:/, tls === undefined ? 'http:' : 'https:'));
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return { base: url.origin, name: url.origin, host: name, isHere: isReached !== true && isLoopback(name) };
};

/** Defaults for a daemon behind `via:` without a configured host. */
export const dockerViaDefaults = { host: 'http://via', socket: undefined } as const;

/** A daemon has one address: the first endpoint. */
export const routeDockerConfig = (
  config: DockerConfig,
  [first]: readonly RouteEndpoint[],
  port: number,
): DockerConfig => {
  if (first === undefined) return config;
  const { socket: _, host = dockerViaDefaults.host, tls, ...rest } = config;
  const isTls = host.startsWith('https:') || (host.startsWith('tcp:') && tls !== undefined);
  const url = host.startsWith('unix:')
    ? dockerViaDefaults.host
    : host.replace(/^tcp:/, isTls ? 'https:' : 'http:');
  return {
    ...rest,
    ...tlsForEndpoint(url, tls),
    host: urlAtEndpoint(url, first, port),
    isReached: true,
  };
};

/** Names that Docker and Compose accept. Source: moby, restrictedNameChars; compose-spec, project name. */
export const zDockerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a valid name of a container, service or project: use letters, digits and _ . -`,
});

/** A Unix socket, or a host with an optional port: the Engine API has no base path. */
const isDaemonHost = (text: string): boolean =>
  /^unix:\/\/\/./.test(text) ||
  (/^(tcp|https?):\/\/[^/@\s]+\/?$/.test(text) && URL.canParse(text.replace(/^tcp:/, 'http:')));

const zHost = z.string().refine(isDaemonHost, {
  error: (issue) =>
    typeof issue.input === 'string' && issue.input.startsWith('ssh://')
      ? 'opsdeck reaches a daemon behind SSH through via. Write via: { ssh: USER@HOST } instead of host:'
      : 'this is not the address of a Docker daemon: use unix:///var/run/docker.sock, tcp://HOST:2375 or https://HOST:2376',
});

export const dockerConfig = z
  .strictObject({
    socket: z
      .string()
      .startsWith('/')
      .meta({ description: 'path of the Unix socket of the Docker daemon' })
      .exactOptional(),
    host: zHost
      .meta({ description: 'daemon address (default: $DOCKER_HOST, then the standard socket)' })
      .exactOptional(),
    project: zDockerName
      .meta({
        description:
          'read only the containers of this Compose project (default: every container of the daemon)',
      })
      .exactOptional(),
    files: z
      .array(z.string().min(1))
      .meta({
        description: 'Compose files of the project, relative to the profile. Compose operations need them',
      })
      .default([]),
    override: z
      .string()
      .min(1)
      .meta({
        description:
          'Compose override file that opsdeck writes for the variables of composeUp, next to the other files. Compose reads this file last',
      })
      .exactOptional(),
    compose: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'command that runs Compose, as a list of arguments' })
      .default(['docker', 'compose']),
    jobs: z
      .array(zDockerName)
      .meta({ description: 'services that run once: an exit status of 0 counts as healthy' })
      .default([]),
    stats: z
      .boolean()
      .meta({
        description:
          'with false, opsdeck does not measure the CPU and memory usage of containers. The default is true',
      })
      .default(true),
    every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
    timeout: zDuration.prefault('4s').meta({ description: 'request timeout' }),
    tls: zTls.exactOptional(),
    identity: z
      .strictObject({ name: z.string().exactOptional(), id: z.string().exactOptional() })
      .refine((identity) => Object.keys(identity).length > 0, {
        error: 'the identity is empty: write name: or id: of the Docker daemon',
      })
      .meta({ description: 'host name or id that the Docker daemon must have, as docker info shows' })
      .exactOptional(),
  })
  .refine((config) => config.socket === undefined || config.host === undefined, {
    error: 'socket and host are both an address of the daemon: set only one of them',
  });

/** `isReached`: through a tunnel, so that local programs cannot reach the same daemon. */
export type DockerConfig = z.infer<typeof dockerConfig> & { readonly isReached?: true };

/** Read targets of a signal. */
export const dockerReads = z.union([
  z.strictObject({
    running: zDockerName.meta({ description: 'name of a service, whose running containers are counted' }),
  }),
  z.strictObject({
    restarts: zDockerName.meta({
      description: 'name of a service, whose restarts are read: the highest number of all containers',
    }),
  }),
  z.strictObject({
    cpu: zDockerName.meta({
      description: 'name of a service, whose CPU usage is read in cores: the sum of all containers',
    }),
  }),
  z.strictObject({
    memory: zDockerName.meta({
      description: 'name of a service, whose memory usage is read in bytes: the highest of all containers',
    }),
    as: z
      .literal('percent')
      .meta({ description: 'in percent of the container limit instead' })
      .exactOptional(),
  }),
  z.strictObject({
    health: zDockerName.meta({ description: 'worst health status: healthy, unhealthy, starting, none' }),
  }),
]);

export type DockerRead = z.infer<typeof dockerReads>;
