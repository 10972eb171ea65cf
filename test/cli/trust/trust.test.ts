import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { everyNth, longDescribe, longTest, sampled } from '../../support/layer.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({ env: {} });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const base = (more = ''): string => `opsdeck: 1
system: shop
sources:
  api: { type: http, url: "http://admin:hunter22@127.0.0.1:1/", auth: { bearer: "\${env:SHOP_TOKEN}" }, checks: [{ service: api, path: / }] }
  tools: { type: script, cwd: ../tools, checks: [{ service: disk, run: [./disk.sh, --strict], parse: exit }] }
runbooks: [{ include: ../shared/runbooks.yaml }]
${more}`;

const script = (path: string): string => `#!/bin/sh\ntouch "${path}"\n`;

const putAll = async (): Promise<void> => {
  await workspace.put('profiles/base.yaml', base());
  await workspace.put('profiles/dev.yaml', 'opsdeck: 1\nenv: dev\ntier: dev\nextends: base.yaml\n');
  await workspace.put('profiles/values.sample.env', 'SHOP_TOKEN=sample\n');
  await workspace.put(
    'shared/runbooks.yaml',
    '- { id: note, title: Note, act: [{ id: a, title: Do it, manual: true }] }\n',
  );
  await workspace.put('tools/disk.sh', script(workspace.path('ran')));
  await chmod(workspace.path('tools/disk.sh'), 0o755);
};

const check = (...more: readonly string[]) =>
  workspace.run(['check', '--env', 'shop/dev', ...more], { SHOP_TOKEN: 'x' });
const trusted = async (): Promise<void> => {
  await putAll();
  expect(await workspace.run(['trust'])).toMatchObject({ code: 0, stderr: '' });
};

/** Resolves to the error that refuses the profile; '' if it is opened. */
const refusal = async (): Promise<string> => {
  const { code, stderr } = await check();
  return code === 4 ? stderr : '';
};

