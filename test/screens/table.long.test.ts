import { expect, test } from 'vitest';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import { breaker, feedInfo, learn, noon } from '../support/made-facts.ts';
import { monitored } from './support/monitored.ts';
import { platforms } from './support/platforms.ts';
import { cardOf, footer, headRow, marks, placeOf, tableRows } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [120, 36]): Promise<User> =>
  openCockpit({ size, scene: shop() });

const selected = (user: User): string =>
  user.rows().find((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse) ?? '';

/** The texts put on the clipboard. */
const copied = (user: User): string => {
  const base64 =
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '';
  return Buffer.from(base64, 'base64').toString('utf8');
};

test('while a filter is typed, its line counts matches, and matches are highlighted', async () => {
  const user = await open([80, 24]);
  await user.press('3 z /');
  await user.type('psp');
  expect(placeOf(user)).toMatch(/^ Circuit breakers {2}2 of 6 match \/psp\//);
  expect(
    tableRows(user.rows(), 'Circuit breakers', 'billing-0 · psp').map((row) => row.trim().split(/ {2,}/)[1]),
  ).toEqual(['billing-0', 'billing-1']);
  expect(user.rows().at(-2)?.trim()).toEqual('/psp_   2 of 6   enter apply · esc clear');
  expect(footer(user.rows())).toMatch(/^enter keep {2}esc clear$/);
  expect(user.lookOf('psp      ').bold).toBe(true);
  expect(user.lookOf('billing-0  ').bold).toBe(false);
});

test('an invalid filter shows the error and its position, keeps the last valid rows, and cannot be applied', async () => {
  const user = await open();
  await user.press('3 z /');
  await user.type('~(psp)');
  expect(user.rowWith('enter apply')).toContain('2 of 6');
  await user.type('(');
  expect(user.rowWith('showing 2 of 6')).toContain('at 7: unterminated group');
  expect(user.rowWith('billing-0')).toContain('psp');
  await user.press('enter');
  expect(user.rowWith('showing 2 of 6')).toBeTruthy();
  await user.press('backspace enter');
  expect(placeOf(user)).toContain('2 of 6 match /~(psp)/');
});

test('an unknown label lists the available ones', async () => {
  const user = await open();
  await user.press('3 z /');
  await user.type('own=x');
  expect(user.rowWith('no field own= here')).toContain('service=');
});

test('n and N cycle through matches, below the filter and after it', async () => {
  const user = await open();
  await user.press('3 z /');
  await user.type('0');
  await user.press('enter n');
  expect(selected(user)).toContain('search-0');
  expect(user.rowWith('2 of 4 matching /0/')).toBeTruthy();
  await user.press('N N');
  expect(selected(user)).toContain('orders-0');
  await user.press('esc n');
  expect(placeOf(user)).toContain('Circuit breakers  6');
  expect(selected(user)).toContain('billing-0');
  await user.press('n');
  expect(selected(user)).toContain('search-0');
});

test('n reports a missing search', async () => {
  const user = await open();
  await user.press('3 z n');
  expect(user.rowWith('n: search first')).toBeTruthy();
});

test('v shows warnings and worse, then critical rows only, and the title names the filter', async () => {
  const user = await open([80, 24]);
  await user.press('3 z v');
  expect(placeOf(user)).toContain('Circuit breakers  worse than OK  4 of 6');
  await user.press('v');
  expect(placeOf(user)).toContain('Circuit breakers  CRIT only  2 of 6');
  expect(headRow(user.rows(), 'Circuit breakers')).toMatch(/^▌3 Circuit breakers {2}CRIT only /);
  expect(marks(tableRows(user.rows(), 'Circuit breakers', 'billing-0 · psp'))).toEqual(['✗', '✗']);
  expect(user.rowWith('Circuit breakers: CRIT only')).toBeTruthy();
  await user.press('v');
  expect(placeOf(user)).toContain('Circuit breakers  6  ');
});

test('a level filter without matches shows the number of hidden rows', async () => {
  const user = await open();
  await user.press('3 z /');
  await user.type('stock');
  await user.press('enter v');
  expect(user.rowWith('∅')).toContain('∅ 0 of 6 match /stock/ and are worse than OK · esc clear');
});

test('in the overview the title shows the number of filtered rows', async () => {
  const user = await open();
  await user.press('3 /');
  await user.type('psp');
  await user.press('enter tab');
  expect(user.rowWith('3 Circuit breakers')).toContain('3 Circuit breakers  2 of 6 match /psp/');
});

test('esc undoes one thing at a time', async () => {
  const user = await open([110, 36]);
  await user.press('3 z /');
  await user.type('billing');
  await user.press('enter v m enter');
  expect(user.rowWith('1 marked')).toBeTruthy();
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('marked');
  expect(placeOf(user)).toContain('worse than OK');
  await user.press('esc');
  expect(placeOf(user)).toContain('match /billing/');
  await user.press('esc');
  expect(placeOf(user)).toContain('Circuit breakers  6');
  expect(user.rowWith('calls ')).toBeTruthy();
  await user.press('esc esc');
  expect(placeOf(user)).toBe('overview');
});

test('marks are drawn, counted and follow their object; marks of removed rows are reported', async () => {
  const scene = shop();
  const user = await openCockpit({ size: [80, 24], scene });
  await user.press('3 z m j m');
  expect(headRow(user.rows(), 'Circuit breakers')).toMatch(/^▌3 Circuit breakers {2}2 marked /);
  const rows = tableRows(user.rows(), 'Circuit breakers', 'billing-1 · psp');
  expect(rows.map((row) => row.slice(0, 2))).toEqual(['◆✗', '◆✗', ' ▲', ' ○', ' ●', ' ●']);
  expect(user.rowWith('Circuit breakers: 2 marked')).toBeTruthy();
  const left: readonly Breaker[] = [
    breaker('stock', { service: 'orders', instance: 'orders-0' }),
    breaker('psp', { service: 'billing', instance: 'billing-1', state: 'open' }),
  ];
  await user.happens(() => {
    if (scene.facts !== undefined)
      learn(scene.facts, feedInfo('bus/breakers', 'breakers'), { items: left }, noon);
  });
  expect(user.rowWith('3 Circuit breakers')).toContain('1 marked, 1 gone');
  expect(user.rowWith('billing-1  ')).toMatch(/^◆/);
});

test('M marks the filtered rows, and again unmarks them', async () => {
  const user = await open();
  await user.press('3 z M');
  expect(user.rowWith('3 Circuit breakers')).toContain('6 marked');
  await user.press('M');
  expect(user.rowWith('no marked rows')).toBeTruthy();
});

test('with several marked rows, x reports that no runbook accepts them together', async () => {
  const user = await open();
  await user.press('3 z m j m x');
  expect(user.rowWith('x: no runbook takes these 2 rows together: press esc to unmark')).toBeTruthy();
  await user.press('C');
  expect(user.rowWith('C: this key acts on one row, but 2 are marked')).toBeTruthy();
  expect(user.given).toEqual([]);
});

test('o and i select the sort order and its direction', async () => {
  const user = await open();
  await user.press('3 z o i');
  expect(placeOf(user)).toContain('by name, reversed');
  expect(selected(user)).toContain('billing-0');
  await user.press('g');
  expect(selected(user)).toContain('search-0');
  await user.press('o');
  expect(placeOf(user)).toMatch(/by failure rate(?!, reversed)/);
});

test('y copies the selected row or the marked rows', async () => {
  const user = await open();
  await user.press('3 z y');
  expect(copied(user).split('\n').slice(0, 2)).toEqual([
    'shop/production  3 Circuit breakers  2026-03-04T10:15:07Z',
    expect.stringMatching(/^STATE +INSTANCE +BREAKER +FAIL/),
  ]);
  expect(copied(user)).toMatch(/^✗ OPEN +billing-0 +psp +82\.0 %/m);
  const bytes = Buffer.byteLength(copied(user));
  expect(user.rowWith(`1 row, ${bytes} bytes sent to the terminal clipboard`)).toBeTruthy();
  await user.press('m j j m y');
  expect(copied(user).trimEnd().split('\n')).toHaveLength(4);
});

test('E asks for the format and saves the file', async () => {
  const user = await open([80, 24]);
  await user.press('3 z E j');
  expect(cardOf(user)).toEqual([
    'EXPORT  Circuit breakers                                    6 rows',
    '   TEXT  rows as a plain-text table',
    '▸  CSV   rows as CSV for a spreadsheet',
    '   JSON  rows with their facts',
    '   SVG   image of the pane',
    'enter write to current directory · v editor · p pager · esc close',
  ]);
  await user.press('enter');
  const [[command, name, text] = []] = user.given;
  expect([command, name]).toEqual(['save', 'opsdeck-production-breakers-20260304T101507Z.csv']);
  expect(String(text).split('\r\n')[0]).toBe('STATE,INSTANCE,BREAKER,FAIL,SLOW,FAILED,REJECTED,SINCE');
});

const written = (user: User): string => String(user.given.at(-1)?.[2]);

test('every column of a CSV file has a head, and no cell has the blanks of the screen', async () => {
  for (const scene of [shop(), platforms(), monitored()]) {
    const user = await openCockpit({ scene });
    for (const pane of ['1', '2', '3', '4', '5', '6', '7', 'D']) {
      await user.press(`${pane} E j enter`);
      const [heads = '', ...rows] = written(user).split('\r\n');
      expect(heads, pane).not.toMatch(/^,|,,|,$/);
      expect(rows.join('\n'), pane).not.toMatch(/ {2}/);
    }
  }
});

test('JSON uses the format of check: unknown is null, 64-bit numbers are strings, times are ISO 8601', async () => {
  const user = await openCockpit({ scene: platforms() });
  await user.press('4 z E j j enter');
  const lag = JSON.parse(written(user));
  expect(lag).toMatchObject({
    opsdeck: 1,
    pane: 'lag',
    env: 'production',
    at: '2026-03-04T10:15:07.000Z',
    filter: null,
  });
  const facts = lag.rows.flatMap((row: { facts: readonly object[] }) => row.facts);
  expect(facts.length).toBeGreaterThan(lag.rows.length);
  expect(facts[0]).toMatchObject({
    committed: expect.stringMatching(/^\d+$/),
    at: expect.stringMatching(/Z$/),
  });
  expect(facts.some((fact: { etaSeconds: unknown }) => fact.etaSeconds === null)).toBe(true);
});

test('every pane can be exported in every format', async () => {
  for (const scene of [shop(), platforms(), monitored()]) {
    const user = await openCockpit({ scene });
    for (const pane of ['1', '2', '3', '4', '5', '6', '7', 'D'])
      for (const form of ['E enter', 'E j enter', 'E j j enter', 'E j j j enter'])
        await user.press(`${pane} ${form}`);
    const texts = user.given.map(([, name, text]) => [String(name), String(text)] as const);
    for (const [name, text] of texts) {
      if (name.endsWith('.json')) expect(JSON.parse(text).rows.length).toBeGreaterThan(0);
      if (name.endsWith('.svg')) expect(text).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
      expect(text, name).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]|undefined|NaN/);
    }
    expect(texts.length).toBeGreaterThan(8);
  }
});
