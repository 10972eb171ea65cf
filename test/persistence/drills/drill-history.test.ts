import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DrillRecord } from '../../../src/domain/drills/drill-record.ts';
import { drillHistory } from '../../../src/persistence/drills/drill-history.ts';
import { longTest } from '../../support/layer.ts';
import { tempDir } from '../ledger/entries.ts';

const record = (id: string, time: number, totalMs?: number): DrillRecord => ({
  id,
  system: 'saga',
  env: 'production',
  incident: 'consumer-lag',
  title: 'lag',
  how: 'cockpit',
  blind: false,
  at: time,
  endedAt: time + 1,
  who: 'ana@vm-1',
  host: 'vm-1',
  pid: 1,
  score: {
    outcome: totalMs === undefined ? 'not-recovered' : 'recovered',
    wrongTurns: [],
    gates: { passed: 0, refused: 0, overridden: 0 },
    hints: 0,
    ...(totalMs === undefined ? {} : { totalMs }),
  },
});

longTest('writers do not overwrite the drills of others', async () => {
  await using dir = await tempDir();
  const ids = Array.from({ length: 12 }, (_, index) => `d${index}`);
  await Promise.all(ids.map((id, index) => drillHistory(dir.path).put(record(id, index))));
  const { drills } = await drillHistory(dir.path).read();
  expect(drills.map(({ id }) => id)).toEqual(ids);
  expect(await readdir(dir.path)).toEqual(['drills.json']);
});

test('a drill is replaced by its later state', async () => {
  await using dir = await tempDir();
  const history = drillHistory(dir.path);
  await history.put(record('a', 1));
  await history.put(record('b', 2));
  await history.put(record('a', 1, 5000));
  expect((await history.read()).drills).toEqual([record('a', 1, 5000), record('b', 2)]);
});

test('after a crash in a write, the drills before it are there, and the next write succeeds', async () => {
  await using dir = await tempDir();
  const history = drillHistory(dir.path);
  await history.put(record('a', 1));
  const whole = await readFile(history.path, 'utf8');
  await writeFile(join(dir.path, 'drills.json.0.tmp'), whole.slice(0, 40));
  await symlink('pid=999999999 start=1 host= id=x', join(dir.path, 'drills.lock'));
  expect((await history.read()).drills).toEqual([record('a', 1)]);
  await history.put(record('b', 2));
  expect((await history.read()).drills.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('a file that is no history is set aside and reported', async () => {
  await using dir = await tempDir();
  const history = drillHistory(dir.path);
  await writeFile(history.path, '{"opsdeck":1,"drills":[{"id":7}]}');
  const { drills, problem } = await history.read();
  expect(drills).toEqual([]);
  expect(problem).toMatch(
    /history of drills: none are loaded\. Correct .*drills\.json\.broken and rename it back$/,
  );
  expect(await readFile(`${history.path}.broken`, 'utf8')).toContain('"id":7');
});

test('the newest 1,000 drills are kept, and the best of an incident', async () => {
  await using dir = await tempDir();
  const history = drillHistory(dir.path);
  const old = [record('best', 0, 1000), record('slow', 1, 9000)];
  const more = Array.from({ length: 999 }, (_, index) => record(`d${index}`, 10 + index, 5000));
  await writeFile(history.path, JSON.stringify({ opsdeck: 1, drills: [...old, ...more] }));
  await history.put(record('new', 2000));
  const ids = (await history.read()).drills.map(({ id }) => id);
  expect(ids).toHaveLength(1001);
  expect(ids.slice(0, 2)).toEqual(['best', 'd0']);
  expect(ids.at(-1)).toBe('new');
});
