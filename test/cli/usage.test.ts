import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = openWorkspace();
  await workspace.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
  await workspace.put('profiles/staging.yaml', shopProfile('http://127.0.0.1:1', '', 'staging', 'staging'));
  await workspace.put(
    'profiles/pay.yaml',
    shopProfile('http://127.0.0.1:1', '', 'dev').replace('shop', 'pay'),
  );
});
beforeAll(() => mkdir(workspace.path('empty')));
afterAll(() => workspace[Symbol.asyncDispose]());

const only = ['--profiles', 'profiles'];

describe('a usage error exits 4, with the reason on stderr and nothing on stdout', () => {
  test.each<{ args: readonly string[]; says: RegExp }>([
    { args: ['chekc'], says: /unknown command "chekc". Did you mean "check"\?/ },
    { args: ['replay'], says: /missing required argument 'file'/ },
    { args: ['replay', 'x'], says: /cannot read recording x: file not found/ },
    { args: ['replayed'], says: /unknown command "replayed". Did you mean "replay"/ },
    { args: ['check', 'extra'], says: /too many arguments/ },
    { args: ['check', '--jsno'], says: /unknown option '--jsno'/ },
    { args: ['check', '--env'], says: /argument missing/ },
    { args: ['check', '--timeout', '5'], says: /Expected a duration above 0 with a unit/ },
    { args: ['check', '--set', 'novalue'], says: /name=value/ },
    {
      args: ['run', 'x', '--arm', '--dry-run'],
      says: /option --arm has no value: the next argument is --dry-run\./,
    },
    { args: ['run'], says: /missing required argument 'id'/ },
    { args: ['audit'], says: /missing required argument 'what'/ },
    { args: ['audit', 'shwo'], says: /show, verify, export/ },
    { args: ['completion', 'tcsh'], says: /bash, zsh, fish/ },
    { args: ['world', '--speed', '0'], says: /above 0/ },
    { args: ['world', '--system', 'dmeo'], says: /no simulator of dmeo. Did you mean "demo"\?/ },
    { args: ['world', '--incident', 'nope'], says: /no scenario nope/ },
    { args: ['check', '--env', 'shop/dev', '--rehearse'], says: /no simulator of shop/ },
    { args: ['world', '--share'], says: /cannot mask the output of world/ },
    { args: ['help', 'nope'], says: /^opsdeck: unknown command "nope"\. Commands: check, .*\n$/ },
    { args: ['help', 'chekc'], says: /^opsdeck: unknown command "chekc". Did you mean "check"\?\n$/ },
    {
      args: ['validate', ''],
      says: /argument path is an empty path.*Write a path, or \. for this directory/,
    },
    { args: ['upgrade-profile', 'profiles', '', '--write'], says: /argument path is an empty path/ },
    { args: ['import', ''], says: /argument file is an empty path/ },
    { args: ['trust', ''], says: /argument dir is an empty path/ },
    { args: ['import', 'x.md', '--out', ''], says: /the value of --out is an empty path/ },
    { args: ['check', '--state-dir', ''], says: /the value of --state-dir is an empty path/ },
    { args: ['--trace', ''], says: /the value of --trace is an empty path/ },
    {
      args: ['import', '.'],
      says: /cannot import \.: the path is a directory\. Name a runbook file in that directory\./,
    },
    {
      args: ['upgrade-profile', 'empty'],
      says: /found no profiles in empty\. Name a directory with \.yaml files\./,
    },
    { args: ['upgrade-profile', 'gone'], says: /cannot read gone: no such file\. Correct the path\./ },
    { args: ['run', 'close', '--env', 'shop/dev'], says: /shop\/dev has no runbook close/ },
  ])('$args', async ({ args, says }) => {
    const ended = await workspace.run([...only, ...args]);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 4, stdout: '' });
    expect(ended.stderr).toMatch(says);
  });
});

test('help of a command, and of help itself, is printed and exits 0', async () => {
  expect(await workspace.run(['help', 'check'])).toMatchObject({ code: 0, stderr: '' });
  for (const words of [['help'], ['help', 'help']]) {
    const help = await workspace.run(words);
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: opsdeck /);
  }
});

