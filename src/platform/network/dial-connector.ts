import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import type { Dial } from './dial.ts';
import type { TlsOptions } from './http-messages.ts';
import { tlsConnectOptions } from './tls-options.ts';

type Connector = ReturnType<typeof buildConnector>;
type Options = Parameters<Connector>[0];
type Ready = Parameters<Parameters<Connector>[1]>;

/** Opens undici's connections by a dial, with TLS inside it where the address wants it. */
export interface Dialler {
  connector(tls: TlsOptions | undefined): Connector;
  /** True while the way to an origin is being opened: nobody there has been asked anything yet. */
  dialling(origin: string): boolean;
  /** Ends what is still being opened to an origin; without one, all of it. */
  drop(origin?: string): void;
}

const portOf = ({ port, protocol }: Options): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** The origin of what undici connects to; it has taken the brackets off an IPv6 address. */
export const originOf = ({ protocol, hostname, port }: Options): string => {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  return new URL(`${protocol}//${host}${port === '' ? '' : `:${port}`}`).origin;
};

/** undici asks for a Socket and uses what every Duplex has; `ref`, `unref` and the like are asked for before they are used. */
const asSocket = (wire: Duplex): NonNullable<Ready[1]> => wire as unknown as NonNullable<Ready[1]>;

const secured = (
  wire: Duplex,
  { hostname, servername }: Options,
  tls: TlsOptions | undefined,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const inside = connectTls({
      socket: wire,
      servername: servername ?? hostname,
      ...tlsConnectOptions(tls),
    });
    inside.once('secureConnect', () => resolve(inside)).once('error', reject);
    wire.once('error', reject).once('close', () => reject(new Error('closed while shaking hands')));
  });

export const openDialler = (dial: Dial): Dialler => {
  /** What is being opened, and whether its dial has not answered yet. */
  const opening = new Map<AbortController, { readonly origin: string; dialling: boolean }>();

  const open = async (to: Options, tls: TlsOptions | undefined): Promise<Duplex> => {
    const stop = new AbortController();
    const mine = { origin: originOf(to), dialling: true };
    opening.set(stop, mine);
    try {
      const wire = await dial({ host: to.hostname, port: portOf(to) }, stop.signal);
      mine.dialling = false;
      stop.signal.addEventListener('abort', () => wire.destroy(), { once: true });
      return to.protocol === 'https:' ? await secured(wire, to, tls) : wire;
    } finally {
      opening.delete(stop);
    }
  };

  return {
    connector: (tls) => (to, callback) => {
      open(to, tls).then(
        (wire) => callback(null, asSocket(wire)),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
    dialling: (origin) => [...opening.values()].some((one) => one.origin === origin && one.dialling),
    drop: (origin) => {
      for (const [stop, one] of opening)
        if (origin === undefined || one.origin === origin)
          stop.abort(new DOMException('nobody waits for it', 'AbortError'));
    },
  };
};
