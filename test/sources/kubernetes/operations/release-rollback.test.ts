import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseSecret, storedRelease } from '../../../../src/simulator/model/cluster/state/helm-releases.ts';
import { helmEnv } from '../../../../src/sources/kubernetes/operations/delivery/helm-program.ts';
import {
  manifestChanges,
  parseReleaseManifest,
  releaseObjectText,
} from '../../../../src/sources/kubernetes/operations/delivery/release-manifest.ts';
import { restoreProblem } from '../../../../src/sources/kubernetes/operations/delivery/release-records.ts';
import { valueAt } from '../../../simulator/ask.ts';
import { patchTypes } from '../../../simulator/kube-stage.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

let stage: ActingStage;
const namespace = 'microservices';
const release = 'notifications';
const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/notification-service`;
const toFirst = { release, namespace, revision: 1 };

const imageOf = async (): Promise<string> => {
  const containers = valueAt((await stage.get(deployment)).body, 'spec', 'template', 'spec', 'containers');
  return String(valueAt(Array.isArray(containers) ? containers[0] : undefined, 'image'));
};

const clusterOf = () => {
  const { cluster } = stage.simulator.model.environmentAt('production', stage.clock.now()).parts;
  if (cluster === undefined) throw new Error('no cluster');
  return cluster;
};

/** Stores the newest revision with another status, or another revision after it. */
const storeRevision = (version: number, status: string, description: string, agoMs = 0): void => {
  const cluster = clusterOf();
  const last = cluster.shelves.secrets.get(namespace, `sh.helm.release.v1.${release}.v4`);
  const content = storedRelease(last);
  if (last === undefined || content === undefined) throw new Error('no release');
  const metadata = {
    ...last.metadata,
    name: `sh.helm.release.v1.${release}.v${version}`,
    creationTimestamp: new Date(cluster.now - agoMs).toISOString(),
  };
  const info = { status, description };
  cluster.shelves.secrets.put(releaseSecret(metadata, { ...content, version, info }, cluster.now));
};

/** A program in place of Helm, which prints, exits and changes nothing. */
const fakeHelm = async (script: string): Promise<ActingStage> => {
  const path = join(await mkdtemp(join(tmpdir(), 'opsdeck-helm-')), 'helm');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  const other = await openStage('saga', 'production', { helm: path });
  await stage[Symbol.asyncDispose]();
  stage = other;
  return other;
};

beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('the preview', () => {
  test('names the command with its cluster, both charts, the values and the objects that change', async () => {
    const proposal = await stage.propose('releaseRollback', toFirst);
    expect(proposal).toMatchObject({ danger: 'disruptive', names: [release] });
    const plan = planOf(proposal);
    const kubeconfig = stage.simulator.vars('production')['world.kubeconfig'];
    const helm = stage.simulator.vars('production')['world.helm'];
    expect(plan.calls).toEqual([
      {
        line: `${helm} rollback notifications 1 --namespace microservices --kubeconfig ${kubeconfig} --kube-context production --kube-apiserver ${stage.server} --history-max 0`,
        command: expect.stringContaining('rollback notifications 1'),
        target: 0,
      },
    ]);
    expect(plan.targets).toMatchObject([
      {
        saw: expect.stringMatching(/^revision 4, deployed since 2026-/),
        where: 'namespace microservices of cluster production, context production',
      },
    ]);
    expect(plan.objects).toEqual(
      expect.arrayContaining([
        'release notifications goes from revision 4, notifications 2.2.0, app version 2.2.0 to the content of revision 1, notifications 2.0.0, app version 2.0.0, as a new revision',
        'the rollback changes deployment/notification-service',
        'rolls out deployment/notification-service in microservices',
        'the data of volumes and database migrations are not rolled back',
      ]),
    );
    expect(plan.changes).toContain('chart: "notifications 2.2.0" → "notifications 2.0.0"');
    expect(plan.effects).toEqual([
      {
        does: 'replaces',
        kind: 'workloads',
        where: { kind: 'pod', namespace, owner: 'deploy notification-service' },
      },
    ]);
    expect(plan.reach).toMatchObject({ share: { of: 'replicas of deployment/notification-service' } });
  });

  test('of a Deployment says that Helm does not know its rollback', async () => {
    const image = (await imageOf()).replace(/:[^:]*$/, ':1.9.0');
    await stage.run('setImage', { deployment: 'notification-service', image });
    await stage.wait(2);
    const annotations = { 'meta.helm.sh/release-name': release };
    await stage.send('PATCH', deployment, { metadata: { annotations } }, patchTypes.merge);
    const plan = planOf(await stage.propose('rollback', { deployment: 'notification-service' }));
    expect(plan.objects).toContain(
      'deployment/notification-service belongs to the Helm release notifications: the next helm upgrade does not know this rollback, and may undo it. Roll back the release instead',
    );
  });
});

test('is recovered when a new revision restores the earlier one and its workload is rolled out', async () => {
  const before = await imageOf();
  const ran = await stage.passing(
    stage.runGeneric('rollback-release', { release, namespace, revision: '1' }),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect(ran.output.at(-1)).toMatch(/→ restored revision 1 as revision 5$/);
  expect(await imageOf()).toBe(before.replace(/:.*$/, ':1.7.0'));
  const { body } = await stage.get(`${secrets}/sh.helm.release.v1.notifications.v5`);
  expect(valueAt(body, 'metadata', 'labels', 'status')).toBe('deployed');
  const undone = await stage.passing(stage.undo(ran));
  expect(undone.output.at(-1)).toMatch(/→ restored revision 4 as revision 6$/);
  expect(await imageOf()).toBe(before);
});

test('the choices are the earlier revisions that were deployed and differ', async () => {
  const ran = await stage.run('releaseRevisions', { release });
  expect(ran.output.filter((line) => line.startsWith('revision'))).toEqual([
    expect.stringMatching(/^revision 4 · deployed · .* · the newest revision$/),
    expect.stringMatching(/^revision 3 · failed · .* · never deployed \(failed\)/),
    expect.stringMatching(/^revision 2 · superseded · notifications 2\.1\.0/),
    expect.stringMatching(/^revision 1 · superseded · notifications 2\.0\.0/),
  ]);
});

describe('is refused', () => {
  test.each([
    [4, 'revision 4 is the newest revision. Choose another one (releaseRevisions lists them)'],
    [3, 'revision 3 is never deployed (failed). Choose another one (releaseRevisions lists them)'],
    [9, 'revision 9 does not exist: choose one of 3, 2, 1'],
  ])('for revision %d', async (revision, why) => {
    const { refusal } = await stage.propose('releaseRollback', { ...toFirst, revision });
    expect(refusal).toEqual({
      ending: 'not-applicable',
      why: `release notifications is not rolled back: ${why}`,
    });
  });

  test('while another operation of Helm runs, and not after it was interrupted', async () => {
    storeRevision(5, 'pending-upgrade', 'Preparing upgrade', 60_000);
    const { refusal } = await stage.propose('releaseRollback', toFirst);
    expect(refusal?.why).toMatch(/revision 5 is pending-upgrade: wait for the end of that operation/);
    storeRevision(5, 'pending-upgrade', 'Preparing upgrade', 11 * 60_000);
    const plan = planOf(await stage.propose('releaseRollback', toFirst));
    expect(plan.objects.join('\n')).toMatch(
      /revision 5, pending-upgrade since .*: its operation was most likely interrupted/,
    );
  });

  test('without an earlier revision', async () => {
    const { shelves } = clusterOf();
    for (const version of [1, 2, 3])
      shelves.secrets.remove(namespace, `sh.helm.release.v1.${release}.v${version}`);
    const { refusal } = await stage.propose('releaseRollback', toFirst);
    expect(refusal?.why).toMatch(/revision 4 is the only one: correct the values or the chart, and upgrade$/);
  });

  test('without the program', async () => {
    await using bare = await openStage('saga', 'production', { helm: '/nowhere/helm' });
    const { refusal } = await bare.propose('releaseRollback', toFirst);
    expect(refusal?.why).toMatch(/^\/nowhere\/helm is not installed on this machine: install Helm/);
  });

  test('without the permission, with the rule to request', async () => {
    await using viewer = await openStage('saga', 'production-viewer');
    const { refusal } = await viewer.propose('releaseRollback', toFirst);
    expect(refusal?.why).toMatch(/may not|403|denied/);
  });
});

describe('has failed', () => {
  test('when another operation of Helm has come since the preview: nothing is started', async () => {
    const proposal = await stage.propose('releaseRollback', toFirst);
    storeRevision(5, 'deployed', 'Upgrade complete');
    const ran = await stage.passing(stage.confirm(proposal));
    expect(ran.ended).toMatchObject({ sent: [] });
    expect(ran.ended.why).toMatch(/planned for revision 4, .* now revision 5, /);
  });

  test('when the program exits with status 0 and no revision is new', async () => {
    const other = await fakeHelm('echo "Rollback was a success! Happy Helming!"');
    const ran = await other.passing(other.run('releaseRollback', toFirst));
    expect(ran.ended).toMatchObject({ ending: 'failed' });
    expect(ran.ended.why).toMatch(
      /helm reports success, and revision 4 is still the newest one in namespace microservices of cluster production/,
    );
  });

  test('when the program fails, with its reason', async () => {
    const other = await fakeHelm('echo "Error: release has no 1 version" >&2; exit 1');
    const ran = await other.passing(other.run('releaseRollback', toFirst));
    expect(ran.ended.why).toMatch(/helm exited with status 1: Error: release has no 1 version/);
  });

  test('when the workload is not rolled out', async () => {
    await stage.run('releaseRollback', toFirst);
    const { deployments } = clusterOf().shelves;
    const live = deployments.get(namespace, 'notification-service');
    if (live === undefined) throw new Error('no deployment');
    const generation = (live.metadata.generation ?? 0) + 1;
    deployments.put({ ...live, metadata: { ...live.metadata, generation } });
    const state = await stage.run('releaseState', { release, restored: 1 });
    expect(state.output).toContain('deployment/notification-service: the rollout has not started');
  });
});

test.each([
  [{ description: 'Upgrade complete' }, 'revision 5 is not a rollback to revision 1 (Upgrade complete)'],
  [{ manifest: 'b' }, 'the objects of revision 5 are not those of revision 1'],
  [{ status: 'failed' }, 'revision 5 is failed'],
  [{}, undefined],
])('a revision with %o: %s', (change: { description?: string; manifest?: string; status?: string }, why) => {
  const content = { chart: '', appVersion: '', values: {}, manifest: 'a', description: 'Rollback to 1' };
  const { status = 'deployed', ...other } = change;
  const revision = { namespace, name: release, version: 5, status, created: '', createdAt: undefined };
  expect(restoreProblem({ revision, content: { ...content, ...other } }, { version: 1, content })).toBe(why);
});

test('settings of Helm in the environment choose no other cluster, login or storage', () => {
  const env = {
    PATH: '/bin',
    AWS_PROFILE: 'shop',
    HELM_KUBECONTEXT: 'other',
    HELM_DRIVER: 'sql',
    HELM_KUBETOKEN: 'x',
  };
  expect(helmEnv(env)).toEqual({ PATH: '/bin', AWS_PROFILE: 'shop', HELM_DRIVER: 'secret' });
});

test('objects of two manifests are created, changed and deleted; one that Helm keeps is not deleted', () => {
  const object = (name: string, more = '') =>
    `---\n# Source: x\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\n`;
  const kept = ', annotations: { helm.sh/resource-policy: keep }';
  const before =
    object('same') + `${object('other')}data: { a: "1" }\n` + object('gone') + object('kept', kept);
  const after = object('same') + `${object('other')}data: { a: "2" }\n` + object('new');
  const [was, is] = [before, after].map((manifest) => parseReleaseManifest(manifest, namespace));
  const changes = manifestChanges(was ?? [], is ?? []);
  expect(changes.map(({ does, object: changed }) => `${does} ${releaseObjectText(changed)}`)).toEqual([
    'changes configmap/other',
    'creates configmap/new',
    'deletes configmap/gone',
  ]);
});
