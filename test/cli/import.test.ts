import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';

const fixture = await readFile('test/fixtures/runbooks/parcel-tracking.md', 'utf8');

let workspace: Workspace;
beforeEach(async () => {
  workspace = openWorkspace();
  await workspace.put('RUNBOOK.md', fixture);
});
afterEach(() => workspace[Symbol.asyncDispose]());

longTest('writes a profile that validates, and prints what it found', async () => {
  const ended = await workspace.run(['import', 'RUNBOOK.md', '--system', 'parcels']);
  expect(ended.code).toBe(0);
  expect(ended.stdout.split('\n')).toEqual([
    'RUNBOOK.md: drafted profiles/parcels/production.yaml, profiles/parcels/base.yaml, profiles/parcels/runbooks.yaml, profiles/parcels/response.yaml',
    'sections              20  6 runbooks',
    'commands              27  17 drafted as operations, 10 as manual steps',
    '  read                11',
    '  safe                 0',
    '  disruptive          11',
    '  destructive          5  1 of them unknown',
    'steps in words         2',
    'checklist items        5  in 2 checklists',
    'thresholds             9  5 drafted as signals, the others as variables',
    'contacts               5',
    'links                  5',
    'severities             2',
    'escalation levels      2',
    'not understood         5  lines of text, kept as comments in response.yaml',
    'Nothing in the draft can run yet: review each entry and remove reviewed: false.',
    'Next: opsdeck validate profiles/parcels',
    '',
  ]);
  expect(ended.stderr).toMatch(/RUNBOOK\.md:139: secret left out, \$\{env:PARCELS_SECRET_1\}/);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/tok_4f9Lx22QpA|Wint3r/);

  const checked = await workspace.run(['validate', 'profiles/parcels']);
  expect(checked.code).toBe(0);
  expect(checked.stdout.match(/: the draft has not been reviewed\. /g)).toHaveLength(6 + 27 + 2);
  expect(checked.stdout).toMatch(
    /^profiles\/parcels\/runbooks\.yaml:\d+:\d+: warning: runbook scans-arrive-late: the draft has not been reviewed\. /m,
  );
  expect((await workspace.run(['validate', '--strict', 'profiles/parcels'])).code).toBe(4);
});

test('a drafted runbook cannot be run, whatever the operator confirms', async () => {
  await workspace.run(['import', 'RUNBOOK.md', '--system', 'parcels']);
  const flags = ['--env', 'parcels/production', '--arm', 'test', '--diagnose'];
  for (const more of [[], ['--dry-run'], ['--override', 'now', '--confirm', 'tracker', '--done', 'a2']]) {
    const ended = await workspace.run(['run', 'scans-arrive-late', ...flags, ...more]);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/draft, not reviewed: runbook, /);
    expect(ended.code).toBe(3);
  }
});

test('never overwrites a directory', async () => {
  await workspace.put('profiles/parcels/production.yaml', 'mine\n');
  const ended = await workspace.run(['import', 'RUNBOOK.md', '--system', 'parcels']);
  expect([ended.code, ended.stdout]).toEqual([4, '']);
  expect(ended.stderr).toBe(
    'opsdeck: profiles/parcels already exists. Nothing was written. Use --system NAME or --out DIR.\n',
  );
  expect(await readFile(workspace.path('profiles/parcels/production.yaml'), 'utf8')).toBe('mine\n');
  expect(await readdir(workspace.path('profiles'))).toEqual(['parcels']);
});

test.each(
  sampled(
    [
      [
        'profiles',
        [],
        'cannot create the directory profiles: the path exists, but is not a directory (ENOTDIR)',
      ],
      [
        'zz',
        ['--out', 'zz/f'],
        'cannot create the directory zz/f: a part of the path is not a directory (ENOTDIR)',
      ],
    ],
    everyNth(2),
  ),
)('a file at %s is reported with the reason and --out, without a stack', async (file, flags, says) => {
  await workspace.put(file, 'mine');
  const ended = await workspace.run(['import', 'RUNBOOK.md', '--system', 'parcels', ...flags]);
  expect(ended).toMatchObject({
    code: 4,
    stdout: '',
    stderr: `opsdeck: ${says}. Nothing was written. Choose another directory with --out.\n`,
  });
});

longTest('--profiles is the directory of the profile without --out', async () => {
  const flags = ['--system', 'parcels', '--profiles', 'mine', '--json'];
  const ended = await workspace.run(['import', 'RUNBOOK.md', ...flags]);
  expect(JSON.parse(ended.stdout)).toMatchObject({ directory: 'mine/parcels' });
  expect(await readdir(workspace.path('mine/parcels'))).toContain('production.yaml');
});

test('takes the name of the system from the file, and prints JSON', async () => {
  await workspace.put('My Shop (new).md', '# Restart\n\n- [ ] Ask\n\n```sh\nsystemctl restart shop\n```\n');
  const ended = await workspace.run(['import', 'My Shop (new).md', '--out', 'drafts', '--json']);
  const report = JSON.parse(ended.stdout);
  expect(report).toMatchObject({
    system: 'my-shop-new',
    directory: 'drafts/my-shop-new',
    files: ['production.yaml', 'base.yaml', 'runbooks.yaml', 'response.yaml'],
    commands: { total: 1, read: 0, safe: 0, disruptive: 1, destructive: 0, unknown: 0, operations: 1 },
    checklistItems: 1,
    secrets: [],
    warnings: [],
  });
});

test('a runbook that would wait for a person while an object is stopped keeps its commands as manual steps', async () => {
  const steps =
    'kubectl scale deployment api --replicas=0\n./restore.sh\nkubectl scale deployment api --replicas=3';
  await workspace.put('R.md', `# Restore\n\n\`\`\`sh\n${steps}\n\`\`\`\n`);
  const ended = await workspace.run(['import', 'R.md', '--system', 'shop']);
  expect(ended.stderr).toMatch(
    /^opsdeck: warning: runbook restore: the commands became manual steps, because /,
  );
  expect(ended.stdout).toContain('commands               3  0 drafted as operations, 3 as manual steps');
  expect((await workspace.run(['validate', 'profiles/shop'])).code).toBe(0);
});

test.each([
  ['a missing file', ['import', 'none.md'], 'cannot import none.md: no such file. Correct the path.'],
  ['a name that is none', ['import', 'RUNBOOK.md', '--system', '../up'], '"../up" is not a name of a system'],
])('refuses %s', async (_, words, message) => {
  const ended = await workspace.run(words);
  expect([ended.code, ended.stdout]).toEqual([4, '']);
  expect(ended.stderr).toContain(message);
});

longTest('refuses a binary file and one above the limit', async () => {
  await workspace.put('a.md', '# A\0\n');
  expect((await workspace.run(['import', 'a.md'])).stderr).toBe(
    'opsdeck: cannot import: a.md is not a text file: the file contains NUL bytes. Convert the file to UTF-8.\n',
  );
  for (const bytes of [2 * 1024 * 1024, 10 * 1024 * 1024]) {
    await workspace.put('big.md', 'a'.repeat(bytes));
    const ended = await workspace.run(['import', 'big.md']);
    expect([ended.code, ended.stdout]).toEqual([4, '']);
    expect(ended.stderr).toMatch(/larger than/);
  }
});
