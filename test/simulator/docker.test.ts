import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { startDockerEndpoint } from '../../src/simulator/servers/docker/endpoint.ts';
import type { SimulatorContext } from '../../src/simulator/servers/http/simulator-context.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { composeView } from '../contract/rigs/docker-simulator.ts';
import { longTest } from '../support/layer.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';
import { valueAt } from './ask.ts';
import { differences, shapeOf } from './support-shape.ts';

const clock = withoutDelays(manualClock());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** The Docker daemon of the simulator, over HTTP. */
const openDaemon = async (view: SimulatorContext) => {
  const { vars, close } = await startDockerEndpoint(view);
  return {
    ask: (path: string, method = 'GET', body?: object): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const askedRequest = request(`${vars.docker}${path}`, { method, agent: false }, async (answer) => {
          let text = '';
          for await (const chunk of answer.setEncoding('latin1')) text += String(chunk);
          const isJson = answer.headers['content-type'] === 'application/json' && !text.trim().includes('\n');
          resolve({
            status: answer.statusCode ?? 0,
            text,
            json: isJson && text !== '' ? JSON.parse(text) : undefined,
          });
        });
        askedRequest.once('error', reject);
        askedRequest.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    [Symbol.asyncDispose]: close,
  };
};

const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`test/recordings/docker-20.10/${name}.json`, 'utf8'));

/** Maps whose keys are names, not fields. */
const maps = [
  'Labels',
  '[].Labels',
  'Config.Labels',
  'NetworkSettings.Ports',
  'NetworkSettings.Networks',
  '[].NetworkSettings.Networks',
  'HostConfig.PortBindings',
  'networks',
  'Actor.Attributes',
];

/** The keys and types that the real daemon does not have. Omitted keys are accepted. */
const inventions = (ours: unknown, real: unknown): readonly string[] =>
  differences(shapeOf(ours, maps), shapeOf(real, maps)).filter(
    (line) => !line.endsWith(' is missing') && !line.includes(' is "nothing"'),
  );

const web = 'shop-web-1';

describe('responses match a real daemon', () => {
  test.each([
    ['the container list', '/containers/json?all=1', 'containers'],
    ['a running container', `/containers/${web}/json`, 'inspect-web'],
    ['an exited container', '/containers/shop-broker-1/json', 'inspect-web'],
    ['container stats', `/containers/${web}/stats?stream=false`, 'stats-web'],
    ['stats of an exited container', '/containers/shop-broker-1/stats?stream=false', 'stats-ended'],
    ['the version', '/v1.41/version', 'version'],
    ['the system info', '/info', 'info'],
    ['the image list', '/images/json', 'images'],
    ['an image', '/images/shop/web:2.4.1/json', 'image'],
    ['an unknown container', '/containers/nobody/json', 'no-container'],
    ['an unknown image', '/images/nothing:1/json', 'no-image'],
    ['an unknown exec', `/exec/${'0'.repeat(64)}/json`, 'no-exec'],
  ])('%s', async (_, path, recording) => {
    await using daemon = await openDaemon(composeView(clock, 'broker-exited'));
    const { json } = await daemon.ask(path);
    expect(json).toBeDefined();
    const real = await recorded(recording);
    expect(inventions(json, real)).toEqual([]);
    if (recording.startsWith('no-')) expect(json).toEqual(real);
  });

  test('an event', async () => {
    await using daemon = await openDaemon(composeView(clock, 'out-of-memory'));
    const until = clock.now() / 1000;
    const { text } = await daemon.ask(`/events?since=${until - 60}&until=${until}`);
    const events: readonly unknown[] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const real = (await readFile('test/recordings/docker-20.10/events.txt', 'utf8')).trim().split('\n');
    expect(events).toMatchObject([
      { Type: 'container', Action: 'oom', Actor: { Attributes: { name: web } } },
      { Type: 'container', Action: 'die', Actor: { Attributes: { name: web, exitCode: '137' } } },
    ]);
    for (const event of events) expect(inventions(event, JSON.parse(real.at(-1) ?? ''))).toEqual([]);
  });

  test('errors have the text of the real daemon', async () => {
    await using daemon = await openDaemon(composeView(clock, 'out-of-memory'));
    const id = valueAt((await daemon.ask(`/containers/${web}/json`)).json, 'Id');
    expect(await daemon.ask(`/containers/${web}/exec`, 'POST', { Cmd: ['true'] })).toMatchObject({
      status: 409,
      json: { message: `Container ${id} is not running` },
    });
    expect(await daemon.ask(`/containers/${web}/kill`, 'POST')).toMatchObject({
      status: 409,
      json: { message: `Cannot kill container: ${id}: Container ${id} is not running` },
    });
    expect(await daemon.ask('/containers/absent/restart', 'POST')).toMatchObject({ status: 404 });
    expect(await daemon.ask(`/containers/${web}/stop`, 'POST')).toMatchObject({ status: 304, text: '' });
    expect(await daemon.ask('/nonsense')).toMatchObject({ status: 404, json: { message: 'page not found' } });
    expect(await daemon.ask('/containers/json?filters=nonsense')).toMatchObject({ status: 500 });
  });

  test('filters work as in Docker: all labels, any of the names', async () => {
    await using daemon = await openDaemon(composeView(clock, 'broker-exited'));
    const names = async (filters: object, all = '1') => {
      const { json } = await daemon.ask(
        `/containers/json?all=${all}&filters=${encodeURIComponent(JSON.stringify(filters))}`,
      );
      return [json].flat().map((body) => String(valueAt(body, 'Names')));
    };
    const project = 'com.docker.compose.project=shop';
    expect(await names({ label: [project, 'com.docker.compose.service=web'] })).toEqual(['/shop-web-1']);
    expect(await names({ label: ['com.docker.compose.project=green'] })).toEqual([]);
    expect(await names({ name: ['^/?shop-web-1$'] })).toEqual(['/shop-web-1']);
    expect(await names({ label: ['com.docker.compose.oneoff'] }, '0')).toEqual([
      '/shop-cache-1',
      '/shop-web-1',
    ]);
  });
});

