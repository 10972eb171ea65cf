import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { alertmanager } from '../../../src/sources/alertmanager/index.ts';
import type { Operation, Source } from '../../../src/sources/kit/contract/source.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

interface Reply {
  readonly status?: number;
  readonly body?: unknown;
}

/** An Alertmanager with responses defined by the test, and a source that reads it. */
export interface Fixture extends AsyncDisposable {
  readonly server: LocalServer;
  readonly clock: ManualClock;
  readonly source: Source;
  /** Bodies of the changing requests, in order. */
  readonly sent: string[];
  operation(name: string): Operation;
  act(plan: Plan): Promise<readonly ActEvent[]>;
}

/** Responses by method, path and filters. */
export type Replies = (call: string, filters: readonly string[]) => Reply | undefined;

export const openFixture = async (
  reply: Replies,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Fixture> => {
  const clock = manualClock();
  const sent: string[] = [];
  const server = await localServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (body !== '') sent.push(body);
    const answer = reply(`${request.method} ${url.pathname}`, url.searchParams.getAll('filter')) ?? {
      status: 404,
    };
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  const source = await alertmanager.open(
    {
      id: 'am',
      env: 'test',
      signals: [],
      config: alertmanager.config.parse({ url: server.url, ...config }),
    },
    openReadIo(clock),
  );
  const change = openChangeIo(clock);
  return {
    server,
    clock,
    source,
    sent,
    operation: (name) => {
      const found = source.operations.find((operation) => operation.name === name);
      if (found === undefined) throw new Error(`no operation ${name}`);
      return found;
    },
    act: async (plan) => {
      const name = plan.use.split('.')[1];
      const events: ActEvent[] = [];
      const operation = source.operations.find((candidate) => candidate.name === name);
      for await (const event of operation?.act(plan, change, new AbortController().signal) ?? [])
        events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

/** An alert as JSON. */
export const wireAlert = (name: string, labels: Readonly<Record<string, string>> = {}): unknown => ({
  labels: { alertname: name, ...labels },
  annotations: {},
  startsAt: '2026-03-04T10:00:00Z',
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
});

/** A silence as JSON. */
export const wireSilence = (
  id: string,
  matchers: readonly (readonly [name: string, value: string, isRegex?: boolean, isEqual?: boolean])[],
  more: Readonly<Record<string, unknown>> = {},
): unknown => ({
  id,
  status: { state: 'active' },
  createdBy: 'ana',
  comment: 'moving it',
  startsAt: '2026-03-04T10:00:00Z',
  endsAt: '2026-03-04T12:15:07Z',
  matchers: matchers.map(([name, value, isRegex = false, isEqual = true]) => ({
    name,
    value,
    isRegex,
    isEqual,
  })),
  ...more,
});
