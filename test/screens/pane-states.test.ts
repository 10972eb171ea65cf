import { describe, expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { breaker, fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { learned, lookAt, lost, panes } from './support/pane-cases.ts';
import { placeOf, rowOf } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** The content between the summary and the message line. */
const middle = (user: User): string => user.rows().slice(2, -2).join('\n');

describe.each(panes)('pane $pane', (paneCase) => {
  test('loading', async () => {
    const user = await lookAt(paneCase, [{ is: 'reading', feed: 'bus/one', at: noon - 1200 }]);
    expect(middle(user)).toContain('◌ Loading from bus, 1.2s of 3s');
  });

  test('a source that is not open yet is not shown as empty', async () => {
    const user = await lookAt(paneCase, [{ is: 'closed', feeds: ['bus/one'] }]);
    // Signals have a row from the start.
    const expectedText =
      paneCase.kind === 'samples' ? '◌ loading' : '◇ No data yet, the source is being opened';
    expect(middle(user)).toContain(expectedText);
    expect(middle(user)).not.toContain('Not configured');
  });

  test('no data yet', async () => {
    const user = await lookAt(paneCase, [
      { is: 'waiting', feed: 'bus/one', until: noon + 8000, backingOff: false },
    ]);
    expect(middle(user)).toContain('◇ No data yet, first poll due in 8s');
  });

  test('stale: keeps the old row, marked', async () => {
    const user = await lookAt(paneCase, [
      learned(paneCase, noon - 207_000),
      { is: 'waiting', feed: 'bus/one', until: noon + 12_000, backingOff: false },
    ]);
    expect(middle(user)).toContain('~ Stale: bus last read 3m27s ago (every 5s) · retry in 12s');
    // The title, in the third row, may name the row as well.
    expect(rowOf(user.rows().slice(3), paneCase.word)).toContain('~');
  });

  test('source down', async () => {
    const user = await lookAt(paneCase, [lost(paneCase, 'unreachable', 'bus refused the connection')]);
    expect(middle(user)).toContain('⊗ Failed: bus refused the connection · r refresh');
  });

  test('denied', async () => {
    const user = await lookAt(paneCase, [lost(paneCase, 'denied', 'bus: 403')]);
    expect(middle(user)).toContain('⊘ Denied: bus: 403');
  });

  test('filtered', async () => {
    const user = await lookAt(paneCase, [learned(paneCase, noon)]);
    await user.press('/');
    await user.type('zzzz');
    expect(middle(user)).toMatch(/∅ 0 of \d match \/zzzz\/ · esc clear/);
  });

  test('partial data: shows the rows and the failed reads', async () => {
    const user = await lookAt(paneCase, [
      learned(paneCase, noon, { faults: [fault('denied', 'bus: audit-export 403')] }),
    ]);
    expect(middle(user)).toContain(paneCase.word);
    expect(middle(user)).toContain('⊘ Denied: bus: audit-export 403');
  });

  test('in the overview a pane with partial data is marked', async () => {
    const user = await lookAt(paneCase, [
      learned(paneCase, noon, { faults: [fault('denied', 'bus: audit-export 403')] }),
    ]);
    await user.press('0');
    expect(user.rowWith(`${paneCase.pane} `)).toBeTruthy();
    expect(middle(user)).toMatch(/⊘ Denied: bus: audit-export 403|1 fault/);
  });
});

// Signals come from the profile, so there is no empty response.
describe.each(panes.filter(({ kind }) => kind !== 'samples'))('pane $pane, without rows', (paneCase) => {
  test('empty is shown only after a response', async () => {
    const user = await lookAt(paneCase, [learned(paneCase, noon - 2000, { seen: false })]);
    expect(middle(user)).toContain(`∅ No ${paneCase.noun} (checked 2s ago)`);
  });

  test('not configured', async () => {
    const user = await openCockpit({
      size: [80, 24],
      scene: {
        facts: createFactsStore(frame({ sources: {} })),
        cockpit: { ...shopCockpit, suggestions: [], messages: [] },
      },
    });
    await user.press(paneCase.pane);
    if (placeOf(user) === 'overview') await user.press('z');
    expect(middle(user)).toContain(`○ Not configured: no source provides ${paneCase.noun}`);
  });
});

test('the title of a pane with folded rows counts the unread ones', async () => {
  const scene = shop();
  const user = await openCockpit({ size: [80, 26], scene });
  await user.happens(() => {
    const faults = [fault('timeout', 'bus-1: no answer in 3s')];
    if (scene.facts !== undefined)
      learn(scene.facts, feedInfo('bus/breakers', 'breakers'), { items: [breaker('stock')], faults });
  });
  expect(user.rowWith('3 Circuit breakers')).toContain('3 Circuit breakers  1 fault');
});