describe('opsdeck trust', () => {
  longTest(
    'prints files with checksums, programs, variables and hosts; then the profile can be opened',
    async () => {
      await putAll();
      const shown = await workspace.run(['trust', './profiles']);
      expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: '' });
      for (const text of [
        /^ {4}base\.yaml {2}sha256:[0-9a-f]{64}$/m,
        /^ {4}values\.sample\.env {2}sha256:/m,
        new RegExp(`^ {4}${workspace.path('shared/runbooks.yaml')} {2}sha256:`, 'm'),
        new RegExp(`^ {4}${workspace.path('tools/disk.sh')} {2}sha256:`, 'm'),
        /^ {4}\.\/disk\.sh --strict$/m,
        /^ {4}api \(http\)$/m,
        /^ {4}127\.0\.0\.1:1$/m,
        /^ {4}SHOP_TOKEN$/m,
      ])
        expect(shown.stdout).toMatch(text);
      expect(shown.stdout).not.toContain('hunter22');
      expect(existsSync(workspace.path('ran'))).toBe(false);
      expect(await check()).toMatchObject({ code: 2, stderr: 'opsdeck: profile profiles/dev.yaml\n' });
      expect(existsSync(workspace.path('ran'))).toBe(true);
    },
  );

  longTest('--dry-run prints the same and trusts nothing', async () => {
    await putAll();
    const { code, stdout } = await workspace.run(['trust', '--dry-run', '--json']);
    const shown = JSON.parse(stdout);
    expect([code, shown.trusted, shown.programs, shown.variables]).toEqual([
      0,
      false,
      ['./disk.sh --strict'],
      ['SHOP_TOKEN'],
    ]);
    expect(await refusal()).toContain('you must trust them first');
    expect(existsSync(workspace.stateDir)).toBe(false);
  });

  longTest('the record is readable by the owner only, and contains only paths and checksums', async () => {
    await trusted();
    const path = `${workspace.stateDir}/trust.json`;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { opsdeck, trusted: records } = JSON.parse(await readFile(path, 'utf8'));
    expect([opsdeck, records.map(({ dir }: { dir: string }) => dir)]).toEqual([
      1,
      [workspace.path('profiles')],
    ]);
    await workspace.run(['trust']);
    expect(JSON.parse(await readFile(path, 'utf8')).trusted.length).toBe(1);
  });

  test.each([
    [['trust', 'nowhere'], /nowhere: no such directory/],
    [['trust', 'empty'], /cannot trust empty: contains no profiles/],
    [['trust', '--revoke'], /cannot revoke trust in profiles: not trusted/],
    [['trust', '--list', 'profiles'], /cannot combine --list/],
    [['trust', '--share'], /cannot mask the output of trust/],
    [['trust', 'circle'], /cannot trust the profiles: the var a refers to itself/],
  ])('%j is a usage error', async (words, says) => {
    await mkdir(workspace.path('empty'));
    await workspace.put('circle/a.yaml', 'vars: { a: "${a}" }\nq: [{ run: ["${a}"] }]\n');
    const ended = await workspace.run(words);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([4, '', expect.stringMatching(says)]);
  });

  test('--list shows changed files, --revoke ends trust', async () => {
    await trusted();
    expect((await workspace.run(['trust', '--list'])).stdout).toMatch(/profiles {2}trusted {2}2026-/);
    await workspace.put('profiles/dev.yaml', 'opsdeck: 1\n');
    const listed = JSON.parse((await workspace.run(['trust', '--list', '--json'])).stdout);
    expect(listed.trusted).toMatchObject([
      { state: 'changed', changes: [{ path: 'dev.yaml', how: 'changed' }] },
    ]);
    await putAll();
    expect(await refusal()).toBe('');
    expect(await workspace.run(['trust', '--revoke'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('trust revoked'),
    });
    expect(await refusal()).toContain('you must trust them first');
    expect((await workspace.run(['trust', '--list'])).stdout).toContain('no trusted directories in');
  });

  test('--revoke accepts the path of a removed directory', async () => {
    await trusted();
    await rm(workspace.path('profiles'), { recursive: true });
    expect((await workspace.run(['trust', '--list'])).stdout).toContain('  missing  ');
    expect((await workspace.run(['trust', '--revoke', workspace.path('profiles')])).code).toBe(0);
  });
});

