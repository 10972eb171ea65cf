import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActEvent, Plan } from '../../../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../../../src/doors/change-io.ts';
import type { ChangeIo } from '../../../../../src/doors/io.ts';
import { WireError } from '../../../../../src/platform/runtime/wire-error.ts';
import type { InteractiveTerminal } from '../../../../../src/platform/terminal/interactive-terminal.ts';
import { valueAt } from '../../../../simulator/ask.ts';
import { nameOf, patchTypes } from '../../../../simulator/kube-stage.ts';
import { typingTerminal } from '../../../../support/typing-terminal.ts';
import { type ActingStage, openStage, planOf } from '../stage.ts';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const namespace = 'microservices';
const app = 'saga-orchestrator';
const turn = (): Promise<void> => new Promise((go) => setImmediate(go));

const podOf = async (): Promise<string> => nameOf((await stage.podsOf(app))[0]);

const operation = () => {
  const found = stage.engine.sources.get('k8s')?.operations.find(({ name }) => name === 'debug');
  if (found === undefined) throw new Error('no operation debug');
  return found;
};

const planFor = async (more: object = {}): Promise<Plan> =>
  operation().plan({ pod: await podOf(), namespace, ...more }, new AbortController().signal);

/** A changing io whose sleeps let the time of the simulator pass. */
const openIo = (lendTerminal?: ChangeIo['interact']) => {
  let sleepers = 0;
  const clock = {
    ...stage.clock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      sleepers += 1;
      await stage.clock.sleep(ms, signal);
      sleepers -= 1;
    },
  };
  const change = openChangeIo(clock, lendTerminal === undefined ? {} : { lendTerminal });
  return { change, isWaiting: () => sleepers > 0 };
};

const act = async (
  plan: Plan,
  lendTerminal?: ChangeIo['interact'],
  signal = new AbortController().signal,
  changed: (change: ChangeIo) => ChangeIo = (change) => change,
): Promise<readonly ActEvent[]> => {
  const { change, isWaiting } = openIo(lendTerminal);
  const events: ActEvent[] = [];
  let isOver = false;
  const acting = (async () => {
    for await (const event of operation().act(plan, changed(change), signal)) events.push(event);
  })().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await turn();
    if (isWaiting()) await stage.clock.advance(250);
  }
  await acting;
  await change.close();
  return events;
};

const lend =
  (lent: InteractiveTerminal): ChangeIo['interact'] =>
  (use) =>
    use(lent);

const statuses = async (): Promise<unknown> =>
  valueAt((await stage.get(`${stage.pods}/${await podOf()}`)).body, 'status', 'ephemeralContainerStatuses');

const answers = (events: readonly ActEvent[]) => events.filter((event) => event.is === 'answered');

test('the preview names pod, image, target and permissions, and says that the container stays', async () => {
  const pod = await podOf();
  const proposal = await stage.propose('debug', { pod, namespace });
  expect(proposal).toMatchObject({ danger: 'destructive', names: [pod], gate: { typed: true } });
  const plan = planOf(proposal);
  expect(plan.targets).toMatchObject([{ name: pod, saw: `container ${app} Running, 0 restarts` }]);
  expect(plan.calls.map(({ line }) => line)).toEqual([
    expect.stringMatching(/^PATCH .*\/pods\/\S+\/ephemeralcontainers$/),
    expect.stringMatching(/^GET .*\/attach\?container=debugger-[a-z2-9]{5}&stdin=true&stdout=true&tty=true$/),
  ]);
  expect(plan.calls[0]?.command).toMatch(
    /^kubectl .*debug -it --attach=false -n microservices \S+ -c debugger-\S+ --image=busybox:stable --target=saga-orchestrator --profile=baseline -- sh -c /,
  );
  expect(JSON.parse(plan.calls[0]?.body ?? '')).toMatchObject({
    metadata: { uid: plan.targets[0]?.uid },
    spec: { ephemeralContainers: [{ stdin: true, tty: true, targetContainerName: app }] },
  });
  expect(plan.objects?.join('\n')).toContain('it stays listed in the pod until the pod is deleted');
  expect(plan.objects?.at(-1)).toBe(
    'allowed: patch pods/ephemeralcontainers in microservices, get pods/attach in microservices',
  );
  expect(plan.lost).toContain('cannot remove the debug container');
  expect(proposal.steps[0]?.undo).toBeUndefined();
  // The plan has only tried the change.
  expect(await statuses()).toBeUndefined();
});

