import { existsSync } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCockpitIn } from '../../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = openWorkspace({ env: {} });
  await workspace.put('profiles/dev.yaml', hostile());
  await workspace.put('profiles/evil.sh', '#!/bin/sh\ntouch "$(dirname "$0")/../marker"\necho 1\n');
  await chmod(workspace.path('profiles/evil.sh'), 0o755);
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** A profile from an untrusted repository: opening it would run a program. */
const hostile = (system = 'shop'): string => `opsdeck: 1
system: ${system}
env: dev
tier: dev
vars: { token: "\${exec:${workspace.path('profiles/evil.sh')}}" }
sources:
  api: { type: http, url: "http://127.0.0.1:1/", auth: { bearer: "\${token}" }, checks: [{ service: api, path: / }] }
  tools: { type: script, checks: [{ service: x, run: [./evil.sh], parse: exit }] }
runbooks:
  - { id: restart, title: Restart, act: [{ id: a, title: Run, use: tools.exec, with: { argv: [./evil.sh] }, danger: safe }], verify: none }
`;

const ran = (): boolean => existsSync(workspace.path('marker'));

describe('a repository contains ./profiles', () => {
  const commands: readonly (readonly [words: readonly string[]])[] = [
    [['check', '--env', 'shop/dev']],
    [['check', '--env', 'dev']],
    [['check', '--env', 'shop/dev', '--json']],
    [['doctor', '--env', 'shop/dev']],
    [['runbooks', '--env', 'shop/dev']],
    [['logs', '--env', 'shop/dev']],
    [['run', 'restart', '--env', 'shop/dev']],
    [['run', 'restart', '--env', 'shop/dev', '--dry-run']],
    [['run', 'restart', '--env', 'shop/dev', '--diagnose']],
    [['check', '--env', 'shop/dev', '--rehearse']],
  ];
  test.each(sampled(commands, everyNth(3)))(
    '%j opens no untrusted profile, names the file and the remedy, and exits 4',
    async (words) => {
      const ended = await workspace.run(words);
      expect({ code: ended.code, stdout: ended.stdout, ran: ran() }).toEqual({
        code: 4,
        stdout: '',
        ran: false,
      });
      expect(ended.stderr).toContain('profiles/dev.yaml:1:1: not trusted: ');
      expect(ended.stderr).toContain('opsdeck trust profiles');
    },
  );

  test('the cockpit shows the same error, and opens the profile once it is trusted', async () => {
    await workspace.put(
      'profiles/dev.yaml',
      hostile().replace(/^vars.*\n/m, 'vars: { token: tok-of-a-hostile-repository }\n'),
    );
    await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/dev']);
    await cockpit.sees(/not trusted: /);
    expect(ran()).toBe(false);
    expect((await workspace.run(['trust'])).code).toBe(0);
    await cockpit.keys('r');
    await cockpit.sees(/ api /);
  });

  test('--profiles with the directory implies trust', async () => {
    const ended = await workspace.run(['check', '--env', 'shop/dev', '--profiles', 'profiles']);
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringContaining('opsdeck: profile profiles/dev.yaml'),
    ]);
    expect(ran()).toBe(true);
  });

  test('its default system and environment names are ignored', async () => {
    await workspace.put('profiles/config.yaml', 'system: shop\n');
    await workspace.put('profiles/x.yaml', hostile().replace('env: dev', 'env: "$(id)"'));
    const command = await workspace.run(['completion', 'environments']);
    // The shipped profiles are listed.
    expect([command.code, command.stdout]).toEqual([0, expect.stringContaining('demo/dev\n')]);
    expect(command.stdout).not.toMatch(/shop|\$\(/);
  });

  test('completion omits a name with $(…), trusted or not', async () => {
    await workspace.put('profiles/x.yaml', hostile().replace('env: dev', 'env: "$(id)"'));
    const trusted = await workspace.run(['completion', 'environments', '--profiles', 'profiles']);
    expect(trusted.stdout).toContain('shop/dev');
    expect(trusted.stdout).not.toContain('$(');
  });

  longTest(
    'validate starts no program, reads no secret, and tells of a variable only that it is not set',
    async () => {
      await workspace.put('secret', 'value of the secret\n');
      await workspace.put(
        'profiles/dev.yaml',
        hostile()
          .replace('path: /', 'path: "/${env:NOT_SET}"')
          .replace('env: dev', 'env: dev\ntitle: "${file:../absent}"'),
      );
      for (const named of [['profiles/dev.yaml'], ['profiles']]) {
        const { stdout } = await workspace.run(['validate', ...named]);
        expect(stdout).toContain('${env:NOT_SET} has no value');
        expect(stdout).not.toMatch(/absent has|value of the secret/);
      }
      expect((await workspace.run(['validate'])).stdout).not.toMatch(/absent has|value of the secret/);
      expect(ran()).toBe(false);
      const open = await workspace.run(['validate', 'profiles', '--profiles', 'profiles']);
      expect([open.stdout, ran()]).toEqual([expect.stringContaining('NOT_SET'), false]);
    },
  );
});

