import { test } from 'vitest';

/**
 * How cockpits like this one have hurt people. Each is reproduced with the real parts, once, and nothing wrong may have been
 * sent. `docs/safety.md` names them all, with the file that holds each; `table.test.ts` compares.
 */
export const accidents = {
  'context switched': 'the context is switched under the user between open and confirm',
  'context re-pointed': 'the context leads to another cluster by the time of the confirm',
  'recreated before the plan': 'the object is deleted and recreated under its name before it is planned',
  'recreated after the plan': 'the object is deleted and recreated under its name between card and confirm',
  're-sorted list': 'the list is re-sorted between key and confirm',
  'key pressed twice': 'a key is pressed twice',
  'read-only': 'read-only, against every operation of every source, and its undo',
  'read-only keys': 'read-only, against every key, alias and entry of the palette',
  'read-only flags': 'read-only, against every flag of the command line',
  'wrong compose project': 'a service of that name in another Compose project',
  'production from dev': 'something of production is acted on from a cockpit of dev',
  'left running': 'a child process is left running',
  'did not recover': 'a restart that "succeeded" and did not recover',
  'terminal closed': 'the terminal is closed in the middle of a run',
  'disk full': 'the disk is full, and the ledger cannot be written',
  'clock that jumps': 'the clock jumps',
  '200 to a typo': 'the source answers 200 to a misspelled name',
  'another system': 'another system answers behind the right URL',
  'pasted name': 'the name is pasted',
} as const;

export type Accident = keyof typeof accidents;

/** The one test of an accident. */
export const accident = (name: Accident, run: () => Promise<void>, timeoutMs?: number): void =>
  test(`${name}: ${accidents[name]}`, run, timeoutMs);
