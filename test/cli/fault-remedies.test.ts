import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { sourceModules } from '../support/source-modules.ts';

let workspace: Workspace;
/** Accepts connections, and never answers. */
let silent: Server;
let wrong: LocalServer;
let denied: LocalServer;
let absent: LocalServer;
let broken: LocalServer;
beforeAll(async () => {
  workspace = openWorkspace();
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  wrong = await localServer((_, response) => response.end('hello'));
  denied = await localServer((_, response) => response.writeHead(401).end());
  absent = await localServer((_, response) => response.writeHead(404).end());
  broken = await localServer((_, response) => response.writeHead(502).end());
});
afterAll(async () => {
  await Promise.all([wrong, denied, absent, broken].map((server) => server[Symbol.asyncDispose]()));
  silent.close();
  await workspace[Symbol.asyncDispose]();
});

/** One source of every type that has a server, at an address. */
const sourcesAt = (scheme: string, place: string): Readonly<Record<string, string>> => ({
  http: `url: "${scheme}://${place}", checks: [{ service: web, path: /health }]`,
  actuator: `service: bus, instances: ["${scheme}://${place}/actuator"]`,
  promtext: `url: "${scheme}://${place}/metrics"`,
  prometheus: `url: "${scheme}://${place}", facts: { lag: kafka_exporter }`,
  alertmanager: `url: "${scheme}://${place}"`,
  grafana: `url: "${scheme}://${place}"`,
  loki: `url: "${scheme}://${place}", query: '{app="x"}'`,
  docker: `host: "${scheme}://${place}"`,
  aws: `region: eu-west-1, endpoint: "${scheme}://${place}", queues: [orders], credentials: { accessKeyId: a, secretAccessKey: b }`,
  github: `repo: shop/api, url: "${scheme}://${place}"`,
  pagerduty: `url: "${scheme}://${place}", token: x, from: ana@example.com`,
  slack: `url: "${scheme}://${place}", token: x, channel: C0123ABCD`,
  postgres: `url: "postgres://ana@${place}/shop${scheme === 'https' ? '?sslmode=verify-full' : ''}", password: x`,
  redis: `url: "${scheme === 'https' ? 'rediss' : 'redis'}://${place}"`,
  kafka: `brokers: ["${place}"]${scheme === 'https' ? ', tls: {}' : ''}`,
  mongodb: `url: "mongodb://${place}", database: shop${scheme === 'https' ? ', tls: {}' : ''}`,
});

/** Types without an address in their entry: files, programs, and a context of kubectl. */
const withoutAddress: ReadonlySet<string> = new Set(['file', 'host', 'kubernetes', 'script']);

test('every source type with an address is tried', () => {
  const tried = sourcesAt('http', '');
  const untried = sourceModules.flatMap(({ type }) =>
    Object.hasOwn(tried, type) || withoutAddress.has(type) ? [] : [type],
  );
  expect(untried, `add an entry of ${untried.join(', ')} to sourcesAt, in this file`).toEqual([]);
});
const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const cases: Readonly<Record<string, () => readonly [scheme: string, place: string]>> = {
  refused: () => ['http', '127.0.0.1:1'],
  'no such host': () => ['http', 'no-such-host.invalid:9999'],
  'no TLS': () => ['https', `127.0.0.1:${wrong.port}`],
  'a wrong answer': () => ['http', `127.0.0.1:${wrong.port}`],
  denied: () => ['http', `127.0.0.1:${denied.port}`],
  'not found': () => ['http', `127.0.0.1:${absent.port}`],
  'a server error': () => ['http', `127.0.0.1:${broken.port}`],
  'no answer': () => ['http', `127.0.0.1:${portOf(silent)}`],
  'no server at an IPv6 address': () => ['http', '[::1]:1'],
};

interface Report {
  readonly sources: readonly {
    readonly source: string;
    readonly findings: readonly { readonly ok: boolean; readonly what: string; readonly remedy?: string }[];
  }[];
}

/** A check that is answered in a wrong way is down, and its source answers. */
const isAnsweredCheck = (name: string): boolean =>
  ['a wrong answer', 'not found', 'a server error'].includes(name);

/** The message itself says what to do. */
const saysNext = /(?:: |\. )(?:check|set|add|use|renew)\b/i;

describe.each(Object.entries(cases))('%s', (name, at) => {
  const types = Object.keys(sourcesAt('http', '')).filter(
    (type) => type !== 'http' || !isAnsweredCheck(name),
  );

  beforeAll(async () => {
    const [scheme, place] = at();
    const sources = Object.entries(sourcesAt(scheme, place)).map(
      ([type, keys]) => `  ${type}: { type: ${type}, timeout: 1s, ${keys} }`,
    );
    await workspace.put(
      'profiles/dev.yaml',
      `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nsources:\n${sources.join('\n')}\n`,
    );
  });

  test('doctor says of every source what failed, where, and what to do', async () => {
    const { stdout } = await workspace.run(['doctor', '--env', 'shop/dev', '--json']);
    const { sources } = JSON.parse(stdout) as Report;
    const failed = sources.flatMap(({ source, findings }) =>
      findings.filter(({ ok }) => !ok).map((finding) => ({ source, ...finding })),
    );
    expect([...new Set(failed.map(({ source }) => source))].toSorted()).toEqual(types.toSorted());
    expect(failed.filter(({ what, remedy }) => remedy === undefined && !saysNext.test(what))).toEqual([]);
  });

  test('check says the same of every failed read', async () => {
    const { stdout } = await workspace.run(['check', '--env', 'shop/dev', '--json']);
    const { faults } = JSON.parse(stdout) as {
      readonly faults: readonly { readonly message: string; readonly remedy: string | null }[];
    };
    expect(faults.filter(({ message, remedy }) => remedy === null && !saysNext.test(message))).toEqual([]);
  });
});
