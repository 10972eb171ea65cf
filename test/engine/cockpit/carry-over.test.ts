import { expect, test } from 'vitest';
import type { Profile, SourceEntry } from '../../../src/domain/profile/profile.ts';
import { carryOverState } from '../../../src/engine/cockpit/profile-reloader.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../../support/made-facts.ts';

const at = (line: number) => ({ file: 'p.yaml', line, col: 1 });
const crit = { op: '>=', value: 5 } as const;
const source = (url: string, line = 1): SourceEntry => ({
  id: 'prom',
  type: 'prometheus',
  config: { url },
  position: at(line),
});

const environment = (sources: readonly SourceEntry[], signals: Profile['signals']) => ({
  profile: { sources, signals, limits: {} },
  engine: { facts: createFactsStore(frame({ signals })) },
});

const errors = spec('errors', { source: 'prom', threshold: { crit } });
const heap = spec('heap', { source: 'prom', threshold: { crit: { op: '>=', value: 90 } } });

const measured = (sources: readonly SourceEntry[] = [source('http://a')]) => {
  const from = environment(sources, [errors, heap]);
  const feed = feedInfo('prom/queries', 'samples', { signals: ['errors', 'heap'] });
  for (const ago of [60_000, 30_000, 0])
    learn(
      from.engine.facts,
      feed,
      { samples: [sample('errors', 7, { at: noon - ago }), sample('heap', 50, { at: noon - ago })] },
      noon - ago,
    );
  return from;
};

test('values and verdicts of unchanged signals and feeds are carried over, regardless of their position in the file', () => {
  const from = measured();
  const to = environment([source('http://a', 40)], [{ ...errors, position: at(50) }, heap]);
  carryOverState(from, to);
  const was = from.engine.facts.getState();
  const is = to.engine.facts.getState();
  expect(is.history).toEqual(was.history);
  expect(is.verdicts).toEqual(was.verdicts);
  expect(Object.keys(is.history)).toHaveLength(2);
});

test('a signal with a changed limit starts without a verdict. The others keep theirs', () => {
  const to = environment(
    [source('http://a')],
    [{ ...errors, threshold: { crit: { op: '>=', value: 9 } } }, heap],
  );
  carryOverState(measured(), to);
  expect(Object.keys(to.engine.facts.getState().history)).toEqual(['heap']);
});

test('nothing is carried over when the address has changed', () => {
  const to = environment([source('http://b')], [errors, heap]);
  carryOverState(measured(), to);
  const { history, verdicts, since, feeds } = to.engine.facts.getState();
  expect([history, verdicts, since, feeds]).toEqual([{}, {}, {}, {}]);
});
