import { expect, test } from 'vitest';
import type { SystemFingerprint } from '../../../src/domain/facts/fingerprint.ts';
import type { PendingStep } from '../../../src/runs/context/pending-run.ts';
import { actedSystemProblem, readActedSystems } from '../../../src/runs/verification/acted-systems.ts';
import { manualClock } from '../../support/manual-clock.ts';

const processOf = (start: string, ageMs: number): SystemFingerprint => ({
  parts: { 'instance/app': `started ${start}` },
  ages: { 'instance/app': ageMs },
});

/** A step on source `app` that closes a circuit breaker in the memory of its process. */
const closing = (danger: string, mayRestart?: true): PendingStep =>
  ({
    planned: { id: 'a1', title: 'Close the circuit breaker', manual: false, danger },
    act: { source: 'app', operation: { mayRestart }, plan: { danger } },
  }) as unknown as PendingStep;

const problemOf = async (
  step: PendingStep,
  [was, is]: readonly (SystemFingerprint | Error)[],
): Promise<string | undefined> => {
  const clock = manualClock();
  let answer = was;
  const fingerprint = async (): Promise<SystemFingerprint> => {
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('no answer');
    return answer;
  };
  const source = { id: 'app', feeds: [], operations: [], fingerprint, close: async () => {} };
  const reader = { engine: { sources: new Map([['app', source]]) }, clock };
  const { signal } = new AbortController();
  const actedSystems = await readActedSystems({ steps: [step] }, reader, signal);
  answer = is;
  await clock.advance(30_000);
  return actedSystemProblem({ steps: [step], actedSystems }, reader, signal);
};

const old = processOf('08:00', 7_200_000);
const young = processOf('10:15', 20_000);

test.each([
  ['the same process', closing('safe'), [old, old], undefined],
  [
    'a process that restarted by itself',
    closing('safe'),
    [old, young],
    'app, which the run has acted on: another server answers: instance/app started 08:00 → started 10:15, running for 20s',
  ],
  ['a process that the run may have restarted', closing('safe', true), [old, young], undefined],
  ['a process that the run only read', closing('read'), [old, young], undefined],
  ['a process that does not answer', closing('safe'), [old, new Error('down')], undefined],
  ['a process that did not answer before', closing('safe'), [new Error('down'), young], undefined],
] as const)('a system that a run has acted on: %s', async (_, step, answers, problem) => {
  expect(await problemOf(step, answers)).toBe(problem);
});
