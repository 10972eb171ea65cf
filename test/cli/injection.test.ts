import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
let wire: LocalServer;

beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((_, response) => response.writeHead(200).end('{}'));
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

/** Never contacted: the profile is rejected before its sources are opened. */
const others = `  pg: { type: postgres, url: "postgres://opsdeck@127.0.0.1:1/shop" }
  tools: { type: script }
`;
const runbookOf = (section: string, step: string): string => `runbooks:
  - id: attack
    title: Take a value
    params:
      x: { type: string, default: "bob' OR true --" }
      all: { type: choices, of: [a, b], default: [a] }
    ${section}:
      - ${step}
${section === 'act' ? '    verify: none\n' : ''}`;
const profileOf = (section: string, step: string): string =>
  shopProfile(wire.url, `${others}${runbookOf(section, step)}`, 'here', 'production');

/** The text that a value must not become part of, and the first words of the fix. */
const refusalOf = (where: string): string => {
  if (where === 'with.body') return 'text that the receiver parses. Write ';
  if (where.startsWith('with.argv'))
    return "text that a program in this argv executes, or is the program's name. Pass ";
  return 'SQL text, where the value could end the literal and run as SQL. Write ';
};

test.each([
  ['diagnose', `{ use: pg.query, with: { sql: "SELECT * FROM t WHERE a = '\${param.x}'" } }`, 'with.sql'],
  ['diagnose', '{ use: pg.query, with: { sql: "${param.x}" } }', 'with.sql'],
  ['verify', `{ use: pg.query, with: { sql: "SELECT '\${param.x}'" }, expect: { value: a } }`, 'with.sql'],
  ['act', '{ use: pg.execute, danger: safe, with: { sql: "DROP TABLE ${param.x}" } }', 'with.sql'],
  [
    'act',
    '{ use: pg.execute, danger: safe, with: { sql: SELECT 1, undo: { sql: "DROP TABLE ${param.x}", title: t } } }',
    'with.undo.sql',
  ],
  ['act', '{ use: pg.execute, each: all, danger: safe, with: { sql: "DROP TABLE ${each}" } }', 'with.sql'],
  ['act', '{ use: tools.exec, danger: safe, with: { argv: [sh, -c, "echo ${param.x}"] } }', 'with.argv.2'],
  [
    'diagnose',
    '{ use: tools.exec, danger: read, with: { argv: [sudo, bash, -lc, "${param.x}"] } }',
    'with.argv.3',
  ],
  ['act', '{ use: tools.exec, danger: safe, with: { argv: ["${param.x}"] } }', 'with.argv.0'],
  [
    'act',
    `{ use: api.request, danger: safe, with: { method: POST, path: /x, body: '{"user": "\${param.x}"}' } }`,
    'with.body',
  ],
  [
    'act',
    '{ use: api.request, danger: safe, with: { method: POST, path: /x, body: "${param.x}" } }',
    'with.body',
  ],
])('in %s, %s is rejected by every command, with its position', async (section, step, where) => {
  await workspace.put('profiles/here.yaml', profileOf(section, step));
  const validated = await workspace.run(['validate', 'profiles/here.yaml']);
  expect([validated.code, validated.stdout]).toEqual([
    4,
    expect.stringMatching(
      new RegExp(
        `here\\.yaml:\\d+:\\d+: attack ${section}\\[0\\]\\.${where}: \\S+ is inside ${refusalOf(where)}`,
      ),
    ),
  ]);
  const ended = await workspace.run([
    'run',
    'attack',
    '--env',
    'shop/here',
    '--json',
    '--diagnose',
    '--arm',
    'x',
  ]);
  expect([ended.code, wire.asked]).toEqual([4, []]);
});

test.each([
  ['act', '{ use: tools.exec, danger: safe, with: { argv: [tar, cf, /dev/null, "${param.x}"] } }', 3],
  ['act', '{ use: tools.exec, danger: safe, with: { argv: [rsync, "--rsh=${param.x}", --, a, b] } }', 1],
  ['diagnose', '{ use: tools.exec, danger: read, with: { argv: [sudo, -n, --, cat, "${param.x}"] } }', 4],
  ['act', '{ use: tools.exec, danger: safe, with: { argv: [rm, "${param.x}", --] } }', 1],
])(
  'in %s, %s may give an option: it is rejected with its position and how to write it',
  async (section, step, nth) => {
    await workspace.put('profiles/here.yaml', profileOf(section, step));
    const { code, stdout } = await workspace.run(['validate', 'profiles/here.yaml']);
    expect(code).toBe(4);
    const at = `attack ${section}\\[0\\]\\.with\\.argv\\.${nth}`;
    expect(stdout).toMatch(
      new RegExp(
        `here\\.yaml:\\d+:\\d+: ${at}: \\S+ (could be an option of \\w+|is the value of --rsh).*\\. Write`,
      ),
    );
    const ended = await workspace.run([
      'run',
      'attack',
      '--env',
      'shop/here',
      '--param',
      'x=-I/tmp/x',
      '--arm',
      'x',
    ]);
    expect(ended.code).toBe(4);
  },
);

test.each([
  ['diagnose', '{ use: pg.query, with: { sql: "SELECT * FROM t WHERE a = $1", params: ["${param.x}"] } }'],
  [
    'act',
    '{ use: pg.execute, danger: safe, with: { sql: "DROP TABLE {t}", identifiers: { t: "${param.x}" } } }',
  ],
  ['act', `{ use: tools.exec, danger: safe, with: { argv: [sh, -c, 'echo "$1"', sh, "\${param.x}"] } }`],
  ['act', '{ use: tools.exec, danger: safe, with: { argv: [find, "/var/${param.x}"] } }'],
  [
    'act',
    '{ use: api.request, danger: safe, with: { method: POST, path: /x, body: { user: "${param.x}" } } }',
  ],
  ['act', '{ use: api.request, danger: safe, with: { method: POST, path: /x, plain: "user ${param.x}" } }'],
])('in %s, %s is valid', async (section, step) => {
  await workspace.put('profiles/here.yaml', profileOf(section, step));
  const validated = await workspace.run(['validate', 'profiles/here.yaml']);
  expect(validated.stdout.split('\n').filter((line) => line !== '' && !line.includes('warning'))).toEqual([]);
});
