import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileScene } from '../screens/support/hostile.ts';
import { openCockpit, type User } from '../screens/support/user.ts';
import type { Ended } from '../simulation/simulation.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';
import { family } from './support/attack.ts';
import { byForm, known, leaked, type Planted, planted, tag } from './support/planted.ts';
import { shopWorkspace } from './support/shop-workspace.ts';

const workspace = shopWorkspace();

const prepare = async (of: number): Promise<readonly Planted[]> => {
  const all = planted(of);
  await workspace.put('app.log', `${all.map(({ line }) => line).join('\n')}\n10:00 INFO key ${known} used\n`);
  await workspace.putProfile(
    `  app: { type: file, paths: ["../app.log"] }
  api: { type: http, url: "http://127.0.0.1:9", auth: { bearer: "${known}" }, checks: [] }
`,
  );
  return all;
};

interface MaskingCase {
  readonly args: readonly string[];
  readonly hides: readonly Planted['is'][];
}
const maskingCases: readonly MaskingCase[] = [
  { args: ['--json'], hides: ['secret'] },
  { args: ['--anonymize'], hides: ['secret', 'name'] },
  { args: ['--json', '--anonymize'], hides: ['secret', 'name'] },
  { args: ['--share'], hides: ['secret', 'name'] },
  { args: ['--json', '--share'], hides: ['secret', 'name'] },
  { args: ['--json', '--anonymize', '--share'], hides: ['secret', 'name'] },
];

const logs = (args: readonly string[]): Promise<Ended> =>
  workspace.run(['logs', '--env', 'dev', '--source', 'app', ...args]);

const screenRows = (user: User): string => user.terminal.rows().join('\n');

/** All output of a cockpit: terminal bytes, clipboard texts and saved files. */
const allOutput = (user: User, _texts: readonly string[]): string => {
  const written = user.terminal.written();
  const copied = [...written.matchAll(/\u001b\]52;c;([\w+/=]*)/g)].map(([, text = '']) => atob(text));
  const saved = user.given.flatMap(([command, ...rest]) => (command === 'save' ? rest.map(String) : []));
  expect([copied.length > 0, saved.length > 0]).toEqual([true, true]);
  return [written, ...copied, ...saved].join('\n');
};

family('tagged secrets', ({ attack }) => {
  attack('no masking flag reveals a secret in log lines, in any kind of field and in any form', {
    rounds: 2,
    corpus: maskingCases.map((maskingCase): [MaskingCase, number] => [maskingCase, 22]),
    inputs: fc.tuple(fc.constantFrom(...maskingCases), fc.nat()),
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
      if (first !== undefined) throw new Error(`${args.join(' ')} reveals: ${first}`);
      expect(plain.stdout + stdout + stderr).not.toContain('TAG0TAG');
      expect(stdout.split('\n')).toHaveLength(all.length + 2);
      if (args.includes('--json')) for (const line of stdout.trim().split('\n')) JSON.parse(line);
      return hidden.length;
    },
  });

  attack('no secret on any pane of the screen, in the clipboard or in saved files', {
    rounds: 1,
    inputs: fc.tuple(
      fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 9 }),
      fc.constantFrom([80, 24], [120, 36], [47, 20]),
    ),
    defense: allOutput,
    sabotaged: ((_user, texts) => texts.join('\n').replace(/^.*?(?=TAG)/s, '')) as typeof allOutput,
    holds: async ([chosen, [columns = 80, rows = 24]], shown) => {
      const texts = chosen.flatMap((nth, index) => {
        const { is, line } = byForm[nth]?.(tag(index)) ?? { is: 'name', line: '' };
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
          expect(screenRows(user)).not.toMatch(/TAG\d/);
        }
      expect(screenRows(user)).not.toBe('');
      expect(shown(user, texts)).not.toMatch(/TAG\d/);
      user.ui.stop();
      return 11 * texts.length;
    },
  });
});

describe('server responses', () => {
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
    { args: ['run', 'inspect', '--json'] },
    { args: ['run', 'inspect', '--dry-run'] },
  ])('$args and its ledger contain no secret', async ({ args }) => {
    const all = planted();
    await using wire = await answers(all);
    const runbook = `runbooks:
  - id: inspect
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

test('masks the text of a server before truncating it, at any position', async () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.QwErTyUiOpAsDfGhJkLz';
  let lead = 0;
  await using wire = await localServer((_request, response) => {
    response.writeHead(503).end(`${'. '.repeat(2000).slice(0, lead)}${jwt} - end`);
  });
  const runbook = `runbooks:
  - id: inspect
    title: Look
    act: [{ id: a1, title: Call, use: api.request, danger: safe, with: { method: POST, path: /x } }]
`;
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url, runbook));
  for (lead = 1938; lead < 2006; lead += 3) {
    const { stdout, stderr } = await workspace.run(['run', 'inspect', '--json', '--env', 'shop/dev']);
    expect(stdout).toContain('. . . .');
    expect(stdout + stderr).not.toMatch(/eyJ|QwErT/);
  }
});
