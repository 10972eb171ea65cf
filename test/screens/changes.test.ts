import { describe, expect, test } from 'vitest';
import { longDescribe, longTest } from '../support/layer.ts';
import { type BreakersUser, openBreakers, type States } from './support/breakers.ts';

const closed: States = { auth: 'closed', mail: 'closed', psp: 'closed', search: 'closed', stock: 'closed' };

/** The rows with a mark, by the name of the breaker. */
const marked = (user: BreakersUser, glyph = '•'): readonly string[] =>
  user
    .rows()
    .filter((row) => row.includes(`${glyph}✗`) || row.includes(`${glyph}▲`) || row.includes(`${glyph}●`))
    .map((row) => /pay-0(?: · | +)(\w+)/.exec(row)?.[1] ?? row);

const flashes = (user: BreakersUser, name: string): boolean => {
  // Neither the summary nor the title, which name the worst row.
  const y = user.terminal
    .rows()
    .findIndex(
      (row, index) =>
        index > 1 && !row.includes('Circuit breakers') && row.includes('pay-0') && row.includes(name),
    );
  const x = (user.terminal.rows()[y] ?? '').search(/[✗▲●X!+]/);
  return user.terminal.cellAt(x, y).inverse;
};

longDescribe('a row whose level changed', () => {
  longTest('flashes once for less than a second and keeps a mark until it is seen', async () => {
    const user = await openBreakers(closed, { color: 'truecolor' });
    expect(marked(user)).toEqual([]);
    await user.learns({ ...closed, psp: 'open' });
    expect(marked(user)).toEqual(['psp']);
    expect(flashes(user, 'psp')).toBe(true);
    expect(flashes(user, 'mail')).toBe(false);
    await user.wait('900ms');
    expect(flashes(user, 'psp')).toBe(false);
    expect(marked(user)).toEqual(['psp']);
    await user.wait('30s');
    expect(flashes(user, 'psp')).toBe(false);
    expect(marked(user)).toEqual(['psp']);
  });

  longTest('a recovery is a change too; a reading without a change is none', async () => {
    const user = await openBreakers({ ...closed, psp: 'open' });
    await user.learns({ ...closed, psp: 'open' });
    expect(marked(user)).toEqual([]);
    await user.learns(closed);
    expect(marked(user)).toEqual(['psp']);
  });

  longTest('a new row is a change if it is a problem. The first reading is none', async () => {
    const user = await openBreakers({ ...closed, psp: 'open' });
    expect(marked(user)).toEqual([]);
    await user.learns({ ...closed, psp: 'open', ledger: 'open', cache: 'closed' });
    expect(marked(user)).toEqual(['ledger']);
  });

  longTest('a source that fails for a moment leaves no marks when it returns', async () => {
    const user = await openBreakers({ ...closed, psp: 'open' });
    await user.loses();
    await user.wait('61s');
    expect(user.rowWith('psp ')).toContain('~');
    await user.learns({ ...closed, psp: 'open' });
    expect(marked(user)).toEqual([]);
    await user.loses();
    await user.wait('61s');
    await user.learns({ ...closed, psp: 'open', mail: 'open' });
    expect(marked(user)).toEqual(['mail']);
  });

  longTest('with reduced motion it is marked and does not flash', async () => {
    const user = await openBreakers(closed, { settings: { motion: 'reduced' } });
    await user.learns({ ...closed, psp: 'open' });
    expect(marked(user)).toEqual(['psp']);
    expect(flashes(user, 'psp')).toBe(false);
  });

  longTest('the mark and the flash need no color, and the mark has an ASCII form', async () => {
    const mono = await openBreakers(closed, { color: 'none' });
    await mono.learns({ ...closed, psp: 'open' });
    expect(marked(mono)).toEqual(['psp']);
    expect(flashes(mono, 'psp')).toBe(true);
    const ascii = await openBreakers(closed, { ascii: true });
    await ascii.learns({ ...closed, psp: 'open' });
    expect(ascii.rowWith('^X OPEN')).toContain('psp');
  });

  longTest('in Problems, the finding has the mark of its row', async () => {
    const user = await openBreakers(closed);
    await user.press('W W');
    await user.learns({ ...closed, psp: 'open' });
    expect(user.rows().findLast((row) => row.includes('pay-0 · psp') && row.includes('OPEN'))).toContain('•');
  });
});

describe('a change is seen', () => {
  longTest('when the cursor reaches its row', async () => {
    const user = await openBreakers({ ...closed, auth: 'open' });
    await user.learns({ ...closed, auth: 'open', mail: 'open', psp: 'open' });
    expect(marked(user)).toEqual(['mail', 'psp']);
    await user.press('j');
    expect(marked(user)).toEqual(['psp']);
    await user.press('j');
    expect(marked(user)).toEqual([]);
  });

  test('with the next key, after its pane had the focus for two seconds; never without a key', async () => {
    const user = await openBreakers({ ...closed, auth: 'open' });
    await user.press('j k');
    await user.learns({ ...closed, auth: 'open', mail: 'open', psp: 'open' });
    await user.wait('1s');
    await user.press('enter');
    expect(marked(user)).toEqual(['mail', 'psp']);
    await user.wait('20s');
    expect(marked(user)).toEqual(['mail', 'psp']);
    await user.press('enter');
    expect(marked(user)).toEqual([]);
  });

  longTest('not while another pane has the focus', async () => {
    const user = await openBreakers({ ...closed, auth: 'open' });
    await user.press('W W');
    await user.learns({ ...closed, auth: 'open', stock: 'half-open' });
    await user.press('J J');
    await user.wait('5s');
    await user.press('k');
    await user.press('3 3');
    expect(marked(user)).toEqual(['stock']);
  });

  longTest('with *, which marks all of them as seen and says how many', async () => {
    const user = await openBreakers({ ...closed, auth: 'open' });
    await user.press('*');
    expect(user.rowWith('*: nothing has changed')).toBeTruthy();
    await user.learns({ ...closed, auth: 'open', mail: 'open', psp: 'open' });
    await user.press('*');
    expect(marked(user)).toEqual([]);
    expect(user.rowWith('2 changed rows marked as seen')).toBeTruthy();
  });
});

longTest('another environment starts without marks', async () => {
  const user = await openBreakers(closed);
  await user.learns({ ...closed, psp: 'open' });
  expect(marked(user)).toEqual(['psp']);
  const other = await openBreakers({ ...closed, psp: 'open' });
  expect(marked(other)).toEqual([]);
});

test('a changed cell costs no more than 600 bytes, flash and its end included', async () => {
  const user = await openBreakers(
    { ...closed, auth: 'open', mail: 'open', psp: 'half-open' },
    { color: 'truecolor' },
  );
  const before = user.terminal.written().length;
  await user.learns({ ...closed, auth: 'open', mail: 'open', psp: 'half-open', stock: 'half-open' });
  const flash = user.terminal.written().length;
  await user.wait('700ms');
  const end = user.terminal.written().slice(flash);
  expect(flash - before).toBeGreaterThan(0);
  // Several rows move when a level changes. The end of the flash is one cell group of one row.
  expect(end).toContain('HALF-OPEN');
  expect(end.length).toBeLessThanOrEqual(600);
});
