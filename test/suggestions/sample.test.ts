import { expect, test } from 'vitest';
import { measureSuggestions } from './measure.ts';
import { ratedIncidents, scoreOf } from './score.ts';

/** Incidents in which several runbooks match, so that their order decides; `npm run suggestions` measures all. */
const sample: ReadonlySet<string> = new Set([
  'demo/dependency-down',
  'event-bus/dependency-down',
  'event-bus/breaker-left-open',
  'event-bus/stopped',
  'event-processing/breaker-open',
  'event-processing/mongodb-down',
  'event-processing/events-stuck',
  'eventmesh/bad-release',
  'eventmesh/data-corruption',
  'saga/bad-release',
  'saga/pool-exhaustion',
  'saga/broker-down',
  'trading/dependency-down',
  'trading/database-down',
  'trading/deployment-failed',
  'trading/restart-failed',
  'trading/pool-exhaustion',
]);

const rated = ratedIncidents();
const sampled = rated.filter(({ system, incident }) => sample.has(`${system}/${incident}`));

test('every sampled incident exists', () => expect(sampled).toHaveLength(sample.size));

test.each(sampled.map((one) => [`${one.system}/${one.incident}`, one] as const))(
  '%s: the right runbook is first within 30 s, and a harmful one never',
  async (_, one) => {
    const { system, incident, env = 'production' } = one;
    const measured = await measureSuggestions(`${system}/${env}`, incident, 30_000);
    const { at, isRated } = scoreOf(one, measured);
    expect(at.filter(({ rating }) => rating === 'harmful')).toEqual([]);
    expect(at.at(-1)?.rating).toBe(isRated ? 'right' : 'none');
  },
);
