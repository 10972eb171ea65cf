import { describe, expect, test } from 'vitest';
import type { RunView } from '../../../src/store/cockpit.ts';
import type { RunbookSuggestion } from '../../../src/store/runbook-suggestion.ts';
import { nextRunbook } from '../../../src/ui/features/cards/incident-lines.ts';

const runbook = (id: string): RunView['runbook'] => ({
  id,
  title: id,
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  covers: [],
  position: { file: 'runbooks.yaml', line: 1, col: 1 },
});

const suggestion = (id: string, more: Partial<RunbookSuggestion> = {}): RunbookSuggestion => ({
  ...{ runbook: runbook(id), fits: 'yes', why: '', danger: 'disruptive', ...more },
});

/** A run of `id` that has ended without a proof, and has found `next` for the rest of its incident. */
const endedRun = (id: string, outcome: 'not-verified' | 'failed', next?: string): RunView => ({
  runbook: runbook(id),
  stage: 'ended',
  params: {},
  diagnosis: {},
  background: false,
  events: [
    {
      ...{
        event: 'ended',
        ending: outcome === 'failed' ? 'failed' : 'recovered',
        why: '',
        outcome,
        sent: [],
      },
      incident: {
        ...{ state: 'ongoing', began: 1, remaining: 1, unknown: 0, arisen: 0, worst: [] },
        ...(next === undefined ? {} : { next }),
      },
    } as unknown as RunView['events'][number],
  ],
});

test('a runbook that the run has found is not offered once it no longer matches', () => {
  const run = endedRun('test-one', 'not-verified', 'ci-failure');
  const found = suggestion('ci-failure');
  expect(nextRunbook({ suggestions: [found] }, run)).toBe('ci-failure');
  const nothingToChoose = { ...found, fits: 'unknown' as const };
  expect(nextRunbook({ suggestions: [nothingToChoose] }, run)).toBeUndefined();
  expect(nextRunbook({ suggestions: [nothingToChoose, suggestion('restart')] }, run)).toBe('restart');
});

test('what was tried without a risk is offered again when nothing else is left', () => {
  const run = endedRun('test-one', 'failed');
  const tests = suggestion('test-failure', { danger: 'safe', hindrance: 'tried' });
  expect(nextRunbook({ suggestions: [tests] }, run)).toBe('test-failure');
  expect(nextRunbook({ suggestions: [tests, suggestion('restart')] }, run)).toBe('restart');
});

test('what was tried and disturbs something is not offered again', () => {
  const restart = suggestion('restart', { hindrance: 'tried' });
  const rollback = suggestion('roll-back', { hindrance: 'tried', danger: 'destructive' });
  expect(nextRunbook({ suggestions: [restart, rollback] }, endedRun('test-one', 'failed'))).toBeUndefined();
});

describe('after a refused plan', () => {
  const numbered = { ...runbook('scale'), params: [{ name: 'replicas', type: 'int' as const }] };
  const refusedRun = (refused: RunView['runbook'], what: 'target' | 'freeze'): RunView => ({
    runbook: refused,
    stage: 'proposed',
    params: { replicas: 7 },
    diagnosis: {},
    background: false,
    events: [],
    proposal: {
      refusal: { ending: 'forbidden', why: 'refused' },
      checks: [{ what, ok: false, why: 'refused' }],
    } as unknown as NonNullable<RunView['proposal']>,
  });
  const first = { ...suggestion('scale'), runbook: numbered };

  test('the runbook that stays first is offered with another number', () =>
    expect(nextRunbook({ suggestions: [first, suggestion('restart')] }, refusedRun(numbered, 'target'))).toBe(
      'scale',
    ));

  test('nothing is offered when the reason refuses every run, or there is no number to change', () => {
    expect(nextRunbook({ suggestions: [first] }, refusedRun(numbered, 'freeze'))).toBeUndefined();
    const plain = suggestion('scale');
    expect(nextRunbook({ suggestions: [plain] }, refusedRun(plain.runbook, 'target'))).toBeUndefined();
  });
});
