import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSecretSpec, type ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { createSecretMasker, secretMasker } from '../../src/platform/masking/secrets.ts';
import { learnSecretParams } from '../../src/runs/runbooks/secret-params.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

const secret = 'S3cr3tVal99';

const runbooks = `runbooks:
  - id: set
    params: { password: { type: string, pattern: '[^ ]+' } }
    diagnose: [{ id: d1, title: "Look at \${param.password}", use: api.request, with: { method: GET, path: "/look/\${param.password}" } }]
    act:
      - { id: a1, title: "Set \${param.password}", use: api.request, danger: safe, with: { method: POST, path: /x, body: { password: "\${param.password}" } } }
      - { id: a2, title: Path, use: api.request, danger: safe, with: { method: POST, path: "/u/\${param.password}" } }
      - { id: a3, title: Program, use: sc.exec, danger: safe, with: { argv: [echo, "now \${param.password}"] } }
    verify: none
`;

/** Sends the value back in a sentence. */
const echo = () =>
  localServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(`logs in with ${body === '' ? request.url : JSON.parse(body).password} from now on`);
  });

const profile = (url: string): string =>
  shopProfile(url, `${runbooks}`).replace(
    'sources:\n',
    'sources:\n  sc: { type: script, checks: [{ service: x, run: ["true"], parse: exit }] }\n',
  );

describe('the value of a secret parameter', () => {
  test.each(sampled([[[]], [['--json']], [['--dry-run']]], everyNth(3)))(
    'is in no output of run %j and not in the ledger',
    async (flags) => {
      await using server = await echo();
      await workspace.put('profiles/dev.yaml', profile(server.url));
      const given = ['run', 'set', '--env', 'dev', '--diagnose', '--param', `password=${secret}`];
      const run = await workspace.run([...given, ...flags]);
      expect(run.stdout).toContain('…masked');
      expect(run.stdout + run.stderr).not.toContain(secret);
      const ledger = await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8');
      expect(ledger).toContain('"planned"');
      expect(ledger).not.toContain(secret);
      const exported = await workspace.run(['audit', 'export']);
      expect(exported.stdout).not.toContain(secret);
    },
  );

  test('is in no diagnostic about it', async () => {
    await using server = await echo();
    await workspace.put('profiles/dev.yaml', profile(server.url));
    const wrong = 'T4ken with blanks';
    const run = await workspace.run(['run', 'set', '--env', 'dev', '--param', `password=${wrong}`]);
    expect(run.stderr).toContain('is not accepted');
    expect(run.stderr).not.toContain(wrong);
  });
});

const spec = (name: string, type: ParamSpec['type'] = 'string'): ParamSpec => ({ name, type });

test.each(['password', 'dbPassword', 'api_key', 'secret_id', 'newToken', 'private_key', 'client-secret'])(
  'a text called %s is a secret',
  (name) => expect(isSecretSpec(spec(name))).toBe(true),
);

test.each(['secretName', 'token_url', 'password_file', 'key', 'service', 'token-ttl'])(
  'a text called %s is none',
  (name) => expect(isSecretSpec(spec(name))).toBe(false),
);

test('a choice is a name, not a secret, and a number is too common a text', () => {
  expect(isSecretSpec(spec('secret', 'choice'))).toBe(false);
  expect(isSecretSpec(spec('tokens', 'int'))).toBe(false);
});

test('words and values that are too short stay readable', () => {
  const before = secretMasker.size;
  learnSecretParams([spec('password'), spec('token')], { password: 'abc', token: 'none' });
  expect(secretMasker.size).toBe(before);
});

test('a default is a secret, too', () => {
  learnSecretParams([{ ...spec('password'), default: 'D3faultPw77' }], {});
  expect(secretMasker.mask('with D3faultPw77')).toBe('with …masked');
  expect(createSecretMasker().mask('with D3faultPw77')).toContain('D3fault');
});
