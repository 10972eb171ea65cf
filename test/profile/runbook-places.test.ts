import { expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

test('folders and addresses of linked pages stand among the runbooks, also in included files', async () => {
  const text = `${head}vars: { wiki: https://wiki.example }
runbooks:
  - { folder: ../runbooks, for: https://wiki.example/ops/ }
  - include: more/runbooks.yaml
  - { fetch: "\${wiki}/raw/" }
  - { id: restart, act: [{ manual: true, title: Restart }], verify: none }
`;
  const included =
    'runbooks: [{ folder: pages }, { id: wait, act: [{ manual: true, title: Wait }], verify: none }]';
  const { profile, said } = await finish(text, { files: { 'p/more/runbooks.yaml': included } });
  expect(profile.runbookPlaces).toEqual([
    { folder: 'runbooks', for: 'https://wiki.example/ops/' },
    { folder: 'p/more/pages' },
    { fetch: 'https://wiki.example/raw/' },
  ]);
  expect(profile.runbooks.map(({ id }) => id)).toEqual(['wait', 'restart']);
  expect(said).toEqual([]);
});

test('a profile without places has none, and its runbooks still merge with those of its base', async () => {
  const base =
    'runbooks: [{ folder: pages }, { id: wait, title: Wait, act: [{ manual: true, title: Wait }], verify: none }]';
  const { profile } = await finish(
    `extends: base.yaml\n${head}runbooks: [{ id: wait, title: Wait longer }]\n`,
    {
      files: { 'p/base.yaml': base },
    },
  );
  expect(profile.runbooks.map(({ id, title }) => [id, title])).toEqual([['wait', 'Wait longer']]);
  expect(profile.runbookPlaces).toEqual([{ folder: 'p/pages' }]);
  expect((await finish(head)).profile.runbookPlaces).toBeUndefined();
});

test('a place has one kind, a path or an http address, and known keys', async () => {
  const text = `${head}runbooks:
  - { folder: pages, fetch: https://wiki.example/ }
  - { folder: "" }
  - { fetch: ftp://wiki.example/ }
  - { folder: pages, for: wiki }
`;
  const said = await saidOf(text);
  expect(said.filter((line) => line.includes('error') || /p\/dev.yaml:[6-9]/.test(line))).toHaveLength(4);
});
