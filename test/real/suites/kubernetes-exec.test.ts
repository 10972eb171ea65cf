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
import { deployment, image } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { type TypedLine, typedTerminal } from '../machine/typed-session.ts';
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

  /** A run of `debug` in the first pod, in a terminal in which these lines are typed. */
  const debugRun = async (lines: readonly TypedLine[], params: Readonly<Record<string, unknown>>) => {
    const terminal = typedTerminal(lines);
    const config = { kubeconfig: kubeconfigOf(server), namespace };
    await using debugging = await openActing('k8s', 'kubernetes', config, {
      lendTerminal: (use) => use(terminal.lent),
    });
    const ran = await debugging.run(oneStep('k8s.debug', { pod: pods[0], ...params }, 'none'));
    return { ran, shown: terminal.shown() };
  };
  const prompt = /# $/;

  test('a debug container sees the processes of its target, and its exit status is read from the pod', async () => {
    const { ran, shown } = await debugRun(
      [
        { after: prompt, type: 'tr "\\0" " " </proc/1/cmdline; echo; test -t 0 && echo is-a-tty\r' },
        { after: /is-a-tty\r\n[\s\S]*# $/, type: 'exit 3\r' },
      ],
      { image },
    );
    expect(shown).toContain('waiting for debugger-');
    expect(resultOf(ran), shown).toMatch(/closed after \S+: exited with status 3$/);
    // The pod goes on, and its debug container stays.
    const all = await readyPods(cluster, shop, 2);
    expect(all.map(({ metadata }) => metadata.name).sort()).toEqual(pods);
  });

  test('ctrl-] ends the shell of a debug container, also under a program', async () => {
    const { ran, shown } = await debugRun(
      [
        { after: prompt, type: "echo be''gun; sleep 600\r" },
        { after: /\nbegun\r\n/, type: '\u001d' },
      ],
      { image },
    );
    expect(resultOf(ran), shown).toMatch(/you left the shell with ctrl-\]\. The shell has ended$/);
  });

  test('a debug image that cannot be pulled is reported with its reason', async () => {
    const { ran } = await debugRun([], { image: 'localhost/opsdeck/missing:1' });
    expect(ran.ended.ending).toBe('failed');
    expect(resultOf(ran)).toMatch(/the debug container does not start: (ErrImagePull|ImagePullBackOff)/);
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
