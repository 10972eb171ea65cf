import type { Dial } from './dial.ts';
import type { TlsOptions } from './http-messages.ts';
import { parseProxy } from './proxy.ts';

/**
 * Returns a dial through a proxy, which `dial` itself may reach. Loaded by the first connection. Throws TunnelError
 * when the proxy is lost, WireError `denied` when it refuses the login, and `unreachable` when it cannot reach the
 * destination. An https proxy is verified against the machine's CAs and `tls.ca`.
 */
export const throughProxy =
  (proxy: string, dial?: Dial, tls?: TlsOptions): Dial =>
  async (to, signal) => {
    const parsed = parseProxy(proxy);
    if (parsed === undefined)
      throw new Error('the proxy URL must be http://, https:// or socks5://HOST:PORT');
    return (await import('./proxy-dial.ts')).dialThroughProxy({ proxy: parsed, dial, tls }, to, signal);
  };
