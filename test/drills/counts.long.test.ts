import { expect, test } from 'vitest';
import { ratedIncidents } from '../suggestions/score.ts';
import { countMoments, saysCounts } from './counted.ts';

/** Incidents with folded consequences, sources without data, pending levels and signals without a value. */
const sample: ReadonlySet<string> = new Set([
  'event-bus/dependency-down',
  'event-bus/stopped',
  'event-processing/mongodb-down',
  'eventmesh/bad-release',
  'saga/broker-down',
  'saga/pool-exhaustion',
]);

const sampled = ratedIncidents().filter(({ system, incident }) => sample.has(`${system}/${incident}`));

test('every sampled incident exists', () => expect(sampled).toHaveLength(sample.size));

test.each(
  sampled.map(
    (ratedIncident) => [`${ratedIncident.system}/${ratedIncident.incident}`, ratedIncident] as const,
  ),
)(
  '%s: header, Problems and pane titles count the same findings, and no cell is OK without a value',
  async (_, { system, incident, env = 'production' }) => {
    for (const { afterMs, header, now, title, panes, falseOk } of await countMoments(
      `${system}/${env}`,
      incident,
    )) {
      expect([header, now, saysCounts(header, now)], `after ${afterMs} ms`).toEqual([header, now, true]);
      expect(title).toBe(Object.values(now).reduce((sum, count) => sum + count, 0));
      expect(panes[0]).toBe(panes[1]);
      expect(falseOk).toEqual([]);
    }
  },
);
