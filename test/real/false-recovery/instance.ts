import { createServer, type Server } from 'node:http';
import { freePort } from '../../support/free-port.ts';

/** An instance of a service with a page of metrics: it can change its page, end, and start again at its port. */
export interface Instance extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Its values by series, e.g. `app_errors`. */
  show(values: Readonly<Record<string, number>>): void;
  end(): Promise<void>;
  start(): Promise<void>;
}

export const openInstance = async (
  name: string,
  values: Readonly<Record<string, number>>,
): Promise<Instance> => {
  const port = await freePort();
  let page = values;
  let server: Server | undefined;
  let startedAt = Date.now() / 1000;
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      startedAt = Date.now() / 1000;
      server = createServer((_, response) => {
        const lines = Object.entries({ ...page, process_start_time_seconds: startedAt });
        response.end(`${lines.map(([series, value]) => `${series} ${value}`).join('\n')}\n`);
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
      server = undefined;
    });
  await start();
  return {
    ...{ name, port, start, end },
    show: (next) => {
      page = next;
    },
    [Symbol.asyncDispose]: end,
  };
};
