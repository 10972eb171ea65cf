/** A proxy that connections are opened through. */
export interface ProxyServer {
  readonly scheme: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  /** Both or none; decoded. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Its address without the login, for messages. */
  readonly address: string;
}

const defaultPorts = { http: 80, https: 443, socks5: 1080 };

const schemeOf = (protocol: string): ProxyServer['scheme'] | undefined => {
  switch (protocol) {
    case 'http:':
      return 'http';
    case 'https:':
      return 'https';
    // Both let the proxy resolve names, as client-go does.
    case 'socks5:':
    case 'socks5h:':
      return 'socks5';
    default:
      return undefined;
  }
};

/** A part of a login; undefined for one that is not encoded as a URL requires. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Parses a proxy URL (socks5://user:password@host:1080); undefined if it is not one. */
export const parseProxy = (text: string): ProxyServer | undefined => {
  const url = URL.parse(text);
  const scheme = url === null ? undefined : schemeOf(url.protocol);
  if (url === null || scheme === undefined || url.hostname === '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return undefined;
  return {
    scheme,
    host,
    port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
    ...(url.username === '' ? {} : { login: { user, password } }),
    address: `${scheme}://${url.host}`,
  };
};
