import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';

let workspace: Workspace;
let simulator: RunningSimulator;
beforeEach(async () => {
  workspace = openWorkspace();
  simulator = await workspace.platform.startSimulator('event-bus', { clock: workspace.clock });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const log = '/opt/event-bus-service/logs/application.log';

/** A profile that runs its checks and reads its log in the pods of the simulated cluster. */
const profileOf = (context: string, way = 'source: k8s, target: deployment/event-bus-service'): string =>
  `opsdeck: 1
system: bus
env: dev
tier: dev
sources:
  k8s: { type: kubernetes, kubeconfig: "${simulator.vars('production')['world.kubeconfig']}", context: ${context}, facts: [pods] }
  checks:
    type: script
    via: { ${way} }
    checks: [{ service: bus, run: [check-health] }]
  logs: { type: file, via: { ${way} }, paths: ["${log}"] }
signals:
  - { id: log.size, title: Log, source: logs, read: { bytes: "${log}" }, unit: B }
`;

const check = async (...args: readonly string[]) => {
  const ended = await workspace.run(['check', '--env', 'bus/dev', ...args]);
  return { ...ended, report: JSON.parse(ended.stdout) };
};

longTest('check runs programs and reads files in the pods', async () => {
  await workspace.put('profiles/dev.yaml', profileOf('production'));
  const { code, report, stderr } = await check('--json');
  expect({ code, stderr, faults: report.faults }).toEqual({
    code: 0,
    stderr: 'opsdeck: profile profiles/dev.yaml\n',
    faults: [],
  });
  const rows: readonly Record<string, unknown>[] = report.health;
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows)
    expect(row).toMatchObject({
      service: 'bus',
      instance: expect.stringMatching(/^event-bus-service-/),
      status: 'up',
      detail: expect.stringContaining('OK - '),
    });
});

test('without permission to exec, check reads nothing, reports the reason, and shows no service as down', async () => {
  await workspace.put('profiles/dev.yaml', profileOf('production-viewer'));
  const { code, report } = await check('--json');
  expect(code).toBe(3);
  expect(JSON.stringify(report)).not.toContain('"down"');
  expect(JSON.stringify(report.faults)).toContain('tunnel cut: k8s deployment/event-bus-service');
});

longTest('doctor shows the pods of each tunnel, and the request rate of pod discovery', async () => {
  await workspace.put('profiles/dev.yaml', profileOf('production'));
  const ended = await workspace.run(['doctor', '--env', 'bus/dev', '--json']);
  const { sources } = JSON.parse(ended.stdout);
  const whats = JSON.stringify(sources);
  expect(whats).toContain('through k8s deployment/event-bus-service: event-bus-service-');
  expect(whats).toContain('/usr/local/bin/check-health is executable');
  expect(whats).toContain(`${log}: readable`);
  const rates: readonly number[] = sources.map(
    (source: { requestsPerSecond: number }) => source.requestsPerSecond,
  );
  expect(rates[0]).toBeGreaterThanOrEqual(0.2);
});

test('doctor counts the log streams of a source, and those that Logs follows at once', async () => {
  await workspace.put('profiles/dev.yaml', `${profileOf('production')}logs: { follow: 2 }\n`);
  const ended = await workspace.run(['doctor', '--env', 'bus/dev', '--json']);
  const report = JSON.parse(ended.stdout);
  const { count, followed } = report.sources[0].logStreams;
  expect(count).toBeGreaterThan(2);
  expect(followed).toBe(2);
  expect(report.sources[1]).not.toHaveProperty('logStreams');
  const { stdout } = await workspace.run(['doctor', '--env', 'bus/dev']);
  expect(stdout).toContain(`cockpit, ${count} log streams: Logs follows 2, with one open request each\n`);
});

longTest('validate rejects an invalid tunnel target, with its position', async () => {
  await workspace.put('profiles/dev.yaml', profileOf('production', 'source: k8s, target: event-bus-service'));
  const ended = await workspace.run(['validate', 'profiles/dev.yaml']);
  expect(ended.code).toBe(4);
  expect(ended.stdout + ended.stderr).toMatch(
    /dev\.yaml:9:33: .*checks via target: "event-bus-service" is not a kind\. Use deployment\/event-bus-service/,
  );
});
