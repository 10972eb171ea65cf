import type { End } from '../source.ts';
import { addressAt, tlsThrough } from '../through.ts';
import type { DockerConfig } from './config.ts';

/** What stands for the host of a daemon that is reached through `via:` and gives none. */
export const dockerAddress = { host: 'http://via', socket: undefined } as const;

/** One daemon answers at one address: the first end. */
export const dockerThrough = (config: DockerConfig, [first]: readonly End[], port: number): DockerConfig => {
  if (first === undefined) return config;
  const { socket: _, host = dockerAddress.host, tls, ...rest } = config;
  const isTls = host.startsWith('https:') || (host.startsWith('tcp:') && tls !== undefined);
  const url = host.startsWith('unix:')
    ? dockerAddress.host
    : host.replace(/^tcp:/, isTls ? 'https:' : 'http:');
  return {
    ...rest,
    ...tlsThrough(url, tls),
    host: addressAt(url, first, port),
    isReached: true,
  };
};
