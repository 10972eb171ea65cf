import { expect, test } from 'vitest';
import { historyIn, withCommand } from '../../../src/ui/features/command-line/history.ts';
import { commonStart, lastWordAt, paramsIn, wordsOf } from '../../../src/ui/features/command-line/words.ts';
import {
  leaving,
  noTrail,
  type Spot,
  stepped,
  type Trail,
} from '../../../src/ui/features/environments/spot.ts';
import { keptText, parseKept, withKept } from '../../../src/ui/features/layouts/kept-file.ts';
import type { Layout } from '../../../src/ui/features/layouts/layout.ts';
import type { Item } from '../../../src/ui/features/palette/items.ts';
import { exact, fuzzy } from '../../../src/ui/features/palette/match.ts';

const layout: Layout = {
  bands: [['health'], ['lag', 'pools']],
  place: 'lag',
  focus: 'lag',
  split: { panes: ['lag', 'pods'], from: 'overview' },
};

test('what is kept is read back as it was', () => {
  const all = withKept({}, 'shop/production', { last: layout, layouts: { night: layout } });
  expect(parseKept(keptText(all))).toEqual(all);
});

test.each([
  '',
  'null',
  '[]',
  '{"version":2,"environments":{}}',
  '{"version":1,"environ',
  '{"version":1,"environments":[]}',
])('%j is no file of ours', (text) => {
  expect(parseKept(text)).toBeUndefined();
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
])('of %j the part that cannot be understood is left out', (written, read) => {
  const text = JSON.stringify({ version: 1, environments: { 'shop/production': written } });
  expect(parseKept(text)).toEqual({ 'shop/production': read });
});

test('only so many environments and commands are kept, the latest', () => {
  let all = {};
  for (let index = 0; index < 70; index++) all = withKept(all, `shop/e${index}`, { layouts: {} });
  expect(Object.keys(all)).toHaveLength(50);
  expect(Object.keys(all).at(-1)).toBe('shop/e69');
  const commands = Array.from({ length: 300 }, (_, index) => `pods ${index}`).reduce(withCommand, []);
  expect(commands).toHaveLength(200);
  expect(historyIn(`${commands.join('\n')}\n\n${'x'.repeat(900)}\n`)).toEqual(commands);
});

test('the value of a parameter with a secret name is not kept, blanks or not', () => {
  expect(withCommand([], 'run x api_token=abc "db_password=two words" name=psp')).toEqual([
    'run x api_token= db_password= name=psp',
  ]);
});

test.each([
  ['a=1  b="two words" "c=three words"', { a: '1', b: 'two words', c: 'three words' }],
  ['=1 word a=b=c', { a: 'b=c' }],
  ['', {}],
])('%j holds these parameters', (text, params) => {
  expect(paramsIn(text)).toEqual(params);
});

test('words end at blanks outside of quotes', () => {
  expect(wordsOf('run x "a=b c')).toEqual(['run', 'x', 'a=b c']);
  expect(lastWordAt('run x "a=b c')).toBe(6);
  expect(commonStart(['Env shop/a', 'env shop/b'])).toBe('Env shop/');
  expect(commonStart([])).toBe('');
});

const item = (text: string): Item => ({ id: text, text, command: text, run: () => {} });
const many = Array.from({ length: 10_000 }, (_, index) => item(`pods shop · billing-${index}-x`));

test('of very many matches the best are listed, and how many there are is known', () => {
  const all = [...many, item('pods shop · bx')];
  const found = fuzzy(all, 'bx', []);
  expect(found.matches).toBe(10_001);
  expect(found.found).toHaveLength(250);
  expect(found.found[0]?.item.text).toBe('pods shop · bx');
  expect(fuzzy(all, 'b9999', []).found[0]?.item.text).toBe('pods shop · billing-9999-x');
  expect(exact(all, 'pods', []).matches).toBe(10_001);
  expect(fuzzy(all, '', ['pods shop · bx']).found[0]?.item.text).toBe('pods shop · bx');
});

const spot = (place: string): Spot => ({
  place,
  focus: place,
  cursor: { index: 0 },
  filter: '',
  opened: false,
});

test('a trail has an end, and a step to where one is already is none', () => {
  let trail: Trail = noTrail;
  for (let index = 0; index < 70; index++) trail = leaving(trail, spot(`p${index}`));
  expect(trail.back).toHaveLength(50);
  expect(stepped(trail, 'back', spot('p69'))?.to.place).toBe('p68');
  expect(stepped(noTrail, 'forward', spot('p1'))).toBeUndefined();
});
