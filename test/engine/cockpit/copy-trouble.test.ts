import { expect, test } from 'vitest';
import { createCopyFailureReporter } from '../../../src/engine/cockpit/controller.ts';

test('audit forwarding problems are reported after the run has ended, once each, and again when resolved', () => {
  const said: string[] = [];
  const tell = createCopyFailureReporter((text, level) => said.push(`${level} ${text}`));
  let trouble: string | undefined = '3 records were not copied to udp://logs:514: no answer';
  const copies = [{ trouble: () => trouble }];
  tell(copies, true);
  expect(said).toEqual([]);
  tell(copies, false);
  tell(copies, false);
  trouble = undefined;
  tell(copies, false);
  tell(copies, false);
  expect(said).toEqual([
    'warn 3 records were not copied to udp://logs:514: no answer',
    'ok ledger copies are up to date again',
  ]);
});
