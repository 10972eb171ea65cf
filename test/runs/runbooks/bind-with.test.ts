import { expect, test } from 'vitest';
import { z } from 'zod';
import type { BindingRules } from '../../../src/domain/runbooks/operation.ts';
import { PlanError } from '../../../src/domain/runbooks/operation.ts';
import { loopTurns, withTurnValue } from '../../../src/runs/runbooks/binding/bind.ts';
import { bindByRules } from '../../../src/runs/runbooks/binding-rules.ts';

const path = '/users/${param.name}/end?why=${param.name}';
const addressed: BindingRules = { path: 'address' };
const bodied = { path, body: { name: '${param.name}' } };

test.each([
  ['psp', 'psp'],
  ['a/b', 'a%2Fb'],
  ['../admin', '..%2Fadmin'],
  ['x?all=true#y', 'x%3Fall%3Dtrue%23y'],
  ['50%', '50%25'],
  ['a b\r\nHost: evil', 'a%20b%0D%0AHost%3A%20evil'],
  ['${param.other}', '%24%7Bparam.other%7D'],
])('%j is one segment in an address, and unchanged elsewhere', (name, part) => {
  expect(bindByRules(bodied, { name, other: '/' }, addressed)).toEqual({
    path: `/users/${part}/end?why=${part}`,
    body: { name },
  });
  const turn = withTurnValue({ other: '/' }, { value: name });
  expect(bindByRules({ path: '/x/${each}', body: '${each}' }, turn, addressed)).toEqual({
    path: `/x/${part}`,
    body: name,
  });
});

test.each(['', '.', '..'])('%j cannot be part of an address. Use a value without / and ..', (name) => {
  expect(() => bindByRules(bodied, { name }, addressed)).toThrow(
    `"${name}" cannot be part of an address. Use a value without / and ..`,
  );
  expect(() => bindByRules({ path: '/${each}' }, { each: name }, addressed)).toThrow(
    'cannot be part of an address. Use a value without / and ..',
  );
  // Outside the address, any value is allowed.
  expect(bindByRules({ path: '/x', body: '${param.name}' }, { name }, addressed)).toEqual({
    path: '/x',
    body: name,
  });
});

test('leaves text that is not an address, and the author’s own text, unchanged', () => {
  expect(bindByRules(bodied, { name: 'a/b' }, {})).toMatchObject({ path: '/users/a/b/end?why=a/b' });
  expect(bindByRules({ path: '/a/../b?c=${param.n}' }, { n: 3 }, addressed)).toEqual({ path: '/a/../b?c=3' });
});

test('the value of a loop iteration is not expanded again', () => {
  const step = {
    id: 'a1',
    title: 'End it',
    use: 'api.request',
    with: { name: '${each}, ${param.b}' },
    each: 'a',
  };
  const params = { a: ['${param.b}', 'c'], b: '${each}' };
  const turns = loopTurns(step, params);
  expect(turns.map(({ id, title, turn }) => ({ id, title, turn }))).toEqual([
    { id: 'a1/1', title: 'End it: ${each}', turn: { value: '${param.b}', nth: 1, of: 2 } },
    { id: 'a1/2', title: 'End it: ${each}', turn: { value: 'c', nth: 2, of: 2 } },
  ]);
  expect(turns.map((turn) => bindByRules(turn.with ?? {}, withTurnValue(params, turn.turn), {}))).toEqual([
    { name: '${param.b}, ${each}' },
    { name: 'c, ${each}' },
  ]);
});

test('a value without a parameter is not bound', () => {
  expect(() => bindByRules({ path: '/${param.none}' }, {}, addressed)).toThrow(
    'has no value. Give the parameter a value',
  );
});

const rules: BindingRules = {
  sql: 'statement',
  'undo.sql': 'statement',
  body: 'document',
  'expect.text': 'pattern',
  abort: 'fixed',
};

test.each([
  [{ sql: "SELECT '${param.x}'" }, 'with.sql', 'params: ["${param.x}"]'],
  [{ sql: '${param.x}' }, 'with.sql', 'identifiers: { NAME: "${param.x}" }'],
  [{ sql: 'SELECT 1', undo: { sql: 'DROP TABLE ${each}', title: '' } }, 'with.undo.sql', '${each}'],
  [{ body: '{"a": "${param.x}"}' }, 'with.body', 'Write the body as a map'],
  [{ body: '${param.x}' }, 'with.body', 'plain: TEXT'],
  [{ abort: 'SELECT ${param.x}' }, 'with.abort', 'without a parameter'],
])('rejects %j when it is bound, whatever the value', (given, where, todo) => {
  for (const value of ['harmless', "bob' OR true --"]) {
    const bind = () => bindByRules(given, { x: value, each: value }, rules);
    expect(bind).toThrow(PlanError);
    expect(bind).toThrow(where);
    expect(bind).toThrow(todo);
  }
});

test('binds values outside of texts, whatever they contain', () => {
  const x = "bob' OR true --";
  const given = {
    sql: 'SELECT $1',
    params: ['${param.x}'],
    undo: { title: 'Undo ${param.x}' },
    body: { a: ['${param.x}'] },
  };
  expect(bindByRules(given, { x }, rules)).toEqual({
    sql: 'SELECT $1',
    params: [x],
    undo: { title: `Undo ${x}` },
    body: { a: [x] },
  });
});

test.each(['.*', 'a|b', 'a[1]', '1.2/3', 'x-y'])('%j in a pattern matches only itself', (x) => {
  const bound = bindByRules({ expect: { text: '^${param.x}$', status: 200 } }, { x }, rules);
  const { text, status } = z
    .object({ expect: z.object({ text: z.string(), status: z.number() }) })
    .parse(bound).expect;
  expect([new RegExp(text, 'u').test(x), new RegExp(text, 'u').test('other'), status]).toEqual([
    true,
    false,
    200,
  ]);
});
