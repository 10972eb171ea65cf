import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { DiagnosisResult } from '../../src/domain/runs/run.ts';
import { longTest } from '../support/layer.ts';
import { events, openStage } from './stage.ts';

const seen = (lines: readonly string[], more: Partial<DiagnosisResult> = {}): DiagnosisResult => ({
  step: 'd1',
  title: 'What it says',
  lines,
  faults: [],
  done: true,
  ...more,
});

longTest('records the diagnosis seen before confirmation right after the plan, masked', async () => {
  await using stage = await openStage({ verify: 'none' });
  stage.mask.add('hunter2-of-the-broker');
  const fault = { kind: 'denied', source: 'bus', message: 'no: hunter2-of-the-broker', at: 0 } as const;
  const going = stage.go(await stage.propose(), {
    found: () => [
      seen(['password=hunter2-of-the-broker', 'up']),
      seen([], { step: 'd2', faults: [fault], done: false }),
    ],
  });
  await going.end();
  expect(events(going.events).slice(0, 4)).toEqual(['planned', 'diagnosed', 'diagnosed', 'gated']);
  expect(going.events[1]).toMatchObject({
    found: { step: 'd1', lines: [expect.any(String), 'up'], done: true },
  });
  expect(going.events[2]).toMatchObject({ found: { step: 'd2', faults: [{ kind: 'denied' }], done: false } });
  const ledger = await readFile(`${stage.stateDir}/audit.jsonl`, 'utf8');
  expect(ledger).toContain('"diagnosed"');
  expect(ledger).not.toContain('hunter2-of-the-broker');
});

test.each<[string, readonly string[], number, string]>([
  ['lines', Array.from({ length: 230 }, (_, n) => `line ${n}`), 200, '(30 more lines not recorded)'],
  ['bytes', Array.from({ length: 33 }, () => 'x'.repeat(1023)), 32, '(1 more line not recorded)'],
  ['one line', ['y'.repeat(40_000)], 0, '(1 more line not recorded)'],
])('truncates a long diagnosis by %s, and marks it', async (_, lines, kept, last) => {
  await using stage = await openStage({ verify: 'none' });
  const [, event] = await stage.executor.dryRun(await stage.propose(), [seen(lines)]);
  const written = event?.event === 'diagnosed' ? event.found.lines : [];
  expect(written).toEqual([...lines.slice(0, kept), last]);
});

test('a ledger that cannot record it: nothing is sent', async () => {
  await using stage = await openStage({
    onAppend: ({ entry }) => {
      if (entry.event === 'diagnosed') throw new Error('no space left on device');
    },
  });
  const ended = await stage.go(await stage.propose(), { found: () => [seen(['up'])] }).end();
  expect(ended).toMatchObject({ ending: 'failed', why: expect.stringContaining('no space left') });
  expect(stage.server.changes).toEqual([]);
});
