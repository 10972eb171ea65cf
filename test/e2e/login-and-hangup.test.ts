import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { processStart } from '../../src/platform/processes/process-identity.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { valueAt } from '../simulator/ask.ts';
import { readMs } from '../support/cockpit-verbs.ts';
import { launcher } from './pty.ts';

const timeout = 120_000;

interface Session {
  readonly dir: string;
  readonly pty: PtyTerminal;
  sees(text: RegExp): Promise<void>;
  events(): Promise<readonly Record<string, unknown>[]>;
}

const scratch = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-login-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

/** Opens the cockpit with a given profile in a real terminal. */
const open = async (dir: string, profile: string): Promise<Session> => {
  const profiles = join(dir, 'profiles');
  await mkdir(profiles);
  await writeFile(join(profiles, 'shop.yaml'), profile);
  const pty = openPtyTerminal(
    [process.execPath, launcher, '--profiles', profiles, '--env', 'shop/dev', '--state-dir', dir],
    { columns: 120, rows: 40, env: { XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir } },
  );
  onTestFinished(() => pty[Symbol.asyncDispose]());
  return {
    dir,
    pty,
    sees: (text) =>
      pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, 60_000),
    events: async () =>
      (await readFile(join(dir, 'audit.jsonl'), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).entry),
  };
};

/** Chooses the only runbook. */
const chooseRunbook = async ({ pty, sees }: Session, id: string): Promise<void> => {
  pty.press('R');
  await sees(new RegExp(`▸ .* ${id}`));
  pty.press('\r');
};

const head = 'opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n';

test('a login that expires between plan and action is renewed in the terminal, and the run recovers', {
  timeout,
}, async () => {
  const dir = await scratch();
  const simulator = await startSimulator('saga', { clock: systemClock() });
  onTestFinished(() => simulator.close());
  const vars = simulator.vars('production');
  const kube: unknown = JSON.parse(await readFile(vars['world.kubeconfig'] ?? '', 'utf8'));
  const valid = join(dir, 'logged-in');
  await writeFile(valid, '');
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    // Already expired, so that the plugin runs for every request.
    status: { token: 'rehearsal-admin', expirationTimestamp: '2001-01-01T00:00:00Z' },
  };
  await writeFile(join(dir, 'credential.json'), JSON.stringify(credential));
  await writeFile(
    join(dir, 'plugin'),
    `#!/bin/sh\n[ -e '${valid}' ] || { echo 'the session has expired' >&2; exit 1; }\ncat '${dir}/credential.json'\n`,
    { mode: 0o755 },
  );
  await writeFile(
    join(dir, 'log-in'),
    `#!/bin/sh\nprintf 'Who ARE YOU? '\nread -r name\n[ "$name" = ana ] && : >'${valid}'\n`,
    { mode: 0o755 },
  );
  const kubeconfig = join(dir, 'kubeconfig');
  const exec = { apiVersion: credential.apiVersion, command: join(dir, 'plugin'), interactiveMode: 'Never' };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: valueAt(kube, 'clusters', '0', 'cluster', 'server') } }],
      users: [{ name: 'u', user: { exec } }],
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'prod',
    }),
  );
  const session = await open(
    dir,
    `${head}sources:
  k8s: { type: kubernetes, kubeconfig: "${kubeconfig}", namespace: "${vars['world.namespace']}", every: 2s, login: ["${dir}/log-in"] }
runbooks:
  - id: replace-pods
    title: Replace the pods
    act: [{ id: a1, title: Restart it, use: k8s.restart, with: { deployment: saga-orchestrator } }]
    verify: [{ id: v1, title: Deployment exists, that: 'any(workloads[kind = deployment] | name = saga-orchestrator)', within: 60s }]
`,
  );
  await session.sees(/DEV +shop [\s\S]*▌ \S/);
  await chooseRunbook(session, 'replace-pods');
  await session.sees(/enter confirm|enter yes|target +saga-orchestrator/);
  await rm(valid);
  await sleep(readMs);
  session.pty.press('\r');
  await session.sees(/denied: login expired/);
  await session.sees(/log-in/);
  expect((await session.events()).some(({ event }) => event === 'acting')).toBe(false);

  session.pty.press('l');
  await session.sees(/Who ARE YOU\?/);
  expect(session.pty.terminal.buffer.active.type).toBe('normal');
  session.pty.press('ana\r');
  await session.sees(/RECOVERED/);
  expect(session.pty.terminal.buffer.active.type).toBe('alternate');
  const recorded = await session.events();
  expect(
    recorded.map(({ event }) => event).filter((name) => name !== 'output' && name !== 'verifying'),
  ).toEqual(expect.arrayContaining(['login', 'renewed', 'acting', 'acted', 'ended']));
  expect(recorded.find(({ event }) => event === 'renewed')).toMatchObject({
    ok: true,
    why: expect.stringMatching(/log-in: exit status 0$/),
  });
  expect(JSON.stringify(recorded)).not.toContain('rehearsal-admin');
});

const isGone = async (pid: number): Promise<boolean> => (await processStart(pid)) === undefined;

test.each([
  ['the terminal is closed', (pty: PtyTerminal) => pty.hangUp()],
  ['SIGTERM arrives', (pty: PtyTerminal) => pty.kill('SIGTERM')],
])(
  'if %s during a run, it is canceled and recorded, and no process is left running',
  { timeout },
  async (_, terminate) => {
    const dir = await scratch();
    const family = resolve('test/fixtures/programs/has-a-family');
    const wrapper = join(dir, 'long');
    await writeFile(wrapper, `#!/bin/sh\nexec '${family}' >'${dir}/pids'\n`, { mode: 0o755 });
    const session = await open(
      dir,
      `${head}sources:
  jobs: { type: script, checks: [{ service: jobs, run: ["true"] }] }
runbooks:
  - id: long-job
    title: A long job
    act: [{ id: a1, title: Run it, use: jobs.exec, with: { argv: ["${wrapper}"] }, danger: disruptive }]
`,
    );
    await session.sees(/DEV +shop [\s\S]*▌ \S/);
    await chooseRunbook(session, 'long-job');
    await session.sees(/enter confirm|CONFIRM/);
    await sleep(readMs);
    session.pty.press('\r');
    const pids = async (): Promise<readonly number[]> =>
      existsSync(join(dir, 'pids'))
        ? ((await readFile(join(dir, 'pids'), 'utf8')).match(/^\d+$/gm) ?? []).map(Number)
        : [];
    while ((await pids()).length < 3) await new Promise<void>((resolve) => setImmediate(resolve));
    terminate(session.pty);
    await session.pty.exited;
    expect(await Promise.all((await pids()).map(isGone))).toEqual([true, true, true]);
    expect((await session.events()).at(-1)).toMatchObject({
      event: 'ended',
      ending: 'cancelled',
      sent: [expect.stringMatching(/long → the call did not finish, so the outcome is unknown: canceled$/)],
    });
  },
);
