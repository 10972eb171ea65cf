import { test } from 'vitest';
import { longTest } from '../support/layer.ts';

/**
 * Known accidents of operations tools. One test reproduces each with real components, and no unintended request may be sent.
 * `docs/safety.md` lists all of them with their test files; `table.test.ts` compares.
 */
export const accidents = {
  'context switched': 'the current context is switched between planning and confirmation',
  'context re-pointed': 'the context points to another cluster at confirmation',
  'recreated before the plan': 'the object is deleted and recreated with the same name before planning',
  'recreated after the plan':
    'the object is deleted and recreated with the same name between planning and confirmation',
  're-sorted list': 'the list is re-sorted between selection and confirmation',
  'key pressed twice': 'a key is pressed twice',
  'read-only': 'read-only mode, every operation of every source and its undo',
  'read-only keys': 'read-only mode, every key, alias and palette entry',
  'read-only flags': 'read-only mode, every flag of the command line',
  'wrong compose project': 'a service with the same name in another Compose project',
  'production from dev': 'an action on production is confirmed in a dev cockpit',
  'left running': 'a child process is left running',
  'did not recover': 'a restart succeeds and the service does not recover',
  'terminal closed': 'the terminal is closed during a run',
  'disk full': 'the disk is full and the ledger cannot be written',
  'clock that jumps': 'the system clock jumps',
  '200 to a typo': 'the source responds 200 to a misspelled name',
  'another system': 'another system responds at the configured URL',
  'pasted name': 'the name is pasted',
} as const;

export type Accident = keyof typeof accidents;

/** The one test of an accident. */
export const accident = (name: Accident, run: () => Promise<void>, timeoutMs?: number): void =>
  test(`${name}: ${accidents[name]}`, run, timeoutMs);

/** The one test of an accident that waits for seconds: in `test:e2e` alone. */
export const longAccident = (name: Accident, run: () => Promise<void>): void =>
  longTest(`${name}: ${accidents[name]}`, run);
