import { RemediedError } from '../../platform/fault.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { type DockerConfig, isDaemonHost } from './config.ts';

/** Where a daemon answers. */
export interface DaemonAddress {
  /** What URLs begin with; for a Unix socket its host is only a name. */
  readonly base: string;
  readonly socketPath?: string;
  /** As faults and previews call it. */
  readonly name: string;
  /** The machine that published ports are on. */
  readonly host: string;
  /** True: that machine is this one, so its loopback and its containers' networks are ours. */
  readonly isHere: boolean;
}

const usualSocket = '/var/run/docker.sock';
/** The name of the daemon that the docker program asks by default. */
export const usualDaemon = `unix://${usualSocket}`;

const ofSocket = (socketPath: string): DaemonAddress => ({
  base: 'http://docker',
  socketPath,
  name: `unix://${socketPath}`,
  host: '127.0.0.1',
  isHere: true,
});

/** Addresses that mean the machine that one stands on. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

type Environment = Readonly<Record<string, string | undefined>>;

const unsaid = (message: string, remedy: string): RemediedError =>
  new RemediedError('unconfigured', message, remedy);

/** What DOCKER_HOST says, as far as it can be followed here. */
const ofEnvironment = ({ DOCKER_HOST = '', DOCKER_TLS_VERIFY = '' }: Environment): string => {
  if (DOCKER_HOST === '') return '';
  const said = `DOCKER_HOST is ${oneLine(DOCKER_HOST)}`;
  if (DOCKER_HOST.startsWith('ssh://'))
    throw unsaid(
      `${said}, and opsdeck does not start a docker program there`,
      'forward its socket to this machine (ssh -L PATH:/var/run/docker.sock HOST) and write socket: PATH',
    );
  if (!isDaemonHost(DOCKER_HOST)) throw unsaid(said, 'write socket: or host: in the profile');
  if (DOCKER_HOST.startsWith('tcp:') && DOCKER_TLS_VERIFY !== '')
    throw unsaid(
      `${said}, with DOCKER_TLS_VERIFY`,
      'write host: https://… and tls: { ca, cert, key } in the profile',
    );
  return DOCKER_HOST;
};

/**
 * The daemon's address: what the profile says, else DOCKER_HOST as the docker program takes it, else the usual socket.
 * Throws WireError `unconfigured`.
 */
export const addressOf = (
  { socket, host, tls, isReached }: Pick<DockerConfig, 'socket' | 'host' | 'tls' | 'isReached'>,
  environment: Environment = process.env,
): DaemonAddress => {
  if (socket !== undefined) return ofSocket(socket);
  const given = host ?? ofEnvironment(environment);
  if (given === '') return ofSocket(usualSocket);
  if (given.startsWith('unix://')) return ofSocket(given.slice('unix://'.length));
  const url = new URL(given.replace(/^tcp:/, tls === undefined ? 'http:' : 'https:'));
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return { base: url.origin, name: url.origin, host: name, isHere: isReached !== true && isLoopback(name) };
};
