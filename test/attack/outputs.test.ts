import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localServer } from '../io/local-server.ts';
import { hostileScene } from '../screens/support/hostile.ts';
import { openCockpit, type User } from '../screens/support/user.ts';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { shopProfile } from '../support/shop-profile.ts';
import { family, seed } from './support/attack.ts';
import { hostileText } from './support/texts.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** In the profile: what it resolves is known word for word. */
const known = 'kNowN/9+q!TAG0TAG';

/** Each value has a tag of its own, which is in no other text and in no mask. */
const tag = (nth: number): string => `TAG${nth}TAG`;

const secretKeys = [
  'password',
  'dbPassword',
  'db.password',
  'api_key',
  'apiKey',
  'client-secret',
  'access_token',
];
const moreSecretKeys = [
  'accessToken',
  'session_id',
  'authorization',
  'Set-Cookie',
  'passphrase',
  'X-Auth-Token',
];
const nameKeys = [
  'user',
  'userId',
  'user_name',
  'customer',
  'customer_id',
  'account',
  'login',
  'username',
  'actor',
];

interface Planted {
  /** What stands in the log. */
  readonly line: string;
  readonly tag: string;
  /** A secret is in no output; a name is in none that is shared or anonymised. */
  readonly is: 'secret' | 'name';
}

const forms = ['json', 'nested', 'inner', 'logfmt'] as const;

const lineOf = (form: (typeof forms)[number], key: string, value: string): string => {
  const head = { time: '2026-03-04T10:00:00Z', level: 'info', msg: 'went through' };
  if (form === 'json') return JSON.stringify({ ...head, [key]: value });
  if (form === 'nested') return JSON.stringify({ ...head, request: { [key]: value } });
  if (form === 'inner') return JSON.stringify({ ...head, body: JSON.stringify({ [key]: value }) });
  return `time=2026-03-04T10:00:00Z level=info msg="went through" ${key}="${value}"`;
};

const byField = fc.record({
  form: fc.constantFrom(...forms),
  key: fc.oneof(
    fc.record({ is: fc.constant('secret' as const), key: fc.constantFrom(...secretKeys, ...moreSecretKeys) }),
    fc.record({ is: fc.constant('name' as const), key: fc.constantFrom(...nameKeys) }),
  ),
});

const byForm: readonly ((tag: string) => Omit<Planted, 'tag'>)[] = [
  (t) => ({ is: 'secret', line: `10:00 INFO token eyJhbGciOiJIUzI1NiJ9.eyJz${t}.${t}sig end` }),
  (t) => ({ is: 'secret', line: `10:00 INFO GET https://zoe:${t}pw@db.acme.net/x` }),
  (t) => ({ is: 'secret', line: `10:00 INFO Authorization: Bearer ${t}9abcdef` }),
  (t) => ({ is: 'secret', line: `10:00 INFO login with password=${t} failed İ` }),
  (t) => ({ is: 'name', line: `10:00 INFO mail of ${t}@acme.net İ` }),
  (t) => ({ is: 'name', line: `10:00 INFO host ${t}-7.db.acme.net refused` }),
  (t) => ({ is: 'name', line: `10:00 INFO customer_id=${t} has paid` }),
  (t) => ({ is: 'name', line: JSON.stringify({ msg: 'cart', fields: { [`${t}@acme.net`]: 'seen' } }) }),
];

/** The same each time for a seed. */
const planted = (of = seed): readonly Planted[] => {
  const fields = fc.sample(byField, { numRuns: 160, seed: of }).map(({ form, key: { is, key } }, index) => ({
    is,
    tag: tag(index + 1),
    line: lineOf(form, key, `${tag(index + 1)} x1`.replace(' ', is === 'name' ? '-' : ' ')),
  }));
  const texts = byForm.map((make, index) => ({ ...make(tag(index + 1000)), tag: tag(index + 1000) }));
  return [...fields, ...texts];
};

/** Which tags an output holds; with it the line, so that a failure says where. */
const leaked = (output: string, all: readonly Planted[]): readonly string[] =>
  all.filter((one) => output.includes(one.tag)).map(({ line }) => line);

const prepare = async (of: number): Promise<readonly Planted[]> => {
  const all = planted(of);
  await workspace.put('app.log', `${all.map(({ line }) => line).join('\n')}\n10:00 INFO key ${known} used\n`);
  await workspace.put(
    'profiles/dev.yaml',
    `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  app: { type: file, paths: ["../app.log"] }
  api: { type: http, url: "http://127.0.0.1:9", auth: { bearer: "${known}" }, checks: [] }
`,
  );
  return all;
};

/** Anything but text, line feeds, tabs, and the colors of this program. */
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const namesProfile = (glob: string): string =>
  `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  app: { type: file, paths: ["${glob}"] }
signals:
  - { id: age, title: Newest, source: app, read: { newest: "${glob}", read: ageHours }, unit: h, crit: ">=0" }
  - { id: rows, title: Rows, source: app, read: { csv: "${glob}", column: seconds, fold: last }, unit: s }
`;

