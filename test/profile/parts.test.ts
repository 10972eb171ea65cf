import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { readProfileTree } from '../../src/profile/document/read.ts';
import { childOf, plainValue } from '../../src/profile/document/tree.ts';
import { head } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

/** The runbooks of `p/dev.yaml` with this text after its head, and the diagnostics of reading it. */
const read = async (text: string, files: Readonly<Record<string, string>> = {}) => {
  const given = memoryFiles({ 'p/dev.yaml': `${head}${text}`, ...files });
  const { tree, diagnostics } = await readProfileTree('p/dev.yaml', given);
  const runbooks = childOf(tree, 'runbooks');
  return {
    runbooks: runbooks === undefined ? undefined : plainValue(runbooks),
    hasParts: childOf(tree, 'parts') !== undefined,
    diagnostics: diagnostics.map(formatDiagnostic),
  };
};

test('a part is inserted where it is named; keys beside the name correct it', async () => {
  expect(
    await read(
      [
        'parts:',
        '  up: { id: vh, title: All is up, within: 1m }',
        '  host: { type: choice, title: Host }',
        'runbooks:',
        '  - id: restart',
        '    params: { host: { part: host } }',
        '    verify:',
        '      - part: up',
        '      - { part: up, id: v2, within: 5m }',
        '',
      ].join('\n'),
    ),
  ).toEqual({
    hasParts: false,
    diagnostics: [],
    runbooks: [
      {
        id: 'restart',
        params: { host: { type: 'choice', title: 'Host' } },
        verify: [
          { id: 'vh', title: 'All is up', within: '1m' },
          { id: 'v2', title: 'All is up', within: '5m' },
        ],
      },
    ],
  });
});

test('a list is inserted item by item, or as the whole value; parts may name parts', async () => {
  const { runbooks, diagnostics } = await read(
    [
      'parts:',
      '  up: { id: vh }',
      '  all: [{ part: up }, { id: vr }]',
      'runbooks:',
      '  - { id: a, verify: [{ id: v0 }, { part: all }] }',
      '  - { id: b, verify: { part: all } }',
      '',
    ].join('\n'),
  );
  expect(diagnostics).toEqual([]);
  expect(runbooks).toEqual([
    { id: 'a', verify: [{ id: 'v0' }, { id: 'vh' }, { id: 'vr' }] },
    { id: 'b', verify: [{ id: 'vh' }, { id: 'vr' }] },
  ]);
});

test('files that are included and extended share parts; an overlay corrects an inserted step by its id', async () => {
  const { runbooks, diagnostics } = await read(
    [
      'extends: base.yaml',
      'parts: { up: { within: 9m } }',
      'runbooks: [{ id: restart, verify: [{ id: vh, for: 1m }] }]',
      '',
    ].join('\n'),
    {
      'p/base.yaml': 'parts: { up: { id: vh, within: 1m } }\nrunbooks: [{ include: books.yaml }]\n',
      'p/books.yaml': 'runbooks:\n  - { id: restart, verify: [{ part: up }] }\n',
    },
  );
  expect(diagnostics).toEqual([]);
  expect(runbooks).toEqual([{ id: 'restart', verify: [{ id: 'vh', within: '9m', for: '1m' }] }]);
});

test('templates insert parts with the values of each combination', async () => {
  const { runbooks } = await read(
    [
      'parts: { up: { id: vh, title: "${each.service} is up" } }',
      'each:',
      '  over: { service: [cart, orders] }',
      '  runbooks: [{ id: "restart-${each.service}", verify: [{ part: up }] }]',
      '',
    ].join('\n'),
  );
  expect(runbooks).toEqual([
    { id: 'restart-cart', verify: [{ id: 'vh', title: 'cart is up' }] },
    { id: 'restart-orders', verify: [{ id: 'vh', title: 'orders is up' }] },
  ]);
});

test('an argument of an operation may be named part', async () => {
  const { runbooks, diagnostics } = await read(
    'parts: { up: { id: vh } }\nrunbooks: [{ id: a, steps: [{ with: { part: 1 }, expect: { part: up } }], verify: [{ part: up }] }]\n',
  );
  expect(diagnostics).toEqual([]);
  expect(runbooks).toEqual([
    { id: 'a', steps: [{ with: { part: 1 }, expect: { part: 'up' } }], verify: [{ id: 'vh' }] },
  ]);
});

test.each([
  ['an unknown name', 'up: { id: v }', '{ part: upp }', 'no part is called "upp". did you mean "up"?'],
  ['no name', 'up: { id: v }', '{ part: [up] }', 'part expects a name, found a list. write part: NAME'],
  [
    'a cycle',
    'up: { part: up }',
    '{ part: up }',
    'p/dev.yaml:5:22: parts form a cycle: up → up. remove one of these part: lines',
  ],
  [
    'a key beside a list',
    'up: [{ id: v }]',
    '{ part: up, id: w }',
    'the part is a list, which takes no other keys. remove the keys beside part:',
  ],
  [
    'an unused part',
    'up: { id: v }',
    '{ id: v }',
    'part "up" is not used. write part: up in a runbook, or remove the part',
  ],
])('%s is named', async (_, part, item, message) => {
  const { diagnostics } = await read(`parts: { ${part} }\nrunbooks: [{ id: a, verify: [${item}] }]\n`);
  expect(diagnostics.join('\n').toLowerCase()).toContain(message.toLowerCase());
  expect(diagnostics.join('\n')).toMatch(/p\/dev\.yaml:\d+:\d+/);
});

test('a part of a base may be for other environments', async () => {
  const { diagnostics } = await read('extends: base.yaml\n', { 'p/base.yaml': 'parts: { up: { id: v } }\n' });
  expect(diagnostics).toEqual([]);
});

test('parts that are no map', async () => {
  const { diagnostics } = await read('parts: [up]\n');
  expect(diagnostics.join('\n')).toContain('parts: expected a map, found a list');
});
