import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../src/domain/base/fault.ts';
import { fitStatusLine, lineToText, lineWidth } from '../../src/ui/kit/text/line.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { fault, noon } from '../support/made-facts.ts';
import { learned, lookAt, lost, panes } from './support/pane-cases.ts';
import { cardOf } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

const pieces = [
  'connection refused',
  'https://10.0.0.7:8443/api/v1/query_range',
  '注文',
  'after 3000 ms',
  ':',
  'x',
];
const message = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 14 })
  .map((parts) => `bus ${parts.join(' ')}`);
const failing: readonly FaultKind[] = ['timeout', 'throttled', 'unreachable', 'missing', 'malformed', 'bug'];

describe.each(sampled(panes, everyNth(3)))('pane $pane at 80×24', (paneCase) => {
  longTest('a failed source names the key that helps, however long its message is', async () => {
    await fc.assert(
      fc.asyncProperty(message, fc.constantFrom(...failing), async (text, kind) => {
        const user = await lookAt(paneCase, [lost(paneCase, kind, text)]);
        expect(user.rowWith('⊗ Failed: ').trimEnd()).toMatch(/ · r refresh$/);
      }),
      { numRuns: 6 },
    );
  });

  test('a missing permission keeps what to request', async () => {
    const remedy = 'request GET on /services';
    const denied = { ...fault('denied', `bus ${'x'.repeat(90)}`), remedy };
    const user = await lookAt(paneCase, [learned(paneCase, noon, { faults: [denied] })]);
    expect(user.rowWith('⊘ Denied: ').trimEnd()).toMatch(/ · request GET on \/services$/);
  });

  test('a filter without matches names the key that clears it, however long it is', async () => {
    for (const length of [5, 70]) {
      const user = await lookAt(paneCase, [learned(paneCase, noon)]);
      await user.press('/');
      await user.paste('z'.repeat(length));
      await user.press('enter');
      expect(user.rowWith('∅ 0 of ').trimEnd()).toMatch(/ · esc clear$/);
    }
  });

  test('old rows say when they are read again', async () => {
    const user = await lookAt(paneCase, [
      learned(paneCase, noon - 207_000),
      { is: 'waiting', feed: 'bus/one', until: noon + 12_000, backingOff: false },
    ]);
    expect(user.rowWith('~ Stale: ').trimEnd()).toMatch(/ · retry in 12s$/);
  });
});

test('a status line is cut before what helps, and has the width of its pane', () => {
  const run = (text: string) => ({ text, role: 'plain' as const });
  fc.assert(
    fc.property(message, fc.integer({ min: 40, max: 120 }), (text, width) => {
      const line = fitStatusLine([run(' ⊗ '), run(text), run(' · r refresh')], width);
      expect(lineWidth(line)).toBe(width);
      expect(lineToText(line).trimEnd()).toMatch(/ · r refresh$/);
    }),
  );
});

test('the list of runbooks says what helps at 80×24, in each of its states', async () => {
  const none = (shopCockpit.suggestions ?? []).map((suggestion) => ({ ...suggestion, fits: 'no' as const }));
  const contacts = [{ id: 'ana', name: 'Ana', role: 'on call', reach: '' }];
  const open = shopCockpit.open && { ...shopCockpit.open, contacts };
  const cockpit = { ...shopCockpit, suggestions: none, ...(open && { open }) };
  const user = await openCockpit({ size: [80, 24], scene: { ...shop(), cockpit } });
  await user.press('R');
  const said = (): string =>
    cardOf(user)
      .map((row) => row.trim())
      .join(' ');
  expect(said()).toContain('no runbook matches now · / searches a symptom · esc, then 9: contacts');
  await user.press('/');
  await user.type('zzzz');
  expect(said()).toContain('no runbook mentions this: try another word of the symptom');
});
