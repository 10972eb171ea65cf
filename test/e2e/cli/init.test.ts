import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

/** Servers of a simulated system on loopback; resolves to their addresses. */
const servers = async (): Promise<Readonly<Record<string, string>>> => {
  const [line] = await sandbox.start(['world', '--system', 'saga', '--json']).printed(/^\{.*\}$/m);
  return JSON.parse(line).environments.production;
};

/** The environment of a user whose machine reaches these servers, as shells and CI provide it. */
const variables = (at: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const [, host = '', port = '', database = ''] =
    /@([^:]+):(\d+)\/(\w+)/.exec(at['world.postgres'] ?? '') ?? [];
  return {
    // As for everyone whose profiles are in the working directory: not trusted until they are reviewed.
    OPSDECK_PROFILES: '',
    PGHOST: host,
    PGPORT: port,
    PGDATABASE: database,
    PGUSER: 'opsdeck',
    PGPASSWORD: 'rehearsal',
    KAFKA_BOOTSTRAP_SERVERS: at['world.kafka'] ?? '',
    PROMETHEUS_URL: at['world.prometheus'] ?? '',
    DOCKER_HOST: 'tcp://127.0.0.1:9',
  };
};

test('a machine with a kubeconfig, a compose file, a database, a Kafka and a Prometheus: from nothing to the first report', async () => {
  const at = await servers();
  const env = variables(at);
  await sandbox.put('.kube/config', await readFile(at['world.kubeconfig'] ?? '', 'utf8'));
  await sandbox.put('compose.yaml', 'name: saga\nservices:\n  web: { image: web }\n');

  const first = await sandbox.run(['init', '--env', 'saga/here'], env);
  expect(first.code).toBe(0);
  const found = first.stdout.split('\n').filter((line) => /^found /.test(line));
  expect(found.map((line) => line.replaceAll(/:\d{4,5}\b/g, ':PORT'))).toEqual([
    'found      kubeconfig: context production, namespace microservices. Other contexts: production-viewer, production-nolist, production-expired',
    'found      compose file: compose.yaml, project saga, 1 service',
    'found      PG variables: database microservices at 127.0.0.1:PORT',
    'found      KAFKA variables: KAFKA_BOOTSTRAP_SERVERS, 127.0.0.1:PORT, 127.0.0.1:PORT, 127.0.0.1:PORT',
    'found      Prometheus: http://127.0.0.1:PORT, 6 limits of alert rules, 5 signals of well-known series',
  ]);
  expect(first.stdout).toContain(
    'wrote      profiles/saga/here.yaml: k8s, docker, db, kafka, prometheus, metrics\n',
  );
  // The report of the first check: rows of every system that answers.
  expect(first.stdout).toMatch(/^● OK +\d+ lag$/m);
  expect(first.stdout).toMatch(/^● OK +\d+ workloads$/m);
  expect(first.stdout).toMatch(/^● OK +\d+ nodes$/m);
  expect(first.stdout).toMatch(/^● OK +\d+ sessions$/m);
  expect(await readdir(join(sandbox.dir, 'profiles/saga'))).toEqual(['here.yaml']);

  expect((await sandbox.run(['validate', '--strict', 'profiles'], env)).code).toBe(0);
  const refused = await sandbox.run(['check', '--env', 'saga/here'], env);
  expect([refused.code, refused.stderr]).toEqual([
    4,
    expect.stringMatching(/not trusted: .*opsdeck trust profiles/),
  ]);
  const trusted = await sandbox.run(['trust', 'profiles'], env);
  expect(trusted.stdout).toMatch(/environment variables\n +PGPASSWORD\n/);

  const report = JSON.parse((await sandbox.run(['check', '--env', 'saga/here', '--json'], env)).stdout);
  const sourcesOf = (list: readonly { readonly source: string }[]) => [
    ...new Set(list.map(({ source }) => source)),
  ];
  expect(sourcesOf(report.workloads)).toEqual(['k8s']);
  expect(sourcesOf(report.lag)).toEqual(['kafka']);
  expect(sourcesOf(report.sessions)).toEqual(['db']);
  // No Docker daemon of this project is there: without data, never OK.
  expect(report.faults.filter(({ source }: { readonly source: string }) => source !== 'docker')).toEqual([]);
});
