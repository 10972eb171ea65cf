import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Feed, SignalRequest, Source } from '../../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { failure, listOf, type Raw } from './objects.ts';

export type Reply = { readonly status?: number; readonly body: Raw };

/** Handles a request; without a result, the handler has answered by itself. */
export type Handler = (
  url: URL,
  response: ServerResponse,
  request: IncomingMessage,
) => Reply | undefined | Promise<Reply | undefined>;

/** An API server with responses defined by the test, and a source that reads it. */
export interface Fixture extends AsyncDisposable {
  readonly server: LocalServer;
  readonly clock: ManualClock;
  readonly source: Source;
  readonly kubeconfig: string;
  /** With a handler that can be replaced later. */
  answer: Handler;
  feed(name: string): Feed;
  read(name: string, signal?: AbortSignal): ReturnType<Feed['read']>;
}

/** The default response of a path: an empty list, and no metrics server. */
export const empty: Handler = ({ pathname }) =>
  pathname.startsWith('/apis/metrics.k8s.io')
    ? { status: 404, body: failure(404, 'NotFound', 'the server could not find the requested resource') }
    : { body: listOf([]) };

export const kubeconfigOf = (server: string): Raw => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'local', cluster: { server } }],
  users: [{ name: 'ana', user: { token: 'a-secret-token' } }],
  contexts: [{ name: 'prod', context: { cluster: 'local', user: 'ana', namespace: 'prod' } }],
  'current-context': 'prod',
});

export const openFixture = async (
  answer: Handler,
  config: Readonly<Record<string, unknown>> = {},
  signals: readonly SignalRequest[] = [],
): Promise<Fixture> => {
  const clock = manualClock();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kube-test-'));
  const server = await localServer(async (request, response) => {
    const reply = await fixture.answer(new URL(request.url ?? '/', 'http://x'), response, request);
    if (reply === undefined) return;
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.body));
  });
  const kubeconfig = join(dir, 'config');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(server.url)));
  const source = await kubernetes.open(
    {
      id: 'k8s',
      env: 'test',
      signals,
      config: kubernetes.config.parse({ context: 'prod', kubeconfig, ...config }),
    },
    openReadIo(clock),
  );
  const feed = (name: string): Feed => {
    const found = source.feeds.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no feed ${name}`);
    return found;
  };
  const fixture: Fixture = {
    server,
    clock,
    source,
    kubeconfig,
    answer,
    feed,
    read: (name, signal = new AbortController().signal) => feed(name).read(signal),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server[Symbol.asyncDispose]();
      await rm(dir, { recursive: true });
    },
  };
  return fixture;
};

/** Lets pending loopback requests complete until a condition holds. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
};
