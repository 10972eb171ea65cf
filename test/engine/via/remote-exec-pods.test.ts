import { afterEach, expect, test } from 'vitest';
import type { SignalSpec, SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { closeSimulators, type KubeStage, kubeStage, nameOf } from '../../simulator/kube-stage.ts';
import { longTest } from '../../support/layer.ts';
import { entryOf, never, openRemote, signalOf } from './remote-fixture.ts';

afterEach(closeSimulators);

const app = 'event-bus-service';
const bus: ViaSpec = { source: 'k8s', target: `deployment/${app}` };
const logs = `/opt/${app}/logs`;

interface Options {
  readonly signals?: readonly SignalSpec[];
  readonly context?: string;
  readonly system?: string;
}

/** Sources that are read inside the pods of the simulator's production. */
const openPods = async (
  sources: readonly SourceEntry[],
  { signals = [], context = 'production', system = 'event-bus' }: Options = {},
) => {
  const it = await kubeStage(system);
  const kubeconfig = it.simulator.vars('production')['world.kubeconfig'] ?? '';
  const k8s = entryOf('kubernetes', 'k8s', { kubeconfig, context });
  return { it, remote: await openRemote(it.clock, [k8s, ...sources], signals) };
};

const podsOf = async (it: KubeStage): Promise<readonly string[]> => (await it.podsOf(app)).map(nameOf).sort();

const checksOf = (run: readonly string[], via: ViaSpec = bus, more = {}): SourceEntry =>
  entryOf('script', 'checks', { checks: [{ service: 'bus', run, ...more }] }, via);

longTest('a check is run in every live pod, and each pod is a row', async () => {
  const { it, remote } = await openPods([checksOf(['check-health'])], {
    signals: [signalOf('requests', 'checks', { perf: 'bus', label: 'requests' })],
  });
  await using _ = remote;
  await remote.read();
  const pods = await podsOf(it);
  expect(pods.length).toBeGreaterThan(1);
  expect(remote.health()).toEqual(
    pods.map((pod) => expect.stringMatching(`^bus ${pod} up OK - [\\d.]+ requests/s, [\\d.]+% errors$`)),
  );
  expect(remote.samples()).toEqual(pods.map((pod) => expect.stringMatching(`^requests ${pod} \\d`)));
  expect(remote.faults()).toEqual([]);
});

longTest('a failing program is a result of the check: its exit status, or a missing program', async () => {
  const checks = [
    { service: 'none', run: ['/no/such/check'] },
    { service: 'wrong', run: ['cat', '/no/such/file'], parse: 'exit' },
    { service: 'argv', run: ['cat', '/etc/hostname; hostname'], parse: 'exit' },
  ];
  const pod = { ...bus, target: 'app=event-bus-service' };
  const { it, remote } = await openPods([entryOf('script', 'checks', { checks }, pod)]);
  await using _ = remote;
  await remote.read();
  const [first] = await podsOf(it);
  expect(remote.health().filter((row) => row.includes(first ?? ''))).toEqual([
    `none ${first} unknown no \`/no/such/check\` in this container`,
    `wrong ${first} down exited with status 1: cat: /no/such/file: No such file or directory`,
    // Not interpreted by a shell: the whole text is one path.
    `argv ${first} down exited with status 1: cat: /etc/hostname; hostname: No such file or directory`,
  ]);
});

test('files are read in every pod: sizes, the newest match of a glob, columns of a table', async () => {
  const files = entryOf('file', 'files', { paths: [`${logs}/*.log`] }, bus);
  const signals = [
    signalOf('size', 'files', { bytes: `${logs}/application.log` }),
    signalOf('count', 'files', { newest: '/opt/*/logs/*.log', read: 'count' }),
    signalOf('deep', 'files', { newest: '/opt/**/*.log', read: 'count' }),
    signalOf('age', 'files', { age: `${logs}/{application,none}.log` }),
    signalOf('none', 'files', { exists: `${logs}/none.log` }),
    signalOf('row', 'files', { csv: '/etc/hostname', column: 0, header: false }),
  ];
  const { it, remote } = await openPods([files], { signals });
  await using _ = remote;
  await remote.read();
  const [first = ''] = await podsOf(it);
  expect(remote.faults()).toEqual([]);
  const samples = remote.samples().filter((line) => line.includes(first));
  expect(samples).toEqual(
    expect.arrayContaining([
      expect.stringMatching(`^size ${first} \\d{3,}$`),
      `count ${first} 3`,
      `deep ${first} 3`,
      expect.stringMatching(`^age ${first} \\d`),
      `none ${first} 0`,
      `row ${first} ${first}`,
    ]),
  );
  const shown = remote.engine.feeds.filter(({ name }) => name === 'files');
  await remote.engine.readNow(
    shown.map(({ id }) => id),
    never,
  );
  const notes = shown.flatMap(({ id }) => remote.engine.facts.getState().feeds[id]?.known?.items ?? []);
  expect(notes).toContainEqual(
    expect.objectContaining({
      title: `${first}: ${logs}/application.log`,
      text: expect.stringMatching(/^\d+ bytes, written .* ago$/),
    }),
  );
});

longTest('doctor reports for each pod whether its programs and files exist', async () => {
  const files = entryOf('file', 'files', { paths: [`${logs}/none.log`] }, bus);
  const { it, remote } = await openPods([checksOf(['check-health']), files]);
  await using _ = remote;
  const pods = await podsOf(it);
  const found = async (id: string) =>
    (await remote.engine.sources.get(id)?.doctor?.(never))?.map(({ ok, what, remedy }) => [ok, what, remedy]);
  expect(await found('checks')).toEqual([
    [true, `through k8s deployment/${app}: ${pods.join(', ')}`, undefined],
    ...pods.map((pod) => [true, `${pod}: /usr/local/bin/check-health is executable`, undefined]),
  ]);
  expect((await found('files'))?.slice(1)).toEqual(
    pods.map((pod) => [
      false,
      `read ${logs}/none.log in ${pod}: no such file`,
      'check the path inside of the target, and that a program writes the file',
    ]),
  );
});

test('an image without the required tools is a fault that names the tool, and yields no value for the file', async () => {
  const via: ViaSpec = { source: 'k8s', target: 'deployment/saga-orchestrator' };
  const files = entryOf('file', 'files', { paths: ['/var/log/saga.log'] }, via);
  const { remote } = await openPods([files], {
    system: 'saga',
    signals: [signalOf('there', 'files', { exists: '/var/log/saga.log' })],
  });
  await using _ = remote;
  await remote.read();
  expect(remote.samples()).toEqual([]);
  expect(new Set(remote.faults().map((line) => line.replace(/ in \S+:/, ' in POD:')))).toEqual(
    new Set(['files: read /var/log/saga.log in POD: no `stat` in this container']),
  );
  expect(remote.engine.snapshot().faults[0]).toMatchObject({
    kind: 'unconfigured',
    remedy: expect.stringContaining('busybox'),
  });
});

longTest('without the permission to exec, the rows are unknown, not down', async () => {
  const files = entryOf('file', 'files', { paths: [`${logs}/application.log`] }, bus);
  const { it, remote } = await openPods([checksOf(['check-health']), files], {
    context: 'production-viewer',
    signals: [signalOf('size', 'files', { bytes: `${logs}/application.log` })],
  });
  await using _ = remote;
  await remote.read();
  const [first = ''] = await podsOf(it);
  const words = `tunnel cut: k8s deployment/${app}: ${first}: answered 403 Forbidden: pods "${first}" is forbidden: User "viewer" cannot`;
  expect(remote.health().map((row) => row.split(' ').slice(1, 3).join(' '))).toEqual(
    (await podsOf(it)).map((pod) => `${pod} unknown`),
  );
  expect(remote.faults()).toContainEqual(expect.stringContaining(`checks: ${first}: check-health: ${words}`));
  expect(remote.faults()).toContainEqual(
    expect.stringContaining(`files: read ${logs}/application.log in ${first}: ${words}`),
  );
  expect(remote.engine.snapshot().faults[0]?.remedy).toContain('resources: ["pods/exec"]');
});

longTest('when the API stops answering, the rows become unknown, not down', async () => {
  const { it, remote } = await openPods([checksOf(['check-health'])]);
  await using _ = remote;
  await remote.read();
  expect(remote.health()).toContainEqual(expect.stringContaining(' up '));
  await it.simulator.close();
  await remote.read();
  expect(remote.health()).toEqual(
    remote.health().map(() => expect.stringMatching(/^bus \S+ unknown tunnel cut: k8s deployment\S+: /)),
  );
});

longTest('a deleted pod is not reported as down', async () => {
  const { it, remote } = await openPods([checksOf(['check-health'])]);
  await using _ = remote;
  await remote.read();
  const [first = '', ...others] = await podsOf(it);
  await it.send('DELETE', `${it.pods}/${first}`);
  await it.wait(10);
  await remote.read();
  const rows = remote.health();
  expect(rows.join()).not.toContain(' down ');
  for (const pod of others) expect(rows).toContainEqual(expect.stringContaining(`${pod} up`));
});

test('a program of a runbook is run in the planned pod', async () => {
  const { it, remote } = await openPods([checksOf(['check-health'])]);
  await using _ = remote;
  const exec = remote.engine.sources.get('checks')?.operations.find(({ name }) => name === 'exec');
  const [first = ''] = await podsOf(it);
  const plan = await exec?.plan({ argv: ['/usr/local/bin/check-health'] }, never);
  expect(plan?.targets).toEqual([
    {
      name: 'checks',
      uid: expect.stringMatching(`^${first}: /usr/local/bin/check-health \\(.* via ${first} `),
      saw: expect.stringContaining('a program of 10 bytes'),
      where: `${first}, through k8s deployment/${app}`,
    },
  ]);
  if (plan === undefined || exec === undefined) throw new Error('no plan');
  expect(await exec.recheck(plan, never)).toBeUndefined();
  const route = remote.engine.routeTo('checks');
  const io = openChangeIo(it.clock, route);
  const events = [];
  for await (const event of exec.act(plan, io, never)) events.push(event);
  expect(events).toEqual([
    { is: 'call', line: '/usr/local/bin/check-health' },
    { is: 'output', text: expect.stringContaining('OK - ') },
    { is: 'found', found: { status: 0 } },
    { is: 'answered', line: '/usr/local/bin/check-health', status: 'exited with status 0', ok: true },
  ]);
  await it.send('DELETE', `${it.pods}/${first}`);
  await it.wait(10);
  expect(await exec.recheck(plan, never)).toMatchObject({ target: 'checks' });
});

test('log lines in a pod are counted between two readings', async () => {
  const it = await kubeStage('event-bus');
  const kubeconfig = it.simulator.vars('production')['world.kubeconfig'] ?? '';
  await using remote = await openRemote(
    it.clock,
    [
      entryOf('kubernetes', 'k8s', { kubeconfig, facts: ['pods'] }),
      entryOf('file', 'files', { paths: [`${logs}/application.log`] }, bus),
    ],
    [signalOf('lines', 'files', { lines: 'all', per: '10s' })],
    [{ name: 'all', include: [], exclude: [] }],
  );
  await remote.engine.reach(never);
  const ids = remote.engine.feeds.filter(({ name }) => name === 'lines').map(({ id }) => id);
  await remote.engine.readNow(ids, never);
  expect(remote.samples()).toEqual(
    (await podsOf(it)).map(
      (pod) => `lines ${pod} there is no count yet: opsdeck counts the new lines from now on`,
    ),
  );
  await it.wait(10);
  await remote.engine.readNow(ids, never);
  expect(remote.samples()).toEqual(
    (await podsOf(it)).map((pod) => expect.stringMatching(`^lines ${pod} [1-9]`)),
  );
});
