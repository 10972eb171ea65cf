/** The ports that an address means when it names none. */
const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['ws', '80'],
  ['https', '443'],
  ['wss', '443'],
  ['postgres', '5432'],
  ['postgresql', '5432'],
  ['redis', '6379'],
  ['rediss', '6379'],
  ['mongodb', '27017'],
]);

/** Spellings of this machine after URL parsing; the unspecified addresses connect to it, too. */
const loopbackHosts: ReadonlySet<string> = new Set([
  'localhost',
  '127.0.0.1',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[::ffff:7f00:1]',
]);

const loopback = '127.0.0.1';

/** Hosts as URL parsing spells them: `127.1` and `0x7f000001` are 127.0.0.1, an IPv6 address is compressed. */
const normalizedHost = (host: string): string => {
  const url = `http://${host}/`;
  const name = (URL.canParse(url) ? new URL(url).hostname : host).replace(/\.$/, '');
  return loopbackHosts.has(name) ? loopback : name;
};

const normalizedAuthority = (scheme: string, authority: string): string => {
  const index = authority.lastIndexOf('@') + 1;
  const hosts = authority
    .slice(index)
    .split(',')
    .map((part) => {
      const [, host = part, port] = /^(.*?)(?::(\d*))?$/s.exec(part) ?? [];
      const isDefault = port === undefined || port === '' || port === defaultPorts.get(scheme);
      return `${normalizedHost(host)}${isDefault ? '' : `:${port}`}`;
    });
  return `${authority.slice(0, index)}${hosts.join(',')}`;
};

/**
 * Spells the addresses in a text in one way, for comparison: lower-case scheme and host, no default port, one name for
 * this machine. Paths and the remaining text are kept. `member localhost:27017` is an address without a scheme.
 */
export const withNormalizedAddresses = (text: string): string =>
  text
    .replace(
      /\b([a-z][a-z0-9+.-]{0,30}):\/\/([^\s/?#]+)(\/(?=$|[\s,]))?/gi,
      (_, scheme: string, authority: string) =>
        `${scheme.toLowerCase()}://${normalizedAuthority(scheme.toLowerCase(), authority)}`,
    )
    .replace(/(?<![^\s(])(?:localhost|\[::1\])(?=:\d)/gi, loopback);
