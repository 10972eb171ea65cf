import { expect, test } from 'vitest';
import { sampledIncidents } from '../suggestions/score.ts';
import { countMoments, saysCounts } from './counted.ts';

test('in every incident header, Problems and pane titles count the same findings, and no cell is OK without a value', {
  meta: { cpuLimitMs: 900_000 },
}, async () => {
  const wrong: string[] = [];
  for (const { system, incident, env = 'production' } of sampledIncidents()) {
    for (const moment of await countMoments(`${system}/${env}`, incident)) {
      const { header, now, title, panes, falseOk } = moment;
      const listed = Object.values(now).reduce((sum, count) => sum + count, 0);
      const isRight =
        saysCounts(header, now) && title === listed && panes[0] === panes[1] && falseOk.length === 0;
      if (!isRight) wrong.push(`${system}/${incident}: ${JSON.stringify(moment)}`);
    }
  }
  expect(wrong).toEqual([]);
});
