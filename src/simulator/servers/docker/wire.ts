import { createServer } from 'node:http';
import { listenOnLoopback } from '../../loopback.ts';
import type { RunningWire } from '../sight.ts';
import { noterOf, type View } from '../sight.ts';
import { Execs } from './exec.ts';
import { type Order, orderOf, refusal, send } from './order.ts';
import { ContainerPorts } from './ports.ts';
import { answer, type Parts } from './route.ts';

/** That a program is started changes nothing by itself: what reads (a port that is reached through a container) does it, too. */
const isChange = ({ method, path }: Order): boolean => method !== 'GET' && !path.includes('exec');

/** Starts this environment's Docker daemon on a free loopback port: `${world.docker}` is its address. */
export const startDockerWire = async (view: View): Promise<RunningWire> => {
  const ports = new ContainerPorts(view);
  const note = noterOf(view, 'docker');
  const parts: Parts = { view, execs: new Execs(), ports };
  const server = createServer(async (request, response) => {
    try {
      const order = await orderOf(request);
      if (isChange(order)) note(`${order.method} /${order.path.join('/')}`, order.body);
      const reply = await answer(parts, order, response);
      if (reply !== 'streamed') send(response, reply);
    } catch (error) {
      // A caller that hung up while it was listened to is none of the world's business.
      if (response.headersSent || request.socket.destroyed) response.destroy();
      else send(response, refusal(500, error instanceof Error ? error.message : String(error)));
    }
  });
  const port = await listenOnLoopback(server);
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
