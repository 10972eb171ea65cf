import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { type Acting, oneStep, openActing, type Ran } from '../acting.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'executing';
const shop = { name: 'shop', namespace, place: 'true' as const, replicas: 2 };
let cluster: Cluster;
let acting: Acting;
let pods: readonly string[];

const step = (params: Readonly<Record<string, unknown>>): Runbook => {
  const book = oneStep('k8s.exec', params, 'none');
  return { ...book, act: book.act.map((act) => ({ ...act, danger: 'disruptive' as const })) };
};
const run = (params: Readonly<Record<string, unknown>>): Promise<Ran> => acting.run(step(params));
const outputOf = ({ events }: Ran): readonly string[] =>
  events
    .flatMap((event) => (event.event === 'output' ? [event.text] : []))
    .filter((line) => !line.startsWith('GET ') && !line.startsWith('kubectl '));
const resultOf = ({ events }: Ran): string => {
  const acted = events.find(({ event }) => event === 'acted');
  return acted?.event === 'acted' ? acted.result : '';
};

describe('exec, through the executor, on a node that runs containers', () => {
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, namespace);
    await cluster.apply(deployment(shop));
    pods = (await readyPods(cluster, shop, 2)).map(({ metadata }) => metadata.name).sort();
    acting = await openActing('k8s', 'kubernetes', { kubeconfig: kubeconfigOf(server), namespace });
  });
  afterAll(async () => {
    await acting[Symbol.asyncDispose]();
    await dropNamespace(cluster, namespace);
    await cluster[Symbol.asyncDispose]();
  });

  test('in a deployment: runs in all pods in turn, with unchanged lines of both outputs and status 0', async () => {
    const ran = await run({ deployment: 'shop', argv: ['sh', '-c', 'hostname; echo é >&2'] });
    expect(ran.proposal).toMatchObject({ danger: 'disruptive', names: pods });
    expect(ran.ended.ending).toBe('recovered');
    const lines = outputOf(ran);
    for (const pod of pods)
      expect(lines.filter((line) => line.startsWith(pod)).sort()).toEqual(
        [`${pod} ${pod}`, `${pod} é`].sort(),
      );
    expect(resultOf(ran)).toMatch(/^2 of 2 calls succeeded: .*exited with status 0/);
  });

  test('an argv is not expanded by a shell', async () => {
    const [pod] = pods;
    const words = ['a b', '$HOSTNAME', '; id', "it's", '&x=1', 'é%20'];
    expect(outputOf(await run({ pod, argv: ['printf', '%s\\n', ...words] }))).toEqual(words);
  });

  test('a nonzero status fails the step, and later pods are skipped', async () => {
    const ran = await run({ selector: 'app=shop', argv: ['sh', '-c', 'echo no >&2; exit 3'] });
    expect(ran.ended.ending).toBe('failed');
    expect(outputOf(ran)).toEqual([`${pods[0]} no`]);
    expect(resultOf(ran)).toMatch(/exited with status 3$/);
  });

  test('reports a missing program with the message of the container runtime', async () => {
    const ran = await run({ pod: pods[0], argv: ['no-such-program'] });
    expect(ran.ended.ending).toBe('failed');
    expect(resultOf(ran)).toMatch(/no-such-program/);
  });

  test('disconnects from a program that exceeds its timeout', async () => {
    const ran = await run({ pod: pods[0], argv: ['sh', '-c', 'echo begun; sleep 600'], timeout: '1s' });
    expect(ran.ended.ending).toBe('failed');
    expect(outputOf(ran)).toEqual(['begun']);
    expect(resultOf(ran)).toMatch(
      /the program had not finished after 1s. The connection was closed, and the program may still be running. If the program needs longer, raise timeout$/,
    );
  });

  test('passes on at most 2,000 lines of output, and still reports the exit', async () => {
    const ran = await run({ pod: pods[0], argv: ['seq', '200000'] });
    expect(ran.ended.ending).toBe('recovered');
    const lines = outputOf(ran);
    expect(lines).toHaveLength(2001);
    expect(lines.slice(-2)).toEqual(['2000', '(output truncated)']);
  });

  test('a missing pod and a viewer get no plan', async () => {
    expect((await acting.propose(step({ pod: 'absent', argv: ['true'] }))).refusal).toMatchObject({
      ending: 'not-applicable',
      why: 'no pods of pod/absent in namespace executing: check the name and the namespace',
    });
    const viewer = await openActing('k8s', 'kubernetes', {
      kubeconfig: kubeconfigOf(server, 'viewer'),
      namespace,
    });
    expect((await viewer.propose(step({ pod: pods[0], argv: ['true'] }))).refusal).toMatchObject({
      ending: 'forbidden',
      why: expect.stringMatching(/may not get pods\/exec in executing.*: request a Role in executing/),
    });
    await viewer[Symbol.asyncDispose]();
  });
});