test('--help and --version print to stdout and exit 0', async () => {
  const help = await workspace.run(['--help']);
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
  for (const command of ['check', 'runbooks', 'run', 'validate', 'doctor', 'audit', 'world', 'completion'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command}[ |]`, 'm'));
  expect((await workspace.run(['run', '--help'])).stdout).toContain('--dry-run');
  for (const command of ['check', 'logs', 'doctor', 'runbooks', 'run', 'audit', 'validate', 'trust', 'world'])
    expect((await workspace.run([command, '--help'])).stdout).toMatch(/^Examples:\n(?: .*\n){2,}/m);
  expect((await workspace.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('selection of the environment', () => {
  test('an ambiguous name is an error that lists every match', async () => {
    const ended = await workspace.run(['check', '--env', 'dev', ...only]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('pay/dev');
    expect(ended.stderr).toContain('shop/dev');
  });

  longTest('the default system of the settings resolves an ambiguous name', async () => {
    await workspace.put('config/opsdeck/config.yaml', 'system: shop\n');
    const ended = await workspace.run(['check', '--env', 'dev', '--json', ...only]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ system: 'shop', env: 'dev' });
    await workspace.put('config/opsdeck/config.yaml', 'system: [\n');
    expect((await workspace.run(['check', '--env', 'dev', ...only])).stderr).toMatch(
      /config\.yaml:\d+:\d+: /,
    );
    await workspace.put('config/opsdeck/config.yaml', 'theme: drak\nsystem: shop\n');
    const warned = await workspace.run(['check', '--env', 'dev', '--json', ...only]);
    expect(JSON.parse(warned.stdout)).toMatchObject({ system: 'shop', env: 'dev' });
    expect(warned.stderr).toMatch(
      /config\.yaml:1:8: warning: theme "drak" is not a valid value. Did you mean "dark"\?/,
    );
    await workspace.put('config/opsdeck/config.yaml', '');
  });

  test('an unknown name is an error that lists the known ones', async () => {
    const ended = await workspace.run(['check', '--env', 'stagign', ...only]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('staging');
  });

  test('a directory of --profiles that does not exist is named', async () => {
    const ended = await workspace.run(['check', '--env', 'dev', '--profiles', 'nowhere']);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('--profiles nowhere: no such directory. Name a directory of profiles');
  });

  test('the cockpit without a terminal is an error with the environments and the command to use', async () => {
    const several = await workspace.run(only);
    expect(several.code).toBe(4);
    for (const name of ['pay/dev', 'shop/dev', 'shop/staging']) expect(several.stderr).toContain(name);
    const ended = await workspace.run(['--env', 'shop/dev', ...only]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('opsdeck check --env shop/dev');
  });

  test('the search path is $OPSDECK_PROFILES, ./profiles and the settings, nearest first', async () => {
    await workspace.put(
      'elsewhere/dev.yaml',
      shopProfile('http://127.0.0.1:1').replace('env: dev', 'env: far'),
    );
    const ended = await workspace.run(['completion', 'environments'], {
      OPSDECK_PROFILES: `${workspace.home}/elsewhere:profiles`,
    });
    const names = ended.stdout.split('\n');
    for (const name of ['shop/far', 'shop/dev', 'demo/production']) expect(names).toContain(name);
  });
});

test.each([
  ['a sequence', '\x1b[2Jweb-1'],
  ['a NUL', 'web\0-1'],
  ['a bidirectional mark', 'web-\u202e1'],
  ['a zero-width space', 'web\u200b-1'],
  ['a soft hyphen', 'web\u00ad-1'],
  ['a filler', 'web\u3164-1'],
  ['a tag character', 'web\u{e0041}-1'],
])('%s in the value of a parameter or variable is refused, not stripped', async (_, value) => {
  for (const words of [
    ['run', 'restart', '--env', 'dev', '--param', `name=${value}`],
    ['run', 'restart', '--env', 'dev', `--param=name=${value}`],
    ['check', '--env', 'dev', '--set', `name=${value}`],
  ]) {
    const ended = await workspace.run(words);
    expect([ended.code, ended.stdout]).toEqual([4, '']);
    expect(ended.stderr).toMatch(
      /^opsdeck: cannot use --(param|set) name: (the value contains control characters\. Remove the control characters|remove the invisible character U\+[0-9A-F]{4,5})\.\n$/,
    );
  }
});
