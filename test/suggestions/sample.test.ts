import { expect, test } from 'vitest';
import { measureSuggestions } from './measure.ts';
import { ratedIncidents, scoreOf } from './score.ts';

/** Incidents in which several runbooks match, so that their order decides; `npm run suggestions` and `npm run test:e2e` measure all. */
const sample: ReadonlySet<string> = new Set([
  'event-bus/stopped',
  'eventmesh/data-corruption',
  'saga/broker-down',
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
