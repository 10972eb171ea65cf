import type { Millis } from '../domain/fault.ts';
import { openHttp } from './http.ts';
import { type Clock, type ReadIo, WireError } from './io.ts';
import { openReadFiles } from './read-files.ts';

/** A program that does not listen is not waited for: it is killed when its grace, or this process, has ended. */
const farewellMs: Millis = 250;

/** The reading door of one source: GET, HEAD, forms and programs that are declared reads, files. Clients are loaded by the first call. */
export const openReadIo = (clock: Clock): ReadIo => {
  const http = openHttp(clock);
  const closing = new AbortController();
  const open = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, closing.signal]);
  const net = (): Promise<typeof import('./net.ts')> => import('./net.ts');
  const programs = new Set<Promise<void>>();
  return {
    clock,
    get: async (request, signal) => {
      const method = request.method ?? 'GET';
      if (method !== 'GET' && method !== 'HEAD') throw new Error(`${String(method)} is no read`);
      return http.request({ ...request, method }, open(signal));
    },
    ask: async ({ form, headers, ...question }, signal) =>
      http.request(
        {
          ...question,
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(form).toString(),
        },
        open(signal),
      ),
    tcp: async (host, port, signal) => (await net()).connectTcp(host, port, clock, open(signal)),
    tls: async (host, port, signal, options) =>
      (await net()).shakeTls(host, port, clock, open(signal), options),
    files: openReadFiles(open),
    run: async (program, signal) => {
      const { startProgram } = await import('./run-process.ts');
      const running = startProgram(program, { clock, leftovers: 'end' }, open(signal));
      programs.add(running.gone);
      void running.gone.then(() => programs.delete(running.gone));
      return running.end;
    },
    close: async () => {
      closing.abort(new WireError('cancelled', 'this source is closed'));
      await http.close();
      const over = new AbortController();
      await Promise.race([Promise.all(programs), clock.sleep(farewellMs, over.signal)]);
      over.abort();
    },
  };
};