test('the shell runs in the new container, and its exit status is that of the container', async () => {
  const terminal = typingTerminal('hostname\r', 'exit 3\r');
  const plan = await planFor();
  expect(await operation().recheck(plan, new AbortController().signal)).toBeUndefined();
  const events = await act(plan, lend(terminal.lent));
  expect(terminal.shown()).toMatch(/waiting for debugger-\S+ \(busybox:stable\)[\s\S]*connecting to/);
  expect(terminal.shown()).toContain(`hostname\r\n${await podOf()}\r\n`);
  expect(answers(events)).toMatchObject([
    { ok: true, line: expect.stringContaining('kubectl') },
    { ok: true, status: 'connected' },
    { ok: true, waited: true, status: expect.stringMatching(/^closed after \d+s: exited with status 3$/) },
  ]);
  expect(await statuses()).toMatchObject([{ state: { terminated: { exitCode: 3 } } }]);
  const [pod] = await stage.podsOf(app);
  expect(valueAt(pod, 'status', 'phase')).toBe('Running');
});

test('ctrl-] ends the shell, also in the middle of a line', async () => {
  const terminal = typingTerminal('rm -r\u001d');
  const events = await act(await planFor(), lend(terminal.lent));
  expect(events.at(-1)).toMatchObject({
    ok: true,
    status: expect.stringContaining('you left the shell with ctrl-]. The shell has ended'),
  });
  expect(await statuses()).toMatchObject([{ state: { terminated: {} } }]);
});

test('a canceled run ends the shell', async () => {
  const stop = new AbortController();
  const terminal = typingTerminal();
  const lent: InteractiveTerminal = {
    ...terminal.lent,
    write: (bytes) => {
      terminal.lent.write(bytes);
      if (terminal.shown().endsWith('# ')) stop.abort();
    },
  };
  const events = await act(await planFor(), lend(lent), stop.signal);
  expect(events.at(-1)).toMatchObject({ status: expect.stringContaining('the run was canceled') });
  expect(await statuses()).toMatchObject([{ state: { terminated: {} } }]);
});

test('a lost connection fails the step, and says that the shell still runs', async () => {
  const cut = (change: ChangeIo): ChangeIo => ({
    ...change,
    socket: async (request, signal) => {
      const wire = await change.socket(request, signal);
      const messages = (async function* () {
        for await (const bytes of wire.messages) {
          yield bytes;
          throw new WireError('unreachable', 'closed with 1006');
        }
      })();
      return { ...wire, messages };
    },
  });
  const events = await act(await planFor(), lend(typingTerminal().lent), undefined, cut);
  expect(events.at(-1)).toMatchObject({
    ok: false,
    status: expect.stringMatching(
      /closed with 1006\. The shell still runs in container debugger-\S+ of pod \S+: to return to it, run kubectl .*attach -it/,
    ),
  });
  expect(await statuses()).toMatchObject([{ state: { running: {} } }]);
});

test('an image that cannot be pulled is reported with the message of the kubelet', async () => {
  const terminal = typingTerminal();
  const events = await act(await planFor({ image: 'registry.example/tools:1' }), lend(terminal.lent));
  expect(answers(events)).toMatchObject([
    { ok: true },
    {
      ok: false,
      waited: true,
      status: expect.stringMatching(
        /^the debug container does not start: ErrImagePull: .*tools:1: not found. The debug container stays in the pod/,
      ),
    },
  ]);
});