describe('./profiles has the name of a trusted profile', () => {
  const own = `opsdeck: 1
system: shop
env: dev
tier: dev
sources: { api: { type: http, url: "http://127.0.0.1:1/", checks: [{ service: api, path: / }] } }
`;

  test('opens neither, and the error names both', async () => {
    await workspace.put('config/opsdeck/profiles/dev.yaml', own);
    const ended = await workspace.run(['check', '--env', 'shop/dev']);
    expect([ended.code, ended.stdout, ran()]).toEqual([4, '', false]);
    expect(ended.stderr).toMatch(
      /profiles\/dev\.yaml:1:1: not trusted, but overrides \S*config\/opsdeck\/profiles\/dev\.yaml, which is also shop\/dev/,
    );
    const chosen = await workspace.run([
      'check',
      '--env',
      'shop/dev',
      '--profiles',
      workspace.path('config/opsdeck/profiles'),
    ]);
    expect([chosen.code, chosen.stderr, ran()]).toEqual([
      2,
      expect.stringContaining(`opsdeck: profile ${workspace.path('config/opsdeck/profiles/dev.yaml')}`),
      false,
    ]);
  });

  longTest('does not override a shipped profile either', async () => {
    await workspace.put('profiles/dev.yaml', hostile('demo').replace('env: dev', 'env: production'));
    const ended = await workspace.run(['check', '--env', 'demo/production']);
    expect([ended.code, ended.stderr, ran()]).toEqual([
      4,
      expect.stringContaining('not trusted, but overrides'),
      false,
    ]);
    expect((await workspace.run(['check', '--env', 'demo/staging'])).code).not.toBe(4);
  });

  test('opens a trusted profile that is nearer in the search path', async () => {
    await workspace.put('near/dev.yaml', own);
    const ended = await workspace.run(['check', '--env', 'shop/dev'], {
      OPSDECK_PROFILES: workspace.path('near'),
    });
    expect([ended.code, ran()]).toEqual([2, false]);
  });

  longTest("trusts the user's configuration directory unless other users may write it", async () => {
    await workspace.put('config/opsdeck/profiles/own.yaml', own.replace('env: dev', 'env: own'));
    expect((await workspace.run(['check', '--env', 'shop/own'])).code).toBe(2);
    for (const path of ['config/opsdeck', 'config/opsdeck/profiles', 'config/opsdeck/profiles/own.yaml']) {
      const { mode } = await stat(workspace.path(path));
      await chmod(workspace.path(path), mode | 0o020);
      const ended = await workspace.run(['check', '--env', 'shop/own']);
      expect([ended.code, ended.stderr]).toEqual([
        4,
        expect.stringMatching(new RegExp(`other users may write \\S*${path} .*chmod go-w`)),
      ]);
      await chmod(workspace.path(path), mode);
    }
    expect((await workspace.run(['check', '--env', 'shop/own'])).code).toBe(2);
  });
});
