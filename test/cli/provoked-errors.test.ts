import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = openWorkspace();
  await workspace.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
  await workspace.put('profiles/staging.yaml', shopProfile('http://127.0.0.1:1', '', 'staging', 'staging'));
  await workspace.put('x.rec', 'not json\n');
  await workspace.put('notes.md', '# Notes\n');
  await workspace.put('nul.md', '\u0000\u0001');
  await workspace.put('a.log', 'x\n');
  await mkdir(workspace.path('empty'));
  for (const [name, text] of Object.entries(invalidProfiles))
    await workspace.put(`invalid/${name}.yaml`, text);
});
afterAll(() => workspace[Symbol.asyncDispose]());

const validHead = 'opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n';
const apiSource =
  'sources:\n  api: { type: http, url: "http://127.0.0.1:1", checks: [{ service: api, path: /healthz }] }\n';
const withSource = (keys: string): string => `${validHead}sources:\n  api: { ${keys} }\n`;
const withSignal = (keys: string): string =>
  `${validHead}${apiSource}signals:\n  - { id: a, title: A, source: api, ${keys} }\n`;
const withRunbook = (keys: string): string =>
  `${validHead}${apiSource}runbooks:\n  - { id: r, title: R, ${keys} }\n`;
const manualAct = 'act: [{ id: a1, title: T, manual: true }]';

/** Profiles with one mistake each. */
const invalidProfiles: Readonly<Record<string, string>> = {
  tab: 'opsdeck: 1\n\tsystem: shop\n',
  'newer-format': `opsdeck: 2\nsystem: shop\nenv: dev\ntier: dev\n${apiSource}`,
  tier: `opsdeck: 1\nsystem: shop\nenv: dev\ntier: prod\n${apiSource}`,
  'unknown-key': `${validHead}${apiSource}signal: []\n`,
  'unknown-type': withSource('type: htp, url: "http://x"'),
  'no-type': withSource('url: "http://x"'),
  'no-scheme': withSource('type: http, url: "localhost:8080", checks: [{ service: api, path: /h }]'),
  'other-database': withSource('type: postgres, url: "mysql://x/y"'),
  'no-unit': withSource('type: http, url: "http://x", timeout: 5, checks: [{ service: api, path: /h }]'),
  'via-nothing': withSource('type: http, url: "http://x", via: { source: k8s, target: web, port: 80 }'),
  'no-comparison': withSignal('read: { latency: api }, unit: ms, warn: 200'),
  'unit-in-bound': withSignal('read: { latency: api }, unit: ms, warn: ">200ms"'),
  'read-typo': withSignal('read: { latncy: api }'),
  'no-such-check': withSignal('read: { latency: nope }'),
  'duplicate-key': `${validHead}${apiSource}env: x\n`,
  'list-without-any': withRunbook(`when: "health api is down", ${manualAct}`),
  'kind-typo': withRunbook(`when: "any(helth | status = down)", ${manualAct}`),
  'field-typo': withRunbook(`when: "any(health | stat = down)", ${manualAct}`),
  'no-such-operation': withRunbook('act: [{ id: a1, title: T, use: api.restart }]'),
  'no-source-in-use': withRunbook('act: [{ id: a1, title: T, use: restart }]'),
  'param-type': withRunbook(`params: { n: { type: integer } }, ${manualAct}`),
  'include-nothing': `${validHead}${apiSource}runbooks: [{ include: gone.yaml }]\n`,
  'extends-nothing': `${validHead}extends: gone.yaml\n${apiSource}`,
  'no-duration': `${validHead}${apiSource}guard: { cancelWindow: never }\n`,
  'always-read-only': `opsdeck: 1\nsystem: shop\nenv: dev\ntier: production\n${apiSource}guard: { readOnly: false }\n`,
  'limit-typo': `${validHead}${apiSource}limits: { lags: { warn: ">=1" } }\n`,
  'level-typo': `${validHead}${apiSource}limits: { alerts: { P2: warning } }\n`,
  'other-state': `${validHead}${apiSource}state: mysql://x\n`,
  'time-of-day': `${validHead}${apiSource}guard: { quiet: [{ why: w, days: [mon], from: "25:00", to: "6:00" }] }\n`,
  plugin: `${validHead}${apiSource}plugins: [x]\n`,
  'empty-file': '',
  'list-file': '- a\n',
};

