import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', KUBECONFIG: 'none', PROMETHEUS_URL: 'off' },
  });
});
afterEach(() => workspace[Symbol.asyncDispose]());

interface ContainerShape {
  readonly image: string;
  readonly service?: string;
  readonly state?: string;
  readonly env?: readonly string[];
  /** Its published port on this machine, by the port of the container. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly exposed?: readonly string[];
}

/** A Docker daemon with containers. It serves their list and their details, and counts the requests. */
const daemon = (shapes: Readonly<Record<string, ContainerShape>>): Promise<LocalServer> => {
  const containers = Object.entries(shapes).map(
    ([name, { image, service, state = 'running', ...shape }], index) => {
      const labels =
        service === undefined
          ? {}
          : { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': service };
      const published = Object.entries(shape.ports ?? {}).map(
        ([port, host]) => [`${port}/tcp`, [{ HostIp: '0.0.0.0', HostPort: String(host) }]] as const,
      );
      return {
        list: { Id: `${index}`.repeat(12), Names: [`/${name}`], Image: image, Labels: labels, State: state },
        page: {
          ...{ Id: `${index}`.repeat(12), Name: `/${name}`, State: { Status: state } },
          Config: {
            ...{ Image: image, Labels: labels, Env: shape.env ?? [] },
            ExposedPorts: Object.fromEntries((shape.exposed ?? []).map((port) => [port, {}])),
          },
          HostConfig: { NetworkMode: 'bridge' },
          NetworkSettings: { Ports: Object.fromEntries(published), Networks: {} },
        },
      };
    },
  );
  return localServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'application/json');
    const page = containers.find(({ list }) => url.startsWith(`/containers/${list.Id}/json`))?.page;
    const list = url.startsWith('/containers/json') ? containers.map((each) => each.list) : undefined;
    response.end(JSON.stringify(page ?? list ?? { Version: '28.0' }));
  });
};

/** The profile and the report of `opsdeck init` beside a daemon. */
const drafted = async (
  { url }: LocalServer,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly profile: string; readonly report: string }> => {
  const { code, stdout, stderr } = await workspace.run(['init', '--env', 'shop/dev', '--no-check'], {
    DOCKER_HOST: url.replace('http:', 'tcp:'),
    ...env,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { report: stdout, profile: readFileSync(workspace.path('profiles/shop/dev.yaml'), 'utf8') };
};

test('containers of known images become sources through them, without the password', async () => {
  await using server = await daemon({
    'shop-db-1': {
      ...{ image: 'docker.io/library/postgres:16@sha256:00', service: 'db', ports: { 5432: 15_432 } },
      env: ['POSTGRES_USER=ana', 'POSTGRES_DB=orders', 'POSTGRES_PASSWORD=hunter2', 'PATH=/bin'],
    },
    'shop-cache-1': { image: 'valkey/valkey:8', service: 'cache', ports: { 6379: 16_379 } },
    documents: {
      image: 'mongo',
      env: ['MONGO_INITDB_ROOT_USERNAME=root', 'MONGO_INITDB_ROOT_PASSWORD=x y'],
      ports: { 27017: 17_017 },
    },
    'shop-bus-1': { image: 'apache/kafka:4.1.0', service: 'bus', ports: { 9092: 19_092 } },
    'shop-edge-1': { image: 'nginx:1', service: 'edge', exposed: ['80/tcp'], ports: { 80: 18_080 } },
    'shop-jobs-1': { image: 'rabbitmq:4', service: 'jobs', exposed: ['5672/tcp'], ports: { 5672: 15_672 } },
    'shop-app-1': { image: 'registry:5000/shop/postgres-exporter:1', service: 'app' },
    'shop-old-1': { image: 'redis:6', service: 'old', state: 'exited', ports: { 6379: 16_380 } },
  });
  await workspace.put('compose.yaml', 'name: shop\nservices: { db: { image: postgres } }\n');
  const { profile, report } = await drafted(server);
  expect(report).toContain('images of containers: MongoDB of documents, Kafka of bus, Redis of cache');
  const host = server.url.replace('http:', 'tcp:');
  const reference = `\${exec:docker -H ${host} exec shop-db-1 printenv POSTGRES_PASSWORD}`;
  expect(profile).toContain(
    `  db: { type: postgres, url: "postgres://ana@db/orders", password: "${reference}", via: { source: docker, target: db, port: 5432 } }`,
  );
  expect(profile).toContain(
    'cache: { type: redis, url: "redis://cache", via: { source: docker, target: cache, port: 6379 } }',
  );
  expect(profile).toMatch(
    /documents: \{ type: mongodb, .*exec documents printenv MONGO_INITDB_ROOT_PASSWORD\}"/,
  );
  expect(profile).toContain('bus: { type: kafka, brokers: ["127.0.0.1:19092"] }');
  expect(profile).toMatch(
    /edge: \{ type: http, .*checks: \[\{ service: edge, path: "\/", expect: \{ status: "?100-499"? \} \}\]/,
  );
  for (const absent of ['hunter2', 'x y', 'jobs', 'app:', 'old']) expect(profile).not.toContain(absent);
  expect(server.asked.every((call) => call.startsWith('GET '))).toBe(true);
  expect((await workspace.run(['validate', 'profiles'])).code).toBe(0);
});

test('a port that nothing here reaches is named; a server that a variable names is found once; off is off', async () => {
  await using server = await daemon({
    cache: { image: 'redis:7' },
    'shop-db-1': { image: 'postgres:16', ports: { 5432: 15_432 } },
  });
  const { profile, report } = await drafted(server, { DATABASE_URL: 'postgres://me@localhost:15432/orders' });
  expect(report).toContain('not found  Redis of cache: cache publishes port 6379 nowhere. Publish the port');
  expect(report).toContain('not found  Prometheus: PROMETHEUS_URL is off');
  expect(profile.match(/type: postgres/g)).toHaveLength(1);
  const off = await workspace.run(['init', '--env', 'shop/off', '--no-check'], {
    ...{ DOCKER_HOST: server.url.replace('http:', 'tcp:'), OPSDECK_IMAGE_SOURCES: 'off' },
  });
  expect(off.stdout).toContain(
    'not found  images of containers: OPSDECK_IMAGE_SOURCES=off turns this search off',
  );
});

test('a source of a container takes no id of another place', async () => {
  await using server = await daemon({ redis: { image: 'redis:7', ports: { 6379: 16_379 } } });
  const { profile } = await drafted(server, { REDIS_URL: 'redis://10.0.0.9:6379' });
  expect(profile).toContain('  redis: { type: redis, url: "redis://10.0.0.9:6379" }');
  expect(profile).toContain('  redis-2: { type: redis, url: "redis://redis"');
});

test('here runs no program for a password: such a source is named as not read', async () => {
  await using server = await daemon({
    db: { image: 'postgres:16', env: ['POSTGRES_PASSWORD=hunter2'], ports: { 5432: 15_432 } },
  });
  const { stdout, stderr } = await workspace.run(['doctor', '--env', 'here', '--json'], {
    DOCKER_HOST: server.url.replace('http:', 'tcp:'),
  });
  const { sources } = JSON.parse(stdout);
  expect(sources.map(({ source }: { source: string }) => source)).toEqual(['docker']);
  expect(stderr).toMatch(/not read: db: PostgreSQL of db, image postgres:16 needs a password/);
  expect(stderr + stdout).not.toContain('hunter2');
  expect(server.asked.every((call) => call.startsWith('GET '))).toBe(true);
});
