import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { valueAt } from '../../../simulator/ask.ts';
import { patchTypes } from '../../../simulator/kube-stage.ts';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const namespace = 'microservices';
const postgres = '/apis/apps/v1/namespaces/microservices/statefulsets/postgres';
const fluentd = '/apis/apps/v1/namespaces/logging/daemonsets/fluentd';

const setImage = async (path: string, container: string, image: string): Promise<void> => {
  const template = { spec: { containers: [{ name: container, image }] } };
  const { status } = await stage.send('PATCH', path, { spec: { template } }, patchTypes.strategic);
  expect(status).toBe(200);
  await stage.wait(120);
};
const imageOf = async (path: string): Promise<unknown> =>
  valueAt((await stage.get(path)).body, 'spec', 'template', 'spec', 'containers', '0', 'image');
const revisionsIn = async (where: string): Promise<readonly unknown[]> =>
  [valueAt((await stage.get(`/apis/apps/v1/namespaces/${where}/controllerrevisions`)).body, 'items')].flat();

describe('rollback of a StatefulSet', () => {
  test('restores the template of the chosen ControllerRevision, and undo returns to the newer one', async () => {
    await setImage(postgres, 'postgres', 'postgres:16.1');
    const ran = await stage.passing(
      stage.runGeneric('roll-back-statefulset', { statefulset: 'postgres', namespace, revision: '1' }),
    );
    expect(ran.ended).toMatchObject({ ending: 'recovered' });
    expect(await imageOf(postgres)).toBe('postgres:15.8');
    const plan = planOf(ran.proposal);
    expect(plan.objects[0]).toMatch(
      /^statefulset\/postgres goes from revision 2 to the template of revision 1 \(controllerrevision\/postgres-\w+\)$/,
    );
    expect(plan.changes).toEqual(['postgres image: postgres:16.1 → postgres:15.8']);
    // The API server numbers the restored template anew.
    const numbers = (await revisionsIn(namespace))
      .filter((revision) => String(valueAt(revision, 'metadata', 'name')).startsWith('postgres-'))
      .map((revision) => valueAt(revision, 'revision'));
    expect(numbers.toSorted()).toEqual([2, 3]);
    const undone = await stage.passing(stage.undo(ran));
    // Its revisions have other numbers now, so the run itself cannot read the earlier state back.
    expect(undone.ended).toMatchObject({ sent: [], ending: 'executed-not-recovered' });
    expect(await imageOf(postgres)).toBe('postgres:16.1');
  });

  longTest('without another template, or to the same one, nothing is sent', async () => {
    expect((await stage.propose('rollback', { statefulset: 'postgres', namespace })).refusal).toMatchObject({
      ending: 'not-applicable',
      why: 'statefulset/postgres has no revision before 1 with another template',
    });
    const restart = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } };
    await stage.send('PATCH', postgres, { spec: { template: restart } }, patchTypes.strategic);
    await stage.wait(120);
    const same = await stage.propose('rollback', { statefulset: 'postgres', namespace, revision: 1 });
    expect(same.refusal?.why).toContain(
      'has the same template as the current one: a rollback would change nothing',
    );
  });

  test('a template that is changed after the preview is not overwritten', async () => {
    await setImage(postgres, 'postgres', 'postgres:16.1');
    const proposal = await stage.propose('rollback', { statefulset: 'postgres', namespace });
    await setImage(postgres, 'postgres', 'postgres:17.0');
    const { ended } = await stage.confirm(proposal);
    expect(ended).toMatchObject({ sent: [] });
    expect(ended.why).toContain(
      'postgres has changed since planning: planned for postgres:16.1, template 7c575a0bf371, now postgres:17.0, template 21282af7d736. Plan the run again',
    );
    expect(await imageOf(postgres)).toBe('postgres:17.0');
  });

  longTest('revisions lists them newest first, with what would change', async () => {
    await setImage(postgres, 'postgres', 'postgres:16.1');
    const operation = stage.engine.sources.get('k8s')?.operations.find(({ name }) => name === 'revisions');
    const { signal } = new AbortController();
    const plan = await operation?.plan({ statefulset: 'postgres', namespace }, signal);
    expect(plan?.targets).toMatchObject([{ name: 'postgres' }]);
    expect(plan?.calls[0]?.line).toMatch(/\/controllerrevisions\?labelSelector=/);
  });
});

test('rollback of a DaemonSet replaces its pods on every node', async () => {
  await setImage(fluentd, 'fluentd', 'fluent/fluentd:2.0');
  const ran = await stage.passing(
    stage.runGeneric('roll-back-daemonset', { daemonset: 'fluentd', namespace: 'logging', revision: '1' }),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect(await imageOf(fluentd)).toBe('fluent/fluentd:1.17');
});