interface Asked {
  readonly args: readonly string[];
  readonly hides: readonly Planted['is'][];
}
const asked: readonly Asked[] = [
  { args: ['--json'], hides: ['secret'] },
  { args: ['--anonymise'], hides: ['secret', 'name'] },
  { args: ['--json', '--anonymise'], hides: ['secret', 'name'] },
  { args: ['--share'], hides: ['secret', 'name'] },
  { args: ['--json', '--share'], hides: ['secret', 'name'] },
  { args: ['--json', '--anonymise', '--share'], hides: ['secret', 'name'] },
];

const logs = (args: readonly string[]): Promise<Ended> =>
  workspace.run(['logs', '--env', 'dev', '--source', 'app', ...args]);

/** A name of a file: text, controls, and what begins a line of its own. */
const fileName = fc
  .array(
    fc.oneof(
      hostileText,
      fc.constantFrom(
        '\n2026-03-04T10:00:00Z ERROR forged',
        '\u001b]52;c;ZXZpbA==\u0007',
        '..',
        '-rf',
        '$(id)',
        ' ',
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) =>
    Buffer.from(parts.join('').replaceAll(/[\0/]/g, '_').toWellFormed()).subarray(0, 90).toString(),
  )
  .map((name) => `x${name.replaceAll('\ufffd', '')}.log`);

const leavingRows = (user: User): string => user.rows().join('\n');

/** All that has left a cockpit: the bytes of its terminal, the texts of its clipboard, the files that it has saved. */
const leaving = (user: User, _texts: readonly string[]): string => {
  const written = user.terminal.written();
  const copied = [...written.matchAll(/\u001b\]52;c;([\w+/=]*)/g)].map(([, text = '']) => atob(text));
  const saved = user.given.flatMap(([command, ...rest]) => (command === 'save' ? rest.map(String) : []));
  expect([copied.length > 0, saved.length > 0]).toEqual([true, true]);
  return [written, ...copied, ...saved].join('\n');
};

family('tagged secrets', ({ attack }) => {
  attack('in lines of logs, under every kind of field and in every form: no flag that hides lets one out', {
    rounds: 2,
    corpus: asked.map((one): [Asked, number] => [one, 22]),
    inputs: fc.tuple(fc.constantFrom(...asked), fc.nat()),
    defense: logs,
    sabotaged: (args: readonly string[]) => logs(args.includes('--json') ? [] : args.slice(1)),
    notices: /TAG\d+TAG/,
    holds: async ([{ args, hides }, of], run) => {
      const all = await prepare(of);
      const plain = await logs([]);
      expect(leaked(plain.stdout, all)).toHaveLength(all.length);
      const { stdout, stderr, code } = await run(args);
      expect(code).toBe(0);
      const hidden = all.filter(({ is }) => hides.includes(is));
      const [first] = leaked(stdout + stderr, hidden);
      if (first !== undefined) throw new Error(`${args.join(' ')} lets out: ${first}`);
      expect(plain.stdout + stdout + stderr).not.toContain('TAG0TAG');
      expect(stdout.split('\n')).toHaveLength(all.length + 2);
      if (args.includes('--json')) for (const line of stdout.trim().split('\n')) JSON.parse(line);
      return hidden.length;
    },
  });

  attack('on every pane of the screen, in what is copied and in what is saved', {
    rounds: 2,
    inputs: fc.tuple(
      fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 9 }),
      fc.constantFrom([80, 24], [120, 36], [47, 20]),
    ),
    defense: leaving,
    sabotaged: ((_user, texts) => texts.join('\n').replace(/^.*?(?=TAG)/s, '')) as typeof leaving,
    holds: async ([chosen, [columns = 80, rows = 24]], shown) => {
      const texts = chosen.flatMap((nth, at) => {
        const { is, line } = byForm[nth]?.(tag(at)) ?? { is: 'name', line: '' };
        return is === 'secret' ? [line.replace('10:00 INFO ', '')] : [];
      });
      const user = await openCockpit({ scene: hostileScene(texts), size: [columns, rows] });
      for (const pane of ['0', 'W', 'J', '1', '2', '3', '4', '5', '6', '7', 'D'])
        for (const keys of [
          pane,
          'z j y',
          'j enter',
          'y esc',
          'E enter',
          'E j enter',
          'E j j enter',
          'esc 0',
        ]) {
          await user.press(keys);
          expect(leavingRows(user)).not.toMatch(/TAG\d/);
        }
      expect(leavingRows(user)).not.toBe('');
      expect(shown(user, texts)).not.toMatch(/TAG\d/);
      user.ui.stop();
      return 11 * texts.length;
    },
  });
});

