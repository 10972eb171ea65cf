import { createServer } from 'node:http';
import type { View } from '../sight.ts';
import type { RunningWire } from '../wire.ts';
import { Execs } from './exec.ts';
import { orderOf, refusal, send } from './order.ts';
import { ContainerPorts } from './ports.ts';
import { answer, type Parts } from './route.ts';

/** Starts this environment's Docker daemon on a free loopback port: `${world.docker}` is its address. */
export const startDockerWire = async (view: View): Promise<RunningWire> => {
  const ports = new ContainerPorts(view);
  const parts: Parts = { view, execs: new Execs(), ports };
  const server = createServer(async (request, response) => {
    try {
      const reply = await answer(parts, await orderOf(request), response);
      if (reply !== 'streamed') send(response, reply);
    } catch (error) {
      // A caller that hung up while it was listened to is none of the world's business.
      if (response.headersSent || request.socket.destroyed) response.destroy();
      else send(response, refusal(500, error instanceof Error ? error.message : String(error)));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    vars: { docker: `http://127.0.0.1:${port}` },
    close: async () => {
      await ports.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};
