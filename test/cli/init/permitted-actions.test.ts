import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';

let workspace: Workspace;
let simulator: RunningSimulator;
beforeEach(async () => {
  workspace = openWorkspace();
  simulator = await workspace.platform.startSimulator('event-bus', { clock: workspace.clock });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace[Symbol.asyncDispose]();
});

/** Drafts a profile with a context of the simulated cluster, and resolves to its text. */
const drafted = async (
  context: string,
  env: string,
): Promise<{ readonly text: string; readonly stdout: string }> => {
  const kubeconfig = simulator.vars('production')['world.kubeconfig'] ?? '';
  // The Kubernetes client merges the files of this variable, as kubectl does.
  vi.stubEnv('KUBECONFIG', kubeconfig);
  const { stdout, stderr, code } = await workspace.run(
    ['init', '--env', `bus/${env}`, '--no-check', '--context', context],
    { KUBECONFIG: kubeconfig },
  );
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  return { text: readFileSync(workspace.path(`profiles/bus/${env}.yaml`), 'utf8'), stdout };
};

/** The profile after the one edit that it describes: the line of the comment in place of the next one. */
const edited = (text: string): string =>
  text.replace(/^# {3}(authority: .*)\nauthority: .*$/m, (_, line: string) => line);

test('guard.actions has what the account may do, and the rest is a comment', async () => {
  const { text, stdout } = await drafted('production', 'dev');
  expect(text).toMatch(/^tier: dev$/m);
  expect(text).toMatch(/^guard: \{ actions: \[restart, scale, rollback\] \}$/m);
  expect(text).toMatch(/^# {3}setImage, evict, delete, .*: permitted to the account, but left out here$/m);
  expect(text).toMatch(/^authority: \[\{ id: everyone, who: "\*", may: read \}\]$/m);
  expect(stdout).toMatch(/^account +may restart, scale, rollback$/m);
  expect(simulator.changes()).toEqual([]);
});

test('what the account may not do is left out, with the reason and the rule to request', async () => {
  const { text } = await drafted('production-viewer', 'dev');
  expect(text).toMatch(/^guard: \{ actions: \[\] \}$/m);
  expect(text).toMatch(
    /^# {3}restart: viewer of context production-viewer may not patch deployments in event-bus-production: request a Role in event-bus-production with /m,
  );
  expect(text).toMatch(/^# {3}scale: .* may not patch deployments\/scale /m);
});

longTest('an account that cannot be asked about permits nothing, and the comment says why', async () => {
  const { text } = await drafted('production-expired', 'dev');
  expect(text).toMatch(/^guard: \{ actions: \[\] \}$/m);
  expect(text).toMatch(/^# {3}restart, scale, rollback: unknown, /m);
});

test.each(
  sampled(
    [
      ['dev', []],
      ['production', ['--arm', 'INC-1']],
    ],
    everyNth(2),
  ),
)(
  'in %s the first action takes the one edit that the profile describes',
  async (env, answers) => {
    const { text } = await drafted('production', env);
    const run = () =>
      workspace.run([
        ...['run', 'restart-deployment', '--env', `bus/${env}`, '--json'],
        ...['--param', 'deployment=event-bus-service', '--param', 'namespace=event-bus-production'],
        ...['--confirm', 'event-bus-service', ...answers],
      ]);
    const refused = await run();
    expect(refused.code).toBe(3);
    const { missing } = JSON.parse(refused.stdout.trimEnd().split('\n').at(-1) ?? '{}');
    expect(missing.map(({ what }: { readonly what: string }) => what)).toEqual(['role']);
    expect(simulator.changes()).toEqual([]);
    expect(edited(text)).not.toBe(text);
    await workspace.put(`profiles/bus/${env}.yaml`, edited(text));
    const { stdout } = await run();
    expect(stdout).toContain('"event":"gated","passed":true');
    expect(simulator.changes()).toMatchObject([
      { line: expect.stringMatching(/^PATCH .*event-bus-service/) },
    ]);
  },
  60_000,
);
