import { createServer } from 'node:http';
import { errorMessage } from '../../../domain/text/error-message.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import type { ProtocolEndpoint } from '../http/simulator-context.ts';
import { changeRecorderFor, type SimulatorContext } from '../http/simulator-context.ts';
import { ContainerPorts } from './container-ports.ts';
import { type DaemonRequest, errorReply, parseDaemonRequest, sendReply } from './daemon-request.ts';
import { answerDaemonRequest, type DaemonServices } from './daemon-routes.ts';
import { ExecRegistry } from './exec-registry.ts';
import { serveHijacked } from './hijack.ts';
import { OneOffContainers } from './one-off-containers.ts';

/** Starting an exec changes nothing by itself; reads do it, too (a tunnel to a container port). */
const isChange = ({ method, path }: DaemonRequest): boolean => method !== 'GET' && !path.includes('exec');

/** Starts the environment's Docker daemon on a free loopback port: `${world.docker}` is its address. */
export const startDockerEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const ports = new ContainerPorts(view);
  const note = changeRecorderFor(view, 'docker');
  const parts: DaemonServices = { view, execs: new ExecRegistry(), oneOffs: new OneOffContainers(), ports };
  const server = createServer(async (request, response) => {
    try {
      const order = await parseDaemonRequest(request);
      if (isChange(order)) note(`${order.method} /${order.path.join('/')}`, order.body);
      const reply = await answerDaemonRequest(parts, order, response);
      if (reply !== 'streamed') sendReply(response, reply);
    } catch (error) {
      // A client may disconnect during its request.
      if (response.headersSent || request.socket.destroyed) response.destroy();
      else sendReply(response, errorReply(500, errorMessage(error)));
    }
  });
  serveHijacked(server, parts.execs);
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