test('ctrl-] leaves while the container is being created', async () => {
  const typed: ((bytes: Uint8Array) => void)[] = [];
  const { lent } = typingTerminal();
  const leaving: InteractiveTerminal = {
    ...lent,
    onInput: (listener) => void typed.push(listener),
    write: (text) => {
      if (String(text).includes('ContainerCreating')) typed[0]?.(Buffer.from('\u001d'));
    },
  };
  const events = await act(await planFor(), lend(leaving));
  expect(events.at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('you left with ctrl-] before the debug container ran'),
  });
});

test('without a terminal, and on a shared screen, nothing is added', async () => {
  expect(await act(await planFor())).toMatchObject([
    { ok: false, status: expect.stringContaining('needs the terminal of the cockpit') },
  ]);
  const shared: ChangeIo['interact'] = () =>
    Promise.reject(new WireError('unconfigured', 'the screen is shared'));
  expect((await act(await planFor(), shared)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('the screen is shared'),
  });
  const ran = await stage.run('debug', { pod: await podOf(), namespace });
  expect(ran.ended).toMatchObject({ ending: 'failed', sent: [] });
  expect(await statuses()).toBeUndefined();
});

test.each([
  [{ pod: 'moon' }, /not found in namespace microservices/],
  [{ container: 'moon' }, /has no container moon. Available: saga-orchestrator/],
  [{ image: 'busy box' }, /"busy box" is not an image reference: use NAME:TAG/],
  [{ image: 'busybox:' }, /is not an image reference/],
])('a plan with %j is refused', async (more, why) => {
  await expect(planFor(more)).rejects.toThrow(why);
});

test.each(['busybox', 'nicolaka/netshoot:v0.13', 'host.example:5000/a/b_c@sha256:' + 'a'.repeat(64)])(
  '%s is an image reference',
  async (image) => {
    expect((await planFor({ image })).calls[0]?.body).toContain(image);
  },
);

test('a refusal by Pod Security shows before the confirmation, with the profile that it permits', async () => {
  await stage.send(
    'PATCH',
    `/api/v1/namespaces/${namespace}`,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    patchTypes.merge,
  );
  await expect(planFor()).rejects.toThrow(
    /violates PodSecurity "restricted:latest".*Use profile: restricted/,
  );
  await expect(planFor({ profile: 'restricted' })).resolves.toMatchObject({ danger: 'destructive' });
});

test('a static pod and a viewer get no plan', async () => {
  const path = `${stage.pods}/${await podOf()}`;
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  await stage.send('PATCH', path, { metadata: { annotations } }, patchTypes.merge);
  await expect(planFor()).rejects.toThrow('static pods do not support ephemeral containers');
  await stage[Symbol.asyncDispose]();
  stage = await openStage('saga', 'production-viewer');
  await expect(planFor()).rejects.toThrow(/may not patch pods\/ephemeralcontainers.*request a Role/);
});

test('a pod that was deleted since the plan is a drift', async () => {
  const plan = await planFor();
  const { signal } = new AbortController();
  await stage.send('DELETE', `${stage.pods}/${await podOf()}`);
  await stage.wait(5);
  expect(await operation().recheck(plan, signal)).toMatchObject({
    found: 'the object no longer exists in the cluster',
  });
});

test('shell selects the running debug container by name, and no other operation means it', async () => {
  const shellOf = (container?: string) =>
    stage.engine.sources
      .get('k8s')
      ?.operations.find(({ name }) => name === 'shell')
      ?.plan(
        { pod: nameOfPod, namespace, ...(container === undefined ? {} : { container }) },
        new AbortController().signal,
      );
  const nameOfPod = await podOf();
  const container = { name: 'debugger-a', image: 'busybox:stable', stdin: true, tty: true };
  await stage.send(
    'PATCH',
    `${stage.pods}/${nameOfPod}/ephemeralcontainers`,
    { spec: { ephemeralContainers: [container] } },
    patchTypes.strategic,
  );
  await stage.wait(2);
  expect((await shellOf('debugger-a'))?.calls[0]?.command).toContain('-c debugger-a');
  expect((await shellOf())?.calls[0]?.command).toContain(`-c ${app}`);
  await expect(planFor({ container: 'debugger-a' })).rejects.toThrow('has no container debugger-a');
});
