import { describe, expect, test } from 'vitest';
import { GoneError } from '../../../src/sources/kit/contract/kube-api-errors.ts';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import {
  kubernetesNodeScenarios,
  kubernetesScenarios,
  watchScenarios,
} from '../../replay/kubernetes-scenarios.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { readWatch } from '../../replay/read-watch.ts';
import { type HttpExchange, type HttpRecording, httpRecording } from '../../replay/recording.ts';
import type { Replay } from '../../replay/replay-frames.ts';
import { replayHttp } from '../../replay/replay-http.ts';
import { longTest } from '../../support/layer.ts';

interface Replayed extends Played {
  readonly recording: HttpRecording;
  readonly replay: Replay;
}

const scenarios = [...kubernetesScenarios, ...kubernetesNodeScenarios];

/** Replays a scenario recorded from a real API server. */
const replayed = async (name: string): Promise<Replayed> => {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = httpRecording(`kubernetes-1.36/${name}`);
  const replay = replayHttp(recording);
  const played = await play(kubernetes, scenario, { dial: replay.dial, at: recording.at });
  return { ...played, recording, replay };
};

/** The exchange whose path contains these words. */
const exchange = ({ recording }: Replayed, words: string): HttpExchange => {
  const found = recording.exchanges.find(({ path }) => path.includes(words));
  if (found === undefined) throw new Error(`no exchange with ${words}`);
  return found;
};

interface RawObject {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName?: string; readonly replicas?: number };
  readonly status: { readonly phase?: string; readonly readyReplicas?: number };
}

/** The objects of a list as sent by the API server. */
const rawItems = (httpExchange: HttpExchange): readonly RawObject[] =>
  (httpExchange.body as { readonly items: readonly RawObject[] }).items; // a PodList, DeploymentList …
const rowsIn = (batch: Played['batches'][number] | undefined) =>
  (batch?.items ?? []).flatMap((item) =>
    'kind' in item && 'ready' in item && item.kind !== 'container' ? [item] : [],
  );
const faultsOf = ({ batches }: Played) => batches.flatMap(({ faults }) => faults);
const workloadOf = (name: string): string => name.replace(/-.*/, '');

