import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Starts the hostile server in a thread of its own, so that it answers while this one is busy; returns its address. */
export const startHostileServer = async (): Promise<AsyncDisposable & { readonly url: string }> => {
  const worker = new Worker(new URL('./hostile-server.ts', import.meta.url), { execArgv: [] });
  const [port] = await once(worker, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
};
