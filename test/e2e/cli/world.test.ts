import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretPlaceholder } from '../../../src/domain/mask/secret-fields.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

test.each(['SIGINT', 'SIGTERM'] as const)(
  'prints the address of every server, and exits 0 at %s',
  async (signal) => {
    const running = sandbox.start(['world', '--system', 'demo', '--scenario', 'dependency-down', '--json']);
    await running.printed(/\n/);
    running.child.kill(signal);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      opsdeck: 1,
      system: 'demo',
      incident: 'dependency-down',
      control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
      environments: { production: { 'world.edge': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/) } },
    });
  },
);

test('prints values for the vars of the profiles of the system, with credentials masked', async () => {
  const running = sandbox.start(['world', '--system', 'trading', '--json']);
  await running.printed(/\n/);
  running.child.kill('SIGTERM');
  const { environments, profileVars } = JSON.parse((await running.ended).stdout);
  expect(profileVars.production).toMatchObject({
    pagerduty: environments.production['world.pagerduty'],
    'slack-channel': 'C0TRADING',
    'db-password': secretPlaceholder,
    postgres: expect.stringMatching(/^postgres:\/\/…masked@127\.0\.0\.1:\d+\/trademaster_trading$/),
  });
  expect(profileVars.local.pagerduty).toBe(environments.local['world.pagerduty']);
});

test('prints the addresses as text, and the servers respond', async () => {
  const running = sandbox.start(['world']);
  const match = await running.printed(/production\n(?: .*\n)* {2}world\.edge +(http\S+)/);
  expect(match[0]).toContain('production');
  const answer = await fetch(`${match[1]}/version`);
  expect(await answer.json()).toMatchObject({ name: 'demo', env: 'production' });
  running.child.kill('SIGTERM');
  const { stdout } = await running.ended;
  expect(stdout).toMatch(/^system {4}demo\ncontrol {3}http:\/\/127\.0\.0\.1:\d+\nincidents .*; now: none\n/);
});

test('exits when the reader closes the pipe', async () => {
  const running = sandbox.start(['world']);
  await running.printed(/world\.edge/);
  running.child.stdout?.destroy();
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
});
