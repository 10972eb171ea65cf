import { describe, expect, test } from 'vitest';
import { upgradeFile } from '../../../src/profile/upgrade/upgrade-file.ts';

const upgraded = (text: string, facts: { isMarked?: boolean; hasPlugins?: boolean } = {}) =>
  upgradeFile('a.yaml', text, { isMarked: true, hasPlugins: false, ...facts });

const rewritten = (text: string): string => {
  const { after, notes, errors } = upgraded(text);
  expect([notes, errors]).toEqual([[], []]);
  return after;
};

describe('the version of the format', () => {
  test('is added before the first key, below the comments of the file', () => {
    const text = '# the shop\nsystem: shop   # its name\nenv: dev\n';
    const { after, changes } = upgraded(text, { isMarked: false });
    expect(after).toBe('# the shop\nopsdeck: 1\nsystem: shop   # its name\nenv: dev\n');
    expect(changes).toEqual([
      {
        position: { file: 'a.yaml', line: 2, col: 1 },
        step: 'format-marker',
        what: 'add opsdeck: 1, the version of the profile format',
        lines: ['+ opsdeck: 1'],
      },
    ]);
  });

  test.each([
    ['line ends of Windows', 'system: shop\r\nenv: dev\r\n', 'opsdeck: 1\r\nsystem: shop\r\nenv: dev\r\n'],
    ['a start marker', '---\nsystem: shop\nenv: dev\n', '---\nopsdeck: 1\nsystem: shop\nenv: dev\n'],
    ['an indented map', '  system: shop\n  env: dev\n', '  opsdeck: 1\n  system: shop\n  env: dev\n'],
    ['a map in braces', '{ system: shop, env: dev }\n', '{ opsdeck: 1, system: shop, env: dev }\n'],
    ['a byte order mark', '\uFEFFsystem: shop\nenv: dev\n', '\uFEFFopsdeck: 1\nsystem: shop\nenv: dev\n'],
    ['no line end', 'system: shop\nenv: dev', 'opsdeck: 1\nsystem: shop\nenv: dev'],
  ])('with %s', (_, text, after) => {
    expect(upgraded(text, { isMarked: false })).toMatchObject({ after, notes: [], errors: [] });
  });

  test('is not added to a base, nor where the file or a base has it', () => {
    expect(upgraded('system: shop\n', { isMarked: false }).changes).toEqual([]);
    expect(upgraded('- { id: a }\n', { isMarked: false }).changes).toEqual([]);
    expect(upgraded('system: shop\nenv: dev\n', { isMarked: true }).changes).toEqual([]);
  });

  test('a newer one is refused, as validate does', () => {
    const { errors, after } = upgraded('system: shop\nopsdeck: 2\nenv: dev\n');
    expect(errors).toEqual([
      {
        position: { file: 'a.yaml', line: 2, col: 10 },
        severity: 'error',
        what: '2 is the profile format of a newer opsdeck',
        todo: 'update opsdeck',
      },
    ]);
    expect(after).toContain('opsdeck: 2');
  });
});