/** The doctor asks for the permissions of all operations, and a new operation adds one: its form is recorded with those of others. */
const asksForRight =
  /^not in the recording: POST \/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews .*"kind":"SelfSubjectAccessReview","spec":\{"resourceAttributes":/;

describe('responses of a real Kubernetes 1.36', () => {
  test.each(scenarios)('$name: every request sent is a recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences().filter((difference) => !asksForRight.test(difference))).toEqual([]);
  });

  test('pods: names, UIDs, nodes and states match the API objects', async () => {
    const played = await replayed('pods');
    const raw = rawItems(exchange(played, '/pods?limit'));
    expect(raw.map(({ metadata, status }) => [workloadOf(metadata.name), status.phase])).toEqual([
      ['api', 'Running'],
      ['api', 'Running'],
      ['homeless', 'Pending'],
    ]);
    expect(
      rowsIn(played.batches[0]).map(({ kind, name, uid, node, status, ready, wanted }) => [
        kind,
        name,
        uid,
        node,
        `${status} ${ready}/${wanted}`,
      ]),
    ).toEqual(
      raw.map(({ metadata: { name, uid }, spec: { nodeName = '' }, status: { phase } }) => [
        'pod',
        name,
        uid,
        nodeName,
        `${phase} ${phase === 'Running' ? 1 : 0}/1`,
      ]),
    );
  });

  test('workloads: replicas of a deployment', async () => {
    const played = await replayed('workloads');
    const [raw] = rawItems(exchange(played, '/deployments?limit'));
    expect([raw?.metadata.name, raw?.spec.replicas, raw?.status.readyReplicas]).toEqual(['api', 2, 2]);
    expect(rowsIn(played.batches[0])).toMatchObject([
      { kind: 'deployment', name: 'api', uid: raw?.metadata.uid, status: 'available', ready: 2, wanted: 2 },
    ]);
  });

  test('nodes: each is ready', async () => {
    const played = await replayed('nodes');
    const names = rawItems(exchange(played, '/nodes?limit')).map(({ metadata }) => metadata.name);
    expect(names.slice(0, 2)).toEqual(['fake-00', 'fake-01']);
    expect(played.batches[0]?.items).toMatchObject(
      names.map((name) => ({
        name,
        status: 'Ready',
        problems: [],
        isCordoned: false,
        kubelet: expect.stringMatching(/./),
        cpuAllocatableCores: expect.any(Number),
        memoryAllocatableBytes: expect.any(Number),
        podsAllocatable: expect.any(Number),
      })),
    );
  });

  test("warnings: the scheduler's reason for a pending pod", async () => {
    const played = await replayed('warnings');
    expect(played.batches[0]?.items).toEqual([
      expect.objectContaining({
        title: 'pod homeless FailedScheduling',
        text: expect.stringMatching(
          /\d+\/\d+ nodes are available: .*didn't match Pod's node affinity\/selector/,
        ),
      }),
    ]);
  });

  test('404 as a plain text: metrics.k8s.io is not served', async () => {
    const played = await replayed('top');
    expect(exchange(played, 'metrics.k8s.io')).toMatchObject({ status: 404, lines: ['404 page not found'] });
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({
        kind: 'missing',
        message: expect.stringContaining(
          'answered 404 Not Found: pod usage is unavailable without metrics-server',
        ),
      }),
    ]);
  });

  test('403: the message of the API server, and the missing permission', async () => {
    const played = await replayed('forbidden');
    expect(exchange(played, '/pods').status).toBe(403);
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({
        kind: 'denied',
        message: expect.stringContaining(
          'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "recorded"', // words: the API server's
        ),
        remedy: expect.stringContaining('resources: ["pods"], verbs: [list]'),
      }),
    ]);
  });

  test('401: the credentials have expired', async () => {
    const played = await replayed('unauthorized');
    expect(exchange(played, '/pods')).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
    expect(faultsOf(played)).toEqual([expect.objectContaining({ kind: 'denied' })]);
  });

  longTest(
    'doctor: access reviews return the permissions; another UID of kube-system is an identity mismatch',
    async () => {
      const played = await replayed('doctor');
      const reviews = played.recording.exchanges.filter(({ path }) =>
        path.endsWith('/selfsubjectaccessreviews'),
      );
      expect(reviews.length).toBeGreaterThan(10);
      for (const { status, body } of reviews)
        expect([status, body]).toMatchObject([201, { status: { allowed: true } }]);
      const version = played.recording.server.replace('Kubernetes ', 'v');
      expect(played.findings[0]).toMatchObject({
        ok: true,
        what: expect.stringContaining(`Kubernetes ${version} at http://kubernetes.example:6443`),
      });
      const { uid } = (exchange(played, '/kube-system').body as RawObject).metadata; // a Namespace
      expect(played.identityFault).toMatchObject({
        kind: 'wrong-system',
        message: expect.stringContaining(
          `the namespace kube-system has the UID ${uid}, but the profile expects another`,
        ),
      });
    },
  );

  test('plans: changes by the dry run; a 404, and a 422 with the message of the API server', async () => {
    const played = await replayed('plans');
    const dryRuns = played.recording.exchanges.filter(({ path }) => path.endsWith('?dryRun=All'));
    expect(dryRuns.map(({ status, requestType }) => `${status} ${requestType}`)).toEqual([
      '200 application/strategic-merge-patch+json',
      '200 application/merge-patch+json',
      '200 application/strategic-merge-patch+json',
      '422 application/strategic-merge-patch+json',
    ]);
    const moment = `${played.recording.at.slice(0, 19)}Z`;
    expect(
      played.plans.map((plan) =>
        plan instanceof Error ? plan.message : (plan.objects.find(isChange) ?? ''),
      ),
    ).toEqual([
      `deployment/api spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt: none → "${moment}"`,
      'deployment/api: 2 → 3 replicas',
      'deployment/api spec.template.spec.containers[api].env[GOGC].value: "100" → "50"',
      expect.stringMatching(/^deployment\/none not found in namespace recorded/),
      expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
    ]);
  });

  test('watch: MODIFIED, DELETED and ADDED become rows', async () => {
    const played = await replayed('watch');
    const types = (exchange(played, 'watch=1').lines ?? []).map((line) => JSON.parse(line).type);
    expect(new Set(types)).toEqual(new Set(['ADDED', 'MODIFIED', 'DELETED']));
    const [before, after] = played.batches.map((batch) =>
      rowsIn(batch).map(({ name, status }) => `${workloadOf(name)} ${status}`),
    );
    expect(before).toEqual(['api Running', 'api Running', 'homeless Pending']);
    expect(after?.toSorted().map((row) => row.split(' ')[0])).toEqual(['api', 'homeless', 'late']);
  });

  test('bookmark: a watch that is about to end reports its position first', async () => {
    const recording = httpRecording('kubernetes-1.36/bookmark');
    const [only] = recording.exchanges;
    const raw: readonly RawEvent[] = (only?.lines ?? []).map((line) => JSON.parse(line));
    expect(raw[0]?.type).toBe('ADDED');
    expect(raw.at(-2)?.type).toBe('DELETED');
    const replay = replayHttp(recording);
    const { events, error } = await readWatch(watchScenarios.bookmark, only?.path ?? '', replay.dial);
    expect(error).toBe(undefined);
    expect(events.map(({ is, version }) => [is, version])).toEqual(
      raw.map(({ type, object }) => [isOf[type], object.metadata.resourceVersion]),
    );
  });

  test('410: a watch from a version that is too old ends with an ERROR, which causes a list', async () => {
    const recording = httpRecording('kubernetes-1.36/gone');
    const [only] = recording.exchanges;
    expect(only).toMatchObject({ status: 200, lines: [expect.stringContaining('"code":410')] });
    const replay = replayHttp(recording);
    const { error } = await readWatch(watchScenarios.gone, only?.path ?? '', replay.dial);
    expect(error).toBeInstanceOf(GoneError);
    expect(replay.differences()).toEqual([]);
  });

  test('containers: a terminated one, and one with a missing image', async () => {
    const played = await replayed('containers');
    expect(
      rowsIn(played.batches[0]).map(
        ({ name, status, ready, wanted }) => `${name} ${status} ${ready}/${wanted}`,
      ),
    ).toEqual(['stuck ErrImageNeverPull 0/1', 'talker Completed 0/1']);
  });

  test('log: lines without their timestamps, in the order of the kubelet', async () => {
    const played = await replayed('log');
    const lines = exchange(played, '/log?').lines ?? [];
    const texts = lines.map((line) => line.replace(/^\S+ /, ''));
    expect(texts.toSorted()).toEqual(['ERROR two ✓', 'one', 'three']);
    expect(
      played.logEvents.map((event) =>
        event.is === 'line' ? [event.text, Math.floor(event.at ?? 0)] : event,
      ),
    ).toEqual(lines.map((line, index) => [texts[index], Date.parse(line.replace(/ .*/, ''))]));
  });

  test('log-last-line: tailLines is applied by the server', async () => {
    const played = await replayed('log-last-line');
    expect(exchange(played, '/log?').path).toContain('tailLines=1');
    expect(played.logEvents).toHaveLength(1);
  });
});

/** 'deployment/api …: before → after' */
const isChange = (line: string): boolean => line.includes(' → ');

interface RawEvent {
  readonly type: keyof typeof isOf;
  readonly object: { readonly metadata: { readonly resourceVersion: string } };
}

const isOf = { ADDED: 'put', MODIFIED: 'put', DELETED: 'gone', BOOKMARK: 'bookmark' } as const;
