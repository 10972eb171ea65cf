import { endHost } from '../../platform/network/dial.ts';
import type { End } from '../source.ts';
import { addressAt, byName, portIn, tlsThrough } from '../through.ts';
import type { CheckConfig, HttpConfig } from './config.ts';

/** What stands for the url of a source that is reached through `via:` and gives none. */
export const httpAddress = { url: 'http://via' } as const;

/** Every check at every end: the path at the port of the way, other addresses at their own ports. */
export const httpThrough = (config: HttpConfig, ends: readonly End[], port: number): HttpConfig => {
  const url = config.url ?? httpAddress.url;
  return {
    ...config,
    ...tlsThrough(url, config.tls),
    ends: byName(ends).map((end) => ({
      name: end.name,
      url: addressAt(url, end, port),
      checks: config.checks.map((check) => checkAt(check, end, port)),
    })),
  };
};

const checkAt = (check: CheckConfig, end: End, port: number): CheckConfig => ({
  ...check,
  ...(check.url === undefined ? {} : { url: addressAt(check.url, end, portIn(check.url) ?? port) }),
  ...(check.tcp === undefined ? {} : { tcp: hostPortAt(check.tcp, end) }),
  ...(check.tls === undefined ? {} : { tls: hostPortAt(check.tls, end) }),
});

type HostPort = NonNullable<CheckConfig['tcp']>;

const hostPortAt = ({ port }: HostPort, { name }: End): HostPort => ({
  host: endHost(name),
  port,
  text: `${name}:${port}`,
});