describe('rows of nodes', () => {
  const expression = 'any(workloads[kind = node] | name = a)';

  test.each([
    ['plain', `when: ${expression}   # why`, 'when: any(nodes | name = a)   # why'],
    ['in single quotes', `when: '${expression}'`, "when: 'any(nodes | name = a)'"],
    [
      'in double quotes, with escapes',
      'when: "any(workloads[kind = \\"node\\"] | name = \\"a b\\")"',
      'when: "any(nodes | name = \\"a b\\")"',
    ],
    ['in braces', `{ when: "${expression}", id: a }`, '{ when: "any(nodes | name = a)", id: a }'],
    [
      'folded',
      'when: >-  # why\n  any(workloads[kind = node\n  and name = a] |\n  cpuCores > 1)\nid: a',
      'when: >-  # why\n  any(nodes[name = a] |\n  cpuCores > 1)\nid: a',
    ],
    [
      'over several lines',
      'when: any(workloads[kind = node]\n  | name = a)\nid: a',
      'when: any(nodes\n  | name = a)\nid: a',
    ],
    [
      'with line ends of Windows',
      `when: ${expression}\r\nid: a\r\n`,
      'when: any(nodes | name = a)\r\nid: a\r\n',
    ],
    [
      'in a test of a parameter',
      'from: workloads.name  # which\nmade: startedAt\nwhere: kind = node and name != a',
      'from: nodes.name  # which\nmade: startedAt\nwhere: name != a',
    ],
    [
      'in a where of nothing else',
      'from: workloads.name\nwhere: kind = node\ntitle: N',
      'from: nodes.name\ntitle: N',
    ],
    [
      'in a signal',
      'read: { fact: workloads, where: kind = node, field: cpuCores, fold: max }',
      'read: { fact: nodes, field: cpuCores, fold: max }',
    ],
  ])('%s', (_, text, after) => {
    expect(rewritten(text)).toBe(after);
  });

  test('an anchored expression changes for its aliases, too', () => {
    const text = `runbooks:\n  - { id: a, when: &down "${expression}" }\n  - { id: b, when: *down }\n`;
    expect(rewritten(text)).toBe(text.replace(expression, 'any(nodes | name = a)'));
  });

  test('an anchored map changes once', () => {
    const text = 'a: &read { fact: workloads, where: kind = node and name = a }\nb: *read\n';
    expect(rewritten(text)).toBe('a: &read { fact: nodes, where: name = a }\nb: *read\n');
  });

  test.each([
    ['mixes nodes and others', 'when: any(workloads | kind = node or name = a)', 1, 7],
    ['its text is used elsewhere', `when: &text ${expression}\ntitle: *text`, 1, 13],
    ['its kind is shared by an anchor', 'fact: &k workloads\nwhere: kind = node and name = a', 2, 8],
    ['the kind is in another file', 'id: a\nwhere: kind = node and name = a', 2, 8],
    ['its field is gone', 'fact: workloads\nwhere: kind = node and name = a\nfield: ready', 2, 8],
    ['a comment is between the keys', 'from: workloads.name\n# only nodes\nwhere: kind = node', 3, 8],
    ['other tests of the rows', 'from: workloads.name\nwhere: kind = node and name = a\navoid: []', 2, 8],
  ])('is left to a person: %s', (_, text, line, col) => {
    const { after, changes, notes } = upgraded(text);
    expect([after, changes]).toEqual([text, []]);
    expect(notes.map(({ position }) => position)).toEqual([{ file: 'a.yaml', line, col }]);
    expect(notes[0]?.todo).toMatch(/nodes/);
  });

  test('is left to a person where a plugin may provide rows of this kind', () => {
    const { changes, notes } = upgraded(`when: ${expression}`, { hasPlugins: true });
    expect(changes).toEqual([]);
    expect(notes[0]?.what).toMatch(/plugin/);
  });

  test('a test of another kind is not touched', () => {
    const text = 'fact: sessions\nwhere: kind = node and name = a\n';
    expect(rewritten(text)).toBe(text);
  });
});

test('shows only the lines that change', () => {
  const { changes } = upgraded(
    'when: >-\n  api.up = 0 or\n  any(workloads[kind = node] | name = a)\nid: b\n',
  );
  expect(changes[0]?.lines).toEqual(['- any(workloads[kind = node] | name = a)', '+ any(nodes | name = a)']);
});

test('a second run changes nothing', () => {
  const text = `env: dev\nwhen: any(workloads[kind = node] | status != Ready)\n`;
  const { after } = upgraded(text, { isMarked: false });
  expect(after).not.toBe(text);
  expect(upgraded(after).after).toBe(after);
  expect(upgraded(after)).toMatchObject({ changes: [], notes: [] });
});

test.each([['a: [\n'], ['a: 1\na: 2\n'], [''], ['!x a: 1\n']])('broken YAML is an error: %j', (text) => {
  const { after, errors } = upgraded(text, { isMarked: false });
  expect(after).toBe(text);
  expect(errors.length).toBeGreaterThan(0);
});

describe('renamed keys', () => {
  const before = [
    'guard: { blast: { objects: 5, most: 20 } } # one run',
    'sources:',
    '  logs:',
    '    type: loki',
    '    most: 50   # streams',
    '    back: 6h',
    '  shop: { type: aws, "most": 10 }',
    '  own: { type: kafka, most: 10 }',
    '',
  ].join('\n');

  test('get their present names where the type has them', () => {
    expect(rewritten(before)).toBe(
      [
        'guard: { blast: { objects: 5, limit: 20 } } # one run',
        'sources:',
        '  logs:',
        '    type: loki',
        '    limit: 50   # streams',
        '    lookback: 6h',
        '  shop: { type: aws, limit: 10 }',
        '  own: { type: kafka, most: 10 }',
        '',
      ].join('\n'),
    );
  });

  test('say where they are and what they are called now', () => {
    expect(upgraded(before).changes.map(({ position, step, what }) => [position.line, step, what])).toEqual([
      [1, 'renamed-keys', 'the key most of guard.blast is now called limit'],
      [5, 'renamed-keys', 'the key most of sources.logs is now called limit'],
      [6, 'renamed-keys', 'the key back of sources.logs is now called lookback'],
      [7, 'renamed-keys', 'the key most of sources.shop is now called limit'],
    ]);
  });

  test('of a source whose type is in another file are left to a person', () => {
    const { after, notes } = upgraded('sources: { logs: { most: 50 } }\n');
    expect(after).toBe('sources: { logs: { most: 50 } }\n');
    expect(notes.map(({ what }) => what)).toEqual([
      'the key most of sources.logs is now called limit if the type is aws or loki',
    ]);
  });
});
