import { expect, test } from 'vitest';
import { digestOf, type LayerFate, type MutantFate, stillHolds } from '../../../scripts/mutants/fates.ts';
import type { Candidate } from '../../../scripts/mutants/order.ts';
import { reportLines } from '../../../scripts/mutants/report.ts';

const candidate = (name: string): Candidate => ({
  project: 'parts',
  file: 'a.test.ts',
  name,
  cpuMs: 1,
  loadMs: 1,
  breadth: 1,
});

const fate = (more: Partial<LayerFate> = {}): LayerFate => ({
  killed: false,
  reaching: 3,
  left: 0,
  most: 60,
  starts: 1,
  cpuSeconds: 2,
  digest: digestOf([candidate('one'), candidate('other')]),
  ...more,
});

const killed = fate({ killed: true, by: { file: 'a.test.ts', name: 'one' } });

const mutant = (file: string, line: number, layers: MutantFate['layers']): MutantFate => ({
  id: line,
  file,
  line,
  operator: 'equality',
  diff: ['a === b', 'a !== b'],
  layers,
});

test('a report counts the mutants of each layer, and lists those that npm test does not kill', () => {
  const lines = reportLines(
    [
      mutant('src/runs/a.ts', 1, { 'npm test': killed }),
      mutant('src/runs/a.ts', 2, {
        'npm test': fate(),
        e2e: { ...killed, by: { file: 'e.test.ts', name: 'x' } },
      }),
      mutant('src/sources/redis/parse.ts', 3, { 'npm test': fate(), e2e: fate({ left: 1 }) }),
      mutant('src/domain/mask/m.ts', 4, { 'npm test': fate({ reaching: 0 }), e2e: fate({ reaching: 0 }) }),
      mutant('src/store/s.ts', 5, { 'npm test': fate() }),
    ],
    ['npm test', 'e2e'],
  );
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    '  mutants  npm test  e2e  survived  not reached  not tried',
    'runs  2  1  1  0  0  0',
    'parsers  1  0  0  1  0  0',
    'mask  1  0  0  0  1  0',
    'store  1  0  0  0  0  1',
    'total  5  1  1  1  1  1',
    '',
    'Killed, but not by npm test:',
    '  src/runs/a.ts:2 equality: e2e: e.test.ts > x',
    '  - a === b',
    '  + a !== b',
    'Survived:',
    '  src/sources/redis/parse.ts:3 equality: 6 tests reach it, 1 not tried',
    '  - a === b',
    '  + a !== b',
    '  src/domain/mask/m.ts:4 equality: no test reaches it',
    '  - a === b',
    '  + a !== b',
    '',
    'npm test kills 1 of 2 killed mutants: 50.0 %',
    '3.2 s of CPU per mutant',
  ]);
});

test('a kill holds while its test is in the layer', () => {
  expect(stillHolds(killed, [candidate('one')], 60)).toBe(true);
  expect(stillHolds(killed, [candidate('other')], 60)).toBe(false);
});

test('a survivor holds while the same tests reach it, unless there is more time for those that were left out', () => {
  const same = [candidate('other'), candidate('one')];
  expect(stillHolds(fate(), same, 999)).toBe(true);
  expect(stillHolds(fate(), [...same, candidate('new')], 60)).toBe(false);
  expect(stillHolds(fate({ left: 2 }), same, 60)).toBe(true);
  expect(stillHolds(fate({ left: 2 }), same, 61)).toBe(false);
});