longDescribe('trust ends if a file changes, and the error names the file', () => {
  const changes: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
    [
      'a changed byte of the profile',
      () => workspace.put('profiles/dev.yaml', 'opsdeck: 1\nenv: dev\ntier: dev\nextends: base.yaml\n\n'),
      /profiles\/dev\.yaml has changed/,
    ],
    [
      'a changed byte of its base',
      () => workspace.put('profiles/base.yaml', base('# \n')),
      /profiles\/base\.yaml has changed/,
    ],
    [
      'changed sample values',
      () => workspace.put('profiles/values.sample.env', 'SHOP_TOKEN=other\n'),
      /values\.sample\.env has changed/,
    ],
    [
      'a changed included file in another directory',
      () => workspace.put('shared/runbooks.yaml', '[]\n'),
      /shared\/runbooks\.yaml has changed/,
    ],
    [
      'a changed script in another directory',
      () => workspace.put('tools/disk.sh', '#!/bin/sh\n'),
      /tools\/disk\.sh has changed/,
    ],
    [
      'an added profile',
      () => workspace.put('profiles/staging.yaml', 'opsdeck: 1\nenv: staging\n'),
      /profiles\/staging\.yaml was added/,
    ],
    [
      'an added symbolic link',
      () => symlink('/etc/hostname', workspace.path('profiles/link')),
      /profiles\/link was added/,
    ],
    [
      'a removed file',
      () => rm(workspace.path('profiles/values.sample.env')),
      /values\.sample\.env was removed/,
    ],
    ['a removed script', () => rm(workspace.path('tools/disk.sh')), /tools\/disk\.sh was removed/],
  ];
  longTest.each(sampled(changes, everyNth(3)))('%s', async (_, change, says) => {
    await trusted();
    expect(await refusal()).toBe('');
    await rm(workspace.path('ran'), { force: true });
    await change();
    expect(await refusal()).toMatch(says);
    expect(existsSync(workspace.path('ran'))).toBe(false);
    await workspace.run(['trust']);
    expect(await refusal()).not.toMatch(says);
  });

  longTest(
    'a symbolic link replaced by a file with the same content, and a link with another target',
    async () => {
      await workspace.put('one/more.yaml', '[]\n');
      await workspace.put('two/more.yaml', '[]\n');
      await workspace.put('profiles/keep.yaml', '[]\n');
      const link = workspace.path('profiles/more.yaml');
      await symlink('../one/more.yaml', link);
      await trusted();
      await rm(link);
      await symlink('../two/more.yaml', link);
      expect(await refusal()).toMatch(/profiles\/more\.yaml has changed/);
      await rm(link);
      await workspace.put('profiles/more.yaml', '[]\n');
      expect(await refusal()).toMatch(/profiles\/more\.yaml has changed/);
      await rm(link);
      await symlink('../one/more.yaml', link);
      expect(await refusal()).toBe('');
      await workspace.put('one/more.yaml', '[] # changed\n');
      expect(await refusal()).toMatch(/profiles\/more\.yaml has changed/);
    },
  );

  longTest(
    './profiles linked to another directory, and another ./profiles linked to the trusted one',
    async () => {
      await trusted();
      await workspace.put('other/dev.yaml', `${base()}env: dev\ntier: dev\n`);
      await rm(workspace.path('profiles'), { recursive: true });
      await symlink('other', workspace.path('profiles'));
      expect(await refusal()).toContain('you must trust them first');
      expect((await workspace.run(['trust'])).code).toBe(0);
      expect(await refusal()).toBe('');
      await mkdir(workspace.path('elsewhere'));
      await symlink('../other', workspace.path('elsewhere/profiles'));
      const before = process.cwd();
      process.chdir(workspace.path('elsewhere'));
      try {
        expect(await refusal()).toContain('you must trust them first');
      } finally {
        process.chdir(before);
      }
    },
  );
});

longDescribe('rejects a trust.json that another user could have written', () => {
  longTest.each([
    [
      'writable by others',
      () => chmod(`${workspace.stateDir}/trust.json`, 0o666),
      /other users may write \S*trust\.json/,
    ],
    [
      'writable by a group',
      () => chmod(`${workspace.stateDir}/trust.json`, 0o660),
      /other users may write \S*trust\.json/,
    ],
    [
      'in a directory that others may write',
      () => chmod(workspace.stateDir, 0o777),
      /other users may write \S*opsdeck/,
    ],
    ['damaged', () => workspace.put('state/opsdeck/trust.json', '{'), /trust\.json: the content is damaged/],
    [
      'a symbolic link',
      async () => {
        await workspace.put('mine.json', await readFile(`${workspace.stateDir}/trust.json`));
        await rm(`${workspace.stateDir}/trust.json`);
        await symlink(workspace.path('mine.json'), `${workspace.stateDir}/trust.json`);
      },
      /trust\.json is a symbolic link/,
    ],
  ])('%s', async (_, spoil, says) => {
    await trusted();
    await spoil();
    expect(await refusal()).toMatch(says);
    const again = await workspace.run(['trust']);
    expect(again.code).toBe(4);
    expect((await workspace.run(['trust', '--list'])).code).toBe(4);
    expect((await check('--profiles', 'profiles')).code).toBe(2);
  });
});

