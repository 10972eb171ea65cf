import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';
import { differences, shapeOf } from './support-shape.ts';

const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`test/recordings/actuator-spring-boot-3.5/${name}.json`, 'utf8'));

const cases: readonly {
  readonly path: string;
  readonly recording: string;
  readonly maps?: readonly string[];
}[] = [
  { path: '/circuitbreakers', recording: 'circuitbreakers', maps: ['circuitBreakers'] },
  { path: '/circuitbreakerevents', recording: 'circuitbreakerevents' },
  { path: '/health/readiness', recording: 'health-readiness' },
  { path: '/metrics', recording: 'metrics' },
  { path: '/metrics/hikaricp.connections', recording: 'metrics-hikaricp.connections' },
  { path: '/metrics/jvm.memory.used?tag=area:heap', recording: 'metrics-jvm.memory.used' },
  { path: '/metrics/http.server.requests', recording: 'metrics-http.server.requests' },
  { path: '/loggers/ROOT', recording: 'logger-ROOT' },
  { path: '/nope', recording: 'not-found' },
];

test.each(cases)('$path has the keys and types of the real response', async ({ path, recording, maps }) => {
  const clock = withoutDelays(manualClock());
  const simulator = await startSimulator('demo', { clock, incident: 'dependency-down' });
  try {
    const url = simulator.vars('production')['world.orders-0'] ?? '';
    const answer = await (await fetch(`${url}${path}`)).json();
    expect(differences(shapeOf(answer, maps), shapeOf(await recorded(recording), maps))).toEqual([]);
  } finally {
    await simulator.close();
  }
});

test('GET of a single circuit breaker is not supported, as in the real actuator', async () => {
  const simulator = await startSimulator('demo', { clock: withoutDelays(manualClock()) });
  try {
    const answer = await fetch(`${simulator.vars('production')['world.orders-0']}/circuitbreakers/broker`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  } finally {
    await simulator.close();
  }
});