describe('shared system model', () => {
  test('Docker operations change the instances, and changes of instances are visible in Docker', async () => {
    const view = composeView(clock);
    await using daemon = await openDaemon(view);
    const env = view.model.environmentAt('test', clock.now());
    const state = async () => (await daemon.ask(`/containers/${web}/json`)).text;
    expect((await daemon.ask(`/containers/${web}/stop`, 'POST')).status).toBe(204);
    expect(env.instance('web-0')?.running).toBe(false);
    expect(await state()).toContain('"ExitCode":143');
    await daemon.ask(`/containers/${web}/start`, 'POST');
    expect(env.instance('web-0')?.running).toBe(true);

    const broker = env.dependencies.get('broker');
    if (broker !== undefined) broker.up = false;
    expect((await daemon.ask('/containers/shop-broker-1/json')).text).toContain('"Status":"exited"');
    const until = clock.now() / 1000;
    expect((await daemon.ask(`/events?since=0&until=${until}`)).text).toContain('"Action":"die"');
    await daemon.ask('/containers/shop-broker-1/restart', 'POST');
    expect(broker?.up).toBe(true);

    env.scale('web', 2);
    expect((await daemon.ask('/containers/json')).text).toContain('/shop-web-2');
    env.scale('web', 1);
    expect((await daemon.ask('/containers/json?all=1')).text).not.toContain('/shop-web-2');
  });

  test.each([
    ['broker-exited', 'shop-broker-1', '"Status":"exited"'],
    ['out-of-memory', web, '"OOMKilled":true'],
    ['cache-sick', 'shop-cache-1', 'NOAUTH Authentication required'],
  ])('the scenario %s is visible, and ends when its container is restarted', async (incident, name, sign) => {
    const view = composeView(clock, incident);
    await using daemon = await openDaemon(view);
    const env = view.model.environmentAt('test', clock.now());
    expect(env.incident).toBe(incident);
    expect((await daemon.ask(`/containers/${name}/json`)).text).toContain(sign);
    await daemon.ask(`/containers/${name}/restart`, 'POST');
    expect(env.incident).toBeUndefined();
    expect((await daemon.ask(`/containers/${name}/json`)).text).not.toContain(sign);
  });

  test('a published port leads to the server of its running instance', async () => {
    await using daemon = await openDaemon(composeView(clock));
    const { json } = await daemon.ask(`/containers/${web}/json`);
    const ports = valueAt(json, 'NetworkSettings', 'Ports');
    expect(Object.keys(Object(ports))).toEqual(['8080/tcp', '8081/tcp']);
    const [binding] = [valueAt(ports, '8081/tcp')].flat();
    const health = await fetch(`http://127.0.0.1:${valueAt(binding, 'HostPort')}/actuator/health`);
    expect(await health.json()).toMatchObject({ status: 'UP' });
    await daemon.ask(`/containers/${web}/stop`, 'POST');
    expect((await daemon.ask(`/containers/${web}/json`)).text).toContain('"Ports":{}');
  });

  longTest('containers of a cluster and external providers are not part of the project', () => {
    const namesOf = (system: string) => {
      const model = new SystemModel(systemSpec(system), { startedAt: clock.now() });
      return model.environmentAt('production', clock.now()).parts.compose?.containers.map(({ name }) => name);
    };
    expect(namesOf('demo')).toEqual(['demo-psp-1']);
    expect(namesOf('trading')).toEqual([
      'trading-database-1',
      'trading-kafka-1',
      'trading-trademaster-trading-service-1',
      'trading-trademaster-trading-service-2',
      'trading-gateway-1',
      'trading-cache-1',
      'trading-prometheus-1',
      'trading-alertmanager-1',
      'trading-grafana-1',
      'trading-green-trademaster-trading-service-1',
    ]);
  });

  test('the same seed gives the same ids', () => {
    const ids = () =>
      composeView(clock)
        .model.environmentAt('test', clock.now())
        .parts.compose?.containers.map(({ id }) => id);
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(3);
    expect(ids()?.every((id) => /^[0-9a-f]{64}$/.test(id))).toBe(true);
  });
});
