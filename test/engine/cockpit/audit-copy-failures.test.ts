import { expect, test } from 'vitest';
import { createCopyFailureReporter } from '../../../src/engine/cockpit/environment/messages.ts';

test('audit forwarding problems are reported after the run has ended, once each, and again when resolved', () => {
  const messages: string[] = [];
  const report = createCopyFailureReporter((text, level) => messages.push(`${level} ${text}`));
  let problem: string | undefined = '3 records were not copied to udp://logs:514: no answer';
  const copies = [{ trouble: () => problem }];
  report(copies, true);
  expect(messages).toEqual([]);
  report(copies, false);
  report(copies, false);
  problem = undefined;
  report(copies, false);
  report(copies, false);
  expect(messages).toEqual([
    'warn 3 records were not copied to udp://logs:514: no answer',
    'ok the copies of the ledger have all records again',
  ]);
});
