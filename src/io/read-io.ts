import { openHttp } from './http.ts';
import { type Clock, type ReadIo, WireError } from './io.ts';

/** The reading door of one source: it refuses any method but GET and HEAD. Clients are loaded by the first call. */
export const openReadIo = (clock: Clock): ReadIo => {
  const http = openHttp(clock);
  const closing = new AbortController();
  const open = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, closing.signal]);
  const net = (): Promise<typeof import('./net.ts')> => import('./net.ts');
  return {
    clock,
    get: async (request, signal) => {
      const method = request.method ?? 'GET';
      if (method !== 'GET' && method !== 'HEAD') throw new Error(`${String(method)} is no read`);
      return http.request({ ...request, method }, open(signal));
    },
    tcp: async (host, port, signal) => (await net()).connectTcp(host, port, clock, open(signal)),
    tls: async (host, port, signal, options) =>
      (await net()).shakeTls(host, port, clock, open(signal), options),
    close: async () => {
      closing.abort(new WireError('cancelled', 'this source is closed'));
      await http.close();
    },
  };
};
