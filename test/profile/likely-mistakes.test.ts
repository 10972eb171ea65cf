// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { head, saidOf } from './support/loading.ts';

const api = 'sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }\n';

test('a password in an address is warned of, unless it comes from outside of the profile', async () => {
  const of = (url: string) =>
    saidOf(`${head}sources: { api: { type: probe, url: "${url}", checks: [{ service: api, path: / }] } }\n`);
  expect(await of('http://reader:hunter22@db')).toEqual([
    'p/dev.yaml:5:37: warning: api: the password of the address is in the profile. Write ${env:API_URL}, or ${exec:COMMAND} of a password manager',
  ]);
  expect(await of('http://reader@db')).toEqual([]);
  expect((await of('http://reader:${env:PASSWORD}@db')).join()).not.toContain('password in the profile');
});

test.each([
  ['production', 1],
  ['dev', 0],
])('in %s, a runbook that acts and does not verify is warned of', async (tier, count) => {
  const runbooks = `runbooks:
  - { id: forgotten, title: A, act: [{ title: B, use: api.post }] }
  - { id: meant, title: A, act: [{ title: B, use: api.post }], verify: none }
  - { id: by-hand, title: A, act: [{ title: B, manual: true }] }
`;
  const said = await saidOf(`${head.replace('tier: dev', `tier: ${tier}`)}${api}${runbooks}`);
  expect(said.filter((line) => line.includes('verify'))).toEqual(
    [
      'p/dev.yaml:7:5: warning: forgotten verify: missing, so that no run can show that the action worked. Add checks, or write verify: none',
    ].slice(0, count),
  );
});
