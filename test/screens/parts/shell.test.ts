import { expect, test } from 'vitest';
import {
  formatLayoutsFile,
  parseLayoutsFile,
  withSavedLayouts,
} from '../../../src/ui/features/layouts/layouts-file.ts';
import { fuzzyMatch, prefixMatch } from '../../../src/ui/features/palette/match.ts';
import {
  commonPrefix,
  lastArgumentStart,
  parseParamArguments,
  splitArguments,
} from '../../../src/ui/kit/text/arguments.ts';
import type { Layout } from '../../../src/ui/shell/contract/layout.ts';
import {
  emptyNavigationHistory,
  type NavigationEntry,
  type NavigationHistory,
  pushEntry,
  stepHistory,
} from '../../../src/ui/shell/contract/navigation-history.ts';
import type { PaletteItem } from '../../../src/ui/shell/contract/palette-item.ts';
import { appendToHistory, parseHistory } from '../../../src/ui/shell/saved/command-history.ts';

const layout: Layout = {
  bands: [['health'], ['lag', 'pools']],
  place: 'lag',
  focus: 'lag',
  split: { panes: ['lag', 'pods'], from: 'overview' },
};

test('reads back what it saved', () => {
  const all = withSavedLayouts({}, 'shop/production', { last: layout, layouts: { night: layout } });
  expect(parseLayoutsFile(formatLayoutsFile(all))).toEqual(all);
});

test.each([
  '',
  'null',
  '[]',
  '{"version":2,"environments":{}}',
  '{"version":1,"environ',
  '{"version":1,"environments":[]}',
])('rejects %j as a state file', (text) => {
  expect(parseLayoutsFile(text)).toBeUndefined();
});

test.each<[unknown, unknown]>([
  [{ last: 7 }, { layouts: {} }],
  [{ last: { place: 'lag' } }, { layouts: {} }],
  [
    { last: { place: 'lag', focus: 'lag', bands: 'all', split: { panes: ['lag'] } } },
    { last: { place: 'lag', focus: 'lag' }, layouts: {} },
  ],
  [
    { layouts: { ok: { place: 'lag', focus: 'lag' }, bad: {} } },
    { layouts: { ok: { place: 'lag', focus: 'lag' } } },
  ],
])('ignores the invalid part of %j', (written, read) => {
  const text = JSON.stringify({ version: 1, environments: { 'shop/production': written } });
  expect(parseLayoutsFile(text)).toEqual({ 'shop/production': read });
});

test('keeps a limited number of environments and commands, newest first', () => {
  let all = {};
  for (let index = 0; index < 70; index++) all = withSavedLayouts(all, `shop/e${index}`, { layouts: {} });
  expect(Object.keys(all)).toHaveLength(50);
  expect(Object.keys(all).at(-1)).toBe('shop/e69');
  const commands = Array.from({ length: 300 }, (_, index) => `pods ${index}`).reduce(appendToHistory, []);
  expect(commands).toHaveLength(200);
  expect(parseHistory(`${commands.join('\n')}\n\n${'x'.repeat(900)}\n`)).toEqual(commands);
});

test('drops the value of a parameter with a secret name, also with blanks', () => {
  expect(appendToHistory([], 'run x api_token=abc "db_password=two words" name=psp')).toEqual([
    'run x api_token= db_password= name=psp',
  ]);
});

test.each([
  ['a=1  b="two words" "c=three words"', { a: '1', b: 'two words', c: 'three words' }],
  ['=1 word a=b=c', { a: 'b=c' }],
  ['', {}],
])('parses the parameters of %j', (text, params) => {
  expect(parseParamArguments(text)).toEqual(params);
});

test('splits words at blanks outside of quotes', () => {
  expect(splitArguments('run x "a=b c')).toEqual(['run', 'x', 'a=b c']);
  expect(lastArgumentStart('run x "a=b c')).toBe(6);
  expect('run 🚀 region=e'.slice(lastArgumentStart('run 🚀 region=e'))).toBe('region=e');
  expect(commonPrefix(['Env shop/a', 'env shop/b'])).toBe('Env shop/');
  expect(commonPrefix([])).toBe('');
});

const item = (text: string): PaletteItem => ({ id: text, text, command: text, run: () => {} });
const many = Array.from({ length: 10_000 }, (_, index) => item(`pods shop · billing-${index}-x`));

test('lists the best of many matches and counts all of them', () => {
  const all = [...many, item('pods shop · bx')];
  const found = fuzzyMatch(all, 'bx', []);
  expect(found.total).toBe(10_001);
  expect(found.items).toHaveLength(250);
  expect(found.items[0]?.item.text).toBe('pods shop · bx');
  expect(fuzzyMatch(all, 'b9999', []).items[0]?.item.text).toBe('pods shop · billing-9999-x');
  expect(prefixMatch(all, 'pods', []).total).toBe(10_001);
  expect(fuzzyMatch(all, '', ['pods shop · bx']).items[0]?.item.text).toBe('pods shop · bx');
});

const spot = (place: string): NavigationEntry => ({
  place,
  focus: place,
  cursor: { index: 0 },
  filter: '',
  opened: false,
});

test('navigation history is bounded, and ignores a step to the current entry', () => {
  let trail: NavigationHistory = emptyNavigationHistory;
  for (let index = 0; index < 70; index++) trail = pushEntry(trail, spot(`p${index}`));
  expect(trail.back).toHaveLength(50);
  expect(stepHistory(trail, 'back', spot('p69'))?.to.place).toBe('p68');
  expect(stepHistory(emptyNavigationHistory, 'forward', spot('p1'))).toBeUndefined();
});