/** Mistakes at the command line, by the word that the error has to name: what a person typed, or what is missing. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  chekc: ['chekc', 'help chekc'],
  extra: ['check extra', 'init extra', 'runbooks --env shop/dev extra', 'doctor extra'],
  '--jsno': ['check --jsno', 'doctor --jsno', 'runbooks --jsno', 'validate --jsno'],
  '--env': ['--env', 'check --env', 'logs --env', 'run x --env'],
  nope: [
    'check --env nope',
    'doctor --env nope',
    'runbooks --env nope',
    'logs --env nope',
    'check --env shop/nope',
    'demo nope',
    'demo demo/nope',
    'world --system nope',
    'world --incident nope',
    'world --scenario nope',
    'help nope',
    'drill demo/local nope',
    'run nope --env shop/dev',
    'run --undo nope --env shop/dev',
    'checklist nope --env shop/dev',
    'checklist nope --tick a --env shop/dev',
    'incident nope --env shop/dev',
    'state nope --env shop/dev',
    'approvals nope --env shop/dev',
    'audit nope',
    'completion nope',
    'logs --env shop/dev --view nope',
    '--theme nope --env shop/dev',
    'check --env demo/local --rehearse nope',
    'check --env shop/dev --set nope=1',
  ],
  'shop/dev': [
    'check --env shp/dev',
    'logs --env shop/dxv',
    'state migrate --env shop/dev',
    'state status --env shop/dev',
    'approvals approve x --env shop/dev',
    'run x --break-glass why --env shop/dev',
  ],
  shop: ['check --env shop', 'check --rehearse --env shop/dev'],
  '--timeout': [
    'check --env shop/dev --timeout',
    'check --env shop/dev --timeout 5',
    'check --env shop/dev --timeout 0s',
    'check --env shop/dev --timeout soon',
  ],
  '--set': ['check --env shop/dev --set', 'check --env shop/dev --set novalue'],
  '--since': ['logs --env shop/dev --since yesterday', 'audit show --since x', 'audit export --since 3'],
  '--tail': ['logs --env shop/dev --tail -3', 'logs --env shop/dev --tail x'],
  logs: ['logs --env shop/dev'],
  'gone.yaml': ['validate gone.yaml', 'upgrade-profile gone.yaml'],
  gone: ['trust gone', 'check --profiles gone', 'validate gone', 'upgrade-profile gone', 'replay gone'],
  'gone.md': ['import gone.md'],
  'a.log': ['trust a.log', 'check --profiles a.log'],
  empty: ['validate empty', 'upgrade-profile empty', 'check --profiles empty'],
  'notes.md': ['validate notes.md'],
  'nul.md': ['import nul.md'],
  'x.rec': ['replay x.rec'],
  'out.html': ['replay x.rec out.html'],
  '../x': ['import notes.md --system ../x'],
  id: ['run'],
  what: ['audit'],
  action: ['incident', 'approvals', 'state'],
  file: ['import', 'record', 'replay'],
  shell: ['completion'],
  '--arm': ['run x --arm --env shop/dev', 'run x --arm --dry-run --env shop/dev'],
  '--param': ['run x --param --env shop/dev', 'run x --param x --env shop/dev'],
  '--confirm': ['run x --confirm'],
  '--undo': ['run --undo'],
  '--reason': ['approvals refuse x --env shop/dev'],
  '--listen': ['serve --env shop/dev --listen 99999', 'serve --env shop/dev --listen x:y'],
  '--metrics': ['serve --env shop/dev'],
  '--speed': ['world --speed 0', 'world --speed fast'],
  '--context': ['--context nope check'],
  'opsdeck run': ['check --arm x'],
  '--prometheus': ['--prometheus http://127.0.0.1:1 check'],
  'a/b/c': ['init --env a/b/c'],
  environment: ['drill nope'],
  combine: [
    'drill demo/local --random dependency-down',
    'drill --list --history',
    'logs --env shop/dev --until 5m --follow',
    'logs --env shop/dev --count --follow',
    'run --resets --env shop/dev plain',
    'trust --list profiles',
    'checklist --env shop/dev --json --markdown',
    'checklist x --env shop/dev --history --period 2026-03',
  ],
  'log lines': ['logs --env shop/dev --source api', 'logs --env shop/dev --source nope'],
  '--until': ['logs --env shop/dev --until 10m --since 5m'],
  '2026-02-30': ['audit show --since 2026-02-30', 'logs --env shop/dev --since 2026-02-30'],
  'opsdeck world': ['replay x.rec --speed 0'],
  tcsh: ['completion tcsh'],
  terminal: ['--env shop/dev', '--env demo/local'],
};

/** A sentence that says what to do, or what would have been accepted. */
const nextStep =
  /(?:Did you mean|Choose one of|Write|Name|Use|Select|See|Add|Remove|remove|Set|set|Correct|Expected|Give|Convert|Trust|Declare|Valid|Available|Commands?:|Filter|say why|start with|resolve|Open one|use postgres:|needs a unit|Exchange|Update|did you mean|Keep|Rename|Indent|is not a key|write |install the package|is an option of|Environments of |opsdeck init writes|an option of |add --|add one under|opsdeck (?:run ID|approvals approve|drill SYSTEM)|none are defined|No runbooks are defined|None are defined)/;

describe.each(
  Object.entries(mistakes).flatMap(([word, lines]) => lines.map((line) => [line, word] as const)),
)('opsdeck %s', (line, word) => {
  test(`exits 4, names ${word}, and says what to do`, async () => {
    const { code, stdout, stderr } = await workspace.run(line.split(' '));
    const text = stderr.replace(/^opsdeck: profile .*\n/, '');
    const said = `${stdout}${text}`;
    expect(code).toBe(4);
    expect(said).toMatch(/^(?:opsdeck: |[\w./-]+:\d+:\d+: )/);
    // A list of errors has a heading.
    expect(said.split('\n').slice(0, 2).join('\n')).toContain(word);
    expect(said).toMatch(nextStep);
    expect(said).not.toMatch(/internal error|undefined|\[object|NaN|\bis invalid for\b/);
  });
});

describe.each(Object.keys(invalidProfiles))('a profile with the mistake %s', (name) => {
  test('validate names the line and says what to write', async () => {
    const { code, stdout, stderr } = await workspace.run(['validate', `invalid/${name}.yaml`]);
    const [first = ''] = `${stdout}${stderr}`.split('\n');
    expect(code).toBe(4);
    expect(first).toMatch(/^invalid\/[\w.-]+:\d+:\d+: /);
    expect(first).toMatch(nextStep);
    expect(first).not.toMatch(/internal error|undefined|\[object|NaN|…masked/);
  });
});

test('there are at least 150 of them', () => {
  const count = Object.values(mistakes).flat().length + Object.keys(invalidProfiles).length;
  expect(count).toBeGreaterThanOrEqual(150);
});
