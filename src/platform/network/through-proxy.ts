import type { Dial } from './dial.ts';
import type { TlsOptions } from './http-messages.ts';
import { parseProxy } from './proxy.ts';

/**
 * Opens connections through a proxy, itself reached by `dial` where there is one. Loaded by the first connection. Throws what a
 * dial throws: TunnelError when the proxy is lost, WireError `denied` when it refuses us, `unreachable` when it does not get
 * through to the destination. An https proxy is trusted by the machine's authorities and by `tls.ca`.
 */
export const throughProxy =
  (proxy: string, dial?: Dial, tls?: TlsOptions): Dial =>
  async (to, signal) => {
    const parsed = parseProxy(proxy);
    if (parsed === undefined) throw new Error('not a proxy URL');
    return (await import('./proxy-dial.ts')).dialThroughProxy({ proxy: parsed, dial, tls }, to, signal);
  };
