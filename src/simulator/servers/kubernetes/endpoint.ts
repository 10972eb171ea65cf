import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { seedNamespace } from '../../model/cluster/seed/workloads.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import type { ProtocolEndpoint, SimulatorContext } from '../http/simulator-context.ts';
import { changeRecorderFor } from '../http/simulator-context.ts';
import { startStandIns } from '../http/stand-in-programs.ts';
import { makeOwnDir } from '../http/temporary-dir.ts';
import {
  type ApiContext,
  createApiContext,
  type KubeRequest,
  parseKubeRequest,
  renderForClock,
} from './api-context.ts';
import { answerKubeRequest } from './api-requests.ts';
import { helmTool } from './helm-tool.ts';
import { ApiError, errorStatus } from './patch/api-error.ts';
import { serveUpgrades } from './upgrades.ts';
import { tokenOf, userNames } from './users.ts';

const longestBody = 3 * 1024 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > longestBody)
      throw new ApiError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728');
  }
  return body;
};

const send = ({ view }: ApiContext, response: ServerResponse, status: number, body: unknown): void => {
  const text = typeof body === 'string' ? body : `${renderForClock(view.model, body)}\n`;
  response.writeHead(status, {
    'Content-Type': typeof body === 'string' ? 'text/plain' : 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
  });
  response.end(text);
};

/** Access reviews and dry runs change nothing. */
const isChange = ({ method, path, query }: KubeRequest): boolean =>
  method !== 'GET' && query.get('dryRun') !== 'All' && !/^self\w+reviews$/.test(path.at(-1) ?? '');

const handle = async (
  seat: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const ask = parseKubeRequest(request, await bodyOf(request));
    if (isChange(ask))
      changeRecorderFor(seat.view, 'kubernetes')(`${ask.method} /${ask.path.join('/')}`, ask.body);
    const answer = answerKubeRequest(seat, ask, response);
    if (answer !== 'streamed') send(seat, response, answer.status, answer.body);
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (error instanceof ApiError) return send(seat, response, error.code, errorStatus(error));
    throw error;
  }
};

/** A running API server; `url` is its root. */
interface ApiServer {
  readonly url: string;
  readonly seat: ApiContext;
  close(): Promise<void>;
}

/** Starts the API server of one environment on a free loopback port, in plain HTTP. */
export const startApiServer = async (view: SimulatorContext): Promise<ApiServer> => {
  const seat = createApiContext(view);
  const server = createServer((request, response) => void handle(seat, request, response));
  const sockets = serveUpgrades(seat, server);
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seat,
    close: async () => {
      await sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};

/** A kubeconfig for one environment's server with a context per user; the administrator's has the environment's name. */
const kubeconfigText = (env: string, server: string, namespace: string): string => {
  const contextOf = (user: string): string => (user === 'admin' ? env : `${env}-${user}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: env, cluster: { server } }],
    users: userNames.map((user) => ({ name: user, user: { token: tokenOf(user) } })),
    contexts: userNames.map((user) => ({
      name: contextOf(user),
      context: { cluster: env, user, namespace },
    })),
    'current-context': env,
  };
  // JSON is YAML.
  return `${JSON.stringify(config, null, 2)}\n`;
};

/**
 * Starts the environment's Kubernetes API server. `kubeconfig`: path of a kubeconfig with a context per user; `namespace`: that
 * of the services; `helm`: a program that rolls back releases.
 */
export const startKubernetesEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { cluster } = view.model.layout(view.env).parts;
  if (cluster === undefined) return { vars: {}, close: async () => {} };
  const server = await startApiServer(view);
  const dir = await makeOwnDir('kube');
  const kubeconfig = join(dir, 'config');
  const namespace = seedNamespace(view.env, cluster.spec.namespace);
  await writeFile(kubeconfig, kubeconfigText(view.env, server.url, namespace), { mode: 0o600 });
  const programs = await startStandIns(view, 'kube-tools', { helm: helmTool(server.seat, server.url) });
  return {
    vars: { kubeconfig, namespace, ...programs.vars },
    program: programs.program,
    close: async () => {
      await Promise.all([server.close(), programs.close(), rm(dir, { recursive: true, force: true })]);
    },
  };
};
