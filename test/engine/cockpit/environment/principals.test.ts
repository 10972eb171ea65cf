import { expect, test } from 'vitest';
import { readPrincipals } from '../../../../src/engine/cockpit/environment/principals.ts';
import { manualClock } from '../../../support/manual-clock.ts';

test('each account is reported once; a failure and a source without one report nothing', async () => {
  const seen: string[] = [];
  await readPrincipals(
    [
      { id: 'aws', principal: async () => '*9012/ops' },
      { id: 'denied', principal: () => Promise.reject(new Error('denied')) },
      { id: 'through', principal: async () => undefined },
      { id: 'kafka' },
    ],
    manualClock(),
    new AbortController(),
    (source, principal) => seen.push(`${source} ${principal}`),
  );
  expect(seen).toEqual(['aws *9012/ops']);
});

test('an environment that is closed ends the reading, and nothing is reported', async () => {
  const seen: string[] = [];
  const stop = new AbortController();
  const ended: unknown[] = [];
  const reading = readPrincipals(
    [
      {
        id: 'aws',
        principal: (signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              ended.push(signal.aborted);
              resolve('*9012/ops');
            });
          }),
      },
    ],
    manualClock(),
    stop,
    (source) => seen.push(source),
  );
  stop.abort(new DOMException('closed', 'AbortError'));
  await reading;
  expect(ended).toEqual([true]);
  expect(seen).toEqual([]);
});
