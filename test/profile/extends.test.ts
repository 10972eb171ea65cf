import { expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const base = `opsdeck: 1
system: shop
vars: { api: http://base }
sources:
  api: { type: probe, url: "\${api}", every: 5s, checks: [{ service: api, path: / }] }
signals:
  - { id: latency, source: api, read: { latency: api }, warn: ">=200" }
`;

test('a profile overrides its base key by key', async () => {
  const files = { 'p/shared/base.yaml': base };
  const text = `opsdeck: 1
env: dev
tier: dev
extends: shared/base.yaml
vars: { api: http://dev }
sources:
  api: { every: 1s }
signals:
  - { id: latency, crit: ">=900" }
`;
  const { profile } = await finish(text, { files });
  expect(profile.system).toBe('shop');
  expect(profile.sources).toEqual([
    {
      id: 'api',
      type: 'probe',
      config: { url: 'http://dev', every: 1000, checks: [{ service: 'api', path: '/' }] },
      position: { file: 'p/dev.yaml', line: 7, col: 3 },
    },
  ]);
  expect(profile.signals[0]?.threshold).toEqual({
    warn: { op: '>=', value: 200 },
    crit: { op: '>=', value: 900 },
  });
});

test('a base of a base has the lowest precedence', async () => {
  const files = {
    'p/base.yaml': 'extends: lowest.yaml\ntitle: base\n',
    'p/lowest.yaml': 'title: lowest\ncolor: red\n',
  };
  const { profile } = await finish(`${head}extends: base.yaml\n`, { files });
  expect([profile.title, profile.color]).toEqual(['base', 'red']);
});

test('reports errors of a base at their position in it', async () => {
  const files = { 'p/base.yaml': 'system: shop\nsources:\n  api: { type: prob }\n' };
  expect(await saidOf(`${head}extends: base.yaml\n`, { files })).toEqual([
    'p/base.yaml:3:16: unknown type "prob". Did you mean "probe"?',
  ]);
});

test.each([
  ['a missing base', {}, ['p/dev.yaml:5:10: no such file: p/base.yaml. Correct the path']],
  [
    'a base that is not YAML',
    { 'p/base.yaml': 'a: "\n' },
    ['p/base.yaml:2:1: a quote is opened and never closed. Close the quote before the value ends'],
  ],
  [
    'a cycle',
    { 'p/base.yaml': 'extends: ../p/dev.yaml\n' },
    [
      'p/base.yaml:1:10: the files extend each other in a cycle: p/dev.yaml → p/base.yaml → p/dev.yaml. Remove one of these extends lines',
    ],
  ],
  [
    'a base that extends a number',
    { 'p/base.yaml': 'extends: 3\n' },
    ['p/base.yaml:1:10: extends expects a file name, found a number. Write extends: base.yaml'],
  ],
])('%s: reported once, without follow-up errors', async (_, files, said) => {
  expect(await saidOf(`${head}extends: base.yaml\n`, { files })).toEqual(said);
});

test('runbooks of an included file merge with those of a base by id', async () => {
  const files = {
    'p/base.yaml': 'runbooks: [{ include: books/a.yaml }, { id: own, title: Own }]\n',
    'p/books/a.yaml': '- { id: included, title: Included, verify: none }\n',
  };
  const text = `${head}extends: base.yaml\nrunbooks: [{ id: included, title: Renamed }]\n`;
  const { profile } = await finish(text, { files });
  expect(profile.runbooks.map(({ id, title, verify }) => [id, title, verify])).toEqual([
    ['included', 'Renamed', 'none'],
    ['own', 'Own', []],
  ]);
});