describe('a script that changes while its profile is open', () => {
  longTest('is not started again, and check --watch reports it', async () => {
    await trusted();
    const running = workspace.start(['check', '--env', 'shop/dev', '--watch', '--json'], { SHOP_TOKEN: 'x' });
    await running.printed(/"service":"disk"[^}]*"status":"up"/);
    await workspace.put('tools/disk.sh', `#!/bin/sh\ntouch "${workspace.path('hostile')}"\n`);
    await running.printed(/disk\.sh has changed since the directory was trusted/);
    running.interrupt();
    await running.ended();
    expect(existsSync(workspace.path('hostile'))).toBe(false);
  });

  const shells: readonly (readonly string[])[] = [
    ['sh', '-c', './inner.sh x'],
    ['sh', '-c', 'cd . && exec ./inner.sh'],
    ['sh', '-c', 'sh ./inner.sh'],
    ['sh', '-c', ". './inner.sh'"],
    ['sh', '-c', 'cd ../profiles; ./in"ner".sh'],
    ['sh', '-c', '../tools/disk.sh x'],
  ];
  test.each(sampled(shells, everyNth(3)))('is not started by a shell either: %s %s %s', async (...argv) => {
    await putAll();
    await workspace.put('profiles/inner.sh', script(workspace.path('ran')));
    await chmod(workspace.path('profiles/inner.sh'), 0o755);
    const more = `  inner: { type: script, checks: [{ service: inner, run: ${JSON.stringify(argv)}, parse: exit }] }`;
    await workspace.put('profiles/base.yaml', base().replace('runbooks:', `${more}\nrunbooks:`));
    expect(await workspace.run(['trust'])).toMatchObject({ code: 0, stderr: '' });
    const running = workspace.start(['check', '--env', 'shop/dev', '--watch', '--json'], { SHOP_TOKEN: 'x' });
    await running.printed(/"service":"inner"[^}]*"status":"up"/);
    for (const file of ['profiles/inner.sh', 'tools/disk.sh'])
      await workspace.put(file, script(workspace.path('hostile')));
    await running.printed(/"inner"[^\n]*sh has changed since the directory was trusted/);
    running.interrupt();
    await running.ended();
    expect(existsSync(workspace.path('hostile'))).toBe(false);
  });

  const scripts = ['lib/run.sh', 'lib/run', 'lib/sub/run.sh', 'my dir/run.sh'];

  const spellings: readonly (readonly [argv: readonly string[]])[] = [
    [['sh', '-c', 'cd lib && ./run.sh']],
    [['sh', '-c', 'cd lib && sh run']],
    [['sh', '-c', 'cd lib && cd sub && ./run.sh']],
    [['sh', '-c', "sh 'my dir/run.sh'"]],
    [['bash', '-c', 'pushd lib/sub >/dev/null && ./run.sh']],
    [['env', '-C', 'lib/sub', './run.sh']],
    [['env', '--chdir=lib/sub', 'sh', './run.sh']],
    [['env', 'PATH=lib/sub:/usr/bin:/bin', 'run.sh']],
    [['sh', '-c', 'd=lib; "./$d/run"']],
    [['sh', '-c', './l*b/run']],
  ];

  longTest.each(sampled(spellings, everyNth(3)))(
    'is not started by any spelling of its path: %j',
    async (argv) => {
      await putAll();
      for (const path of scripts) {
        await workspace.put(`profiles/${path}`, script(workspace.path('ran')));
        await chmod(workspace.path(`profiles/${path}`), 0o755);
      }
      const more = `  inner: { type: script, checks: [{ service: inner, run: ${JSON.stringify(argv)}, parse: exit }] }`;
      await workspace.put('profiles/base.yaml', base().replace('runbooks:', `${more}\nrunbooks:`));
      expect(await workspace.run(['trust'])).toMatchObject({ code: 0, stderr: '' });
      const running = workspace.start(['check', '--env', 'shop/dev', '--watch', '--json'], {
        SHOP_TOKEN: 'x',
      });
      await running.printed(/"service":"inner"[^}]*"status":"up"/);
      for (const path of scripts) await workspace.put(`profiles/${path}`, script(workspace.path('hostile')));
      await running.printed(/"inner"[^\n]*run(\.sh)? has changed since the directory was trusted/);
      running.interrupt();
      await running.ended();
      expect(existsSync(workspace.path('hostile'))).toBe(false);
    },
  );
});