family('names of files', ({ attack }) => {
  attack('no name steers the terminal or forges a line, in no command', {
    rounds: 6,
    inputs: fc.tuple(
      fc.uniqueArray(fileName, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(['logs'], ['logs', '--anonymise'], ['logs', '--json'], ['check'], ['doctor']),
    ),
    defense: async (args: readonly string[], _names: readonly string[]) =>
      workspace.run([...args, '--env', 'dev']),
    sabotaged: async (_args, given) => ({
      code: 0,
      tookMs: 0,
      stderr: '',
      stdout: `${given.join('\n')}\n\u001b[2J`,
    }),
    holds: async ([given, args], run) => {
      await rm(workspace.path('names'), { recursive: true, force: true });
      for (const name of given) await workspace.put(`names/${name}`, '2026-03-04T10:00:01Z INFO said it\n');
      await workspace.put('profiles/dev.yaml', namesProfile('../names/*.log'));
      const { stdout, stderr } = await run(args, given);
      expect(stdout + stderr).not.toMatch(steering);
      expect(stdout + stderr).not.toMatch(/^2026-03-04T10:00:00Z ERROR forged/m);
      return given.length;
    },
  });
});

describe('what a server answers', () => {
  /** Two hundred secrets in the JSON of a health check, a status line and a reading operation. */
  const answers = (all: readonly Planted[]) =>
    localServer((_request, response) => {
      const secrets = all.filter(({ is }) => is === 'secret').map(({ line }) => line);
      response
        .writeHead(503, { 'content-type': 'application/json' })
        .end(JSON.stringify({ status: 'down', detail: secrets.slice(0, 3).join(' '), more: secrets }));
    });

  test.each([
    { args: ['check'] },
    { args: ['check', '--json'] },
    { args: ['check', '--json', '--share'] },
    { args: ['doctor', '--json'] },
    { args: ['run', 'look', '--json'] },
    { args: ['run', 'look', '--dry-run'] },
  ])('$args, and the ledger that it leaves, hold no secret', async ({ args }) => {
    const all = planted();
    await using wire = await answers(all);
    const runbook = `runbooks:
  - id: look
    title: Look
    act: [{ id: a1, title: Call, use: api.request, danger: safe, with: { method: POST, path: /x, body: '{"password":"TAG5000TAG"}' } }]
`;
    await workspace.put('profiles/dev.yaml', shopProfile(wire.url, runbook));
    const { stdout, stderr } = await workspace.run([...args, '--env', 'shop/dev']);
    expect(stdout, stderr).not.toBe('');
    const shown = [stdout, stderr];
    for (const what of [['show'], ['show', '--json'], ['export']])
      shown.push((await workspace.run(['audit', ...what])).stdout);
    expect(leaked(shown.join('\n'), all)).toEqual([]);
    expect(shown.join('\n')).not.toContain('TAG5000TAG');
    expect((await workspace.run(['audit', 'verify'])).code).toBe(0);
  });
});

test('what a server answers is masked before it is cut, wherever the cut is', async () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.QwErTyUiOpAsDfGhJkLz';
  let lead = 0;
  await using wire = await localServer((_request, response) => {
    response.writeHead(503).end(`${'. '.repeat(2000).slice(0, lead)}${jwt} - end`);
  });
  const runbook = `runbooks:
  - id: look
    title: Look
    act: [{ id: a1, title: Call, use: api.request, danger: safe, with: { method: POST, path: /x } }]
`;
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url, runbook));
  for (lead = 1938; lead < 2006; lead += 3) {
    const { stdout, stderr } = await workspace.run(['run', 'look', '--json', '--env', 'shop/dev']);
    expect(stdout).toContain('. . . .');
    expect(stdout + stderr).not.toMatch(/eyJ|QwErT/);
  }
});

describe('names that steer a terminal, or forge a line', () => {
  const osc = '\u001b]52;c;ZXZpbA==\u0007';
  const names = [
    `a${osc}.log`,
    'b\n2026-03-04T10:00:00Z ERROR forged.log',
    'c\r\u009b2Jc.log',
    'd\u202egol.log',
    'e\u2028f.log',
    'g\u001b[8mh.log',
  ];
  test.each([
    { args: ['logs'] },
    { args: ['logs', '--anonymise'] },
    { args: ['logs', '--json'] },
    { args: ['logs', '--json', '--share'] },
    { args: ['logs', '--tail', '1'] },
    { args: ['logs', '--of', `nothing${osc}`] },
    { args: ['check'] },
    { args: ['check', '--json'] },
    { args: ['doctor'] },
    { args: ['validate'] },
  ])('$args', async ({ args }) => {
    for (const name of names) await workspace.put(name, `2026-03-04T10:00:01Z INFO said ${osc}it\n`);
    await workspace.put('profiles/dev.yaml', namesProfile('../*.log'));
    const given = args[0] === 'validate' ? [] : ['--env', 'dev'];
    const { stdout, stderr } = await workspace.run([...args, ...given]);
    expect(stdout + stderr).not.toBe('');
    expect(stdout).not.toMatch(steering);
    expect(stderr).not.toMatch(steering);
    expect(stdout + stderr).not.toMatch(/^2026-03-04T10:00:00Z ERROR forged/m);
    if (args[0] === 'logs' && args.length === 1)
      expect(stdout.trimEnd().split('\n')).toHaveLength(names.length);
  });
});
