import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';

let workspace: Workspace;
let simulator: RunningSimulator;
beforeEach(async () => {
  workspace = openWorkspace();
  simulator = await workspace.platform.startSimulator('event-bus', { clock: workspace.clock });
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** A profile that logs in to the simulated cluster with this context of its kubeconfig. */
const profileOf = (context: string): string =>
  `opsdeck: 1
system: bus
env: dev
tier: dev
sources:
  k8s: { type: kubernetes, kubeconfig: "${simulator.vars('production')['world.kubeconfig']}", context: ${context}, namespace: event-bus-production }
runbooks:
  - id: scale
    title: Scale
    act: [{ id: a1, title: Scale, use: k8s.scale, with: { deployment: event-bus-service, replicas: 5 } }]
    verify: none
`;

const run = async (context: string) => {
  await workspace.put('profiles/dev.yaml', profileOf(context));
  const { code, stdout } = await workspace.run([
    ...['run', 'scale', '--env', 'bus/dev', '--json'],
    ...['--confirm', 'event-bus-service'],
  ]);
  const events: readonly Readonly<Record<string, unknown>>[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, ended: events.at(-1), names: events.map(({ event }) => event) };
};

test('a denied access review: exits 3, records the refusal, and changes nothing', async () => {
  const { code, ended, names } = await run('production-viewer');
  expect(ended).toMatchObject({ event: 'ended', ending: 'forbidden' });
  expect(ended?.why).toMatch(
    /^viewer of context production-viewer may not patch deployments\/scale in event-bus-production: request a Role in event-bus-production with /,
  );
  expect(code).toBe(3);
  expect(names).not.toContain('call');
  expect(simulator.changes()).toEqual([]);
  expect(await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8')).toContain('"forbidden"');
});

test('an allowed access review: executes exactly the planned change', async () => {
  expect(await run('production')).toMatchObject({ code: 0 });
  expect(simulator.changes()).toMatchObject([
    { line: expect.stringMatching(/^PATCH .*event-bus-service\/scale$/) },
  ]);
});
