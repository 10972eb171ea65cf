import type { PastRun } from '../../../src/store/cockpit.ts';
import { noon } from '../../support/made-facts.ts';

/** One run of the ledger. */
export const past = (run: string, minutesAgo: number, more: Partial<PastRun> = {}): PastRun => ({
  run,
  runbook: 'close-breaker',
  title: 'Close a circuit breaker',
  system: 'shop',
  env: 'production',
  who: 'ana',
  host: 'ops-1',
  params: { name: 'psp' },
  at: noon - minutesAgo * 60_000,
  lastAt: noon - minutesAgo * 60_000 + 642_000,
  endedAt: noon - minutesAgo * 60_000 + 42_000,
  ending: 'recovered',
  why: 'all checks passed',
  relapsed: false,
  ...more,
});

const { ending: _, endedAt: __, ...unended } = past('run-7', 3, { why: '' });

/** A run of a colleague's machine that is in progress: that machine holds the lock of its target. */
export const runElsewhere: PastRun = {
  ...unended,
  ...({ run: 'run-8', unended: 'going', who: 'ben', host: 'ops-2' } as const),
  why: 'the run is in progress on ops-2, and holds the lock of the target',
};

/** Runs with every ending, newest first. */
export const pastRuns: readonly PastRun[] = [
  { ...unended, unended: 'going', who: 'ben', host: 'ops-2' },
  past('run-6', 20, { relapsed: true }),
  past('run-5', 31, {
    ending: 'executed-not-recovered',
    why: 'psp stays closed: not met, psp of billing-0 is open',
    notes: ['psp confirmed a failed switch on their side'],
  }),
  { ...unended, run: 'run-4', at: noon - 3_600_000, lastAt: noon - 3_590_000, unended: 'died' },
  past('run-3', 200, { title: 'Undo: Close a circuit breaker', undoes: 'run-2' }),
  past('run-2', 60 * 30, {
    ending: 'declined',
    why: 'the operator declined',
    params: { name: "it's; rm -rf" },
  }),
  past('run-1', 60 * 31, { env: 'dev', ending: 'forbidden', why: 'read-only until armed' }),
];
