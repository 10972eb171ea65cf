import { expect, test } from 'vitest';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { empty, type Fixture, type Handler, openFixture } from './fixture.ts';
import { failure, listOf, pod, type Raw, running } from './objects.ts';

const { signal } = new AbortController();

/** A container and its runs, as stored by a kubelet: the log of the current run, and of the previous one. */
class Kubelet {
  runs: string[][] = [[]];
  uid = 'uid-bus';
  state: Raw | undefined;
  exitCode = 137;
  refusal: { status: number; body: Raw } | undefined;
  #second = 0;

  write(...texts: readonly string[]): void {
    for (const text of texts) {
      this.#second += 1;
      const time = new Date(Date.parse('2026-03-04T09:15:00Z') + this.#second * 250).toISOString();
      this.runs.at(-1)?.push(`${time.replace('Z', '000000Z')} ${text}`);
    }
  }

  restart(): void {
    this.runs.push([]);
  }

  get pod(): Raw {
    const last = {
      terminated: { exitCode: this.exitCode, reason: this.exitCode === 137 ? 'OOMKilled' : 'Error' },
    };
    const restarts = this.runs.length - 1;
    const app = running('app', {
      restartCount: restarts,
      ...(restarts > 0 ? { lastState: last } : {}),
      ...(this.state === undefined ? {} : { state: this.state }),
    });
    return pod('bus', { meta: { uid: this.uid }, containers: [app] });
  }

  readonly answer: Handler = (url, response, request) => {
    if (url.pathname.endsWith('/pods/bus')) return { body: this.pod };
    if (url.pathname.endsWith('/pods')) return { body: listOf([this.pod]) };
    if (!url.pathname.endsWith('/log')) return empty(url, response, request);
    if (this.refusal !== undefined) return this.refusal;
    const lines = this.runs.at(url.searchParams.get('previous') === 'true' ? -2 : -1);
    if (lines === undefined || (this.runs.length === 1 && url.searchParams.has('previous')))
      return {
        status: 400,
        body: failure(400, 'BadRequest', 'previous terminated container "app" in pod "bus" not found'),
      };
    const since = url.searchParams.get('sinceTime') ?? '';
    const shown = lines.filter((line) => line >= since.replace('Z', ''));
    const tail = url.searchParams.get('tailLines');
    const last = tail === null ? shown : shown.slice(Math.max(0, shown.length - Number(tail)));
    response.writeHead(200).end(last.map((line) => `${line}\n`).join(''));
    return undefined;
  };
}

const tailOf = async (fixture: Fixture): Promise<Tail> => {
  const [tail] = (await fixture.source.tails?.('pod/bus', signal)) ?? [];
  if (tail === undefined) throw new Error('no tail');
  return tail;
};
const read = async (tail: Tail, from: ResumePoint): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of tail.open(from, signal)) events.push(event);
  return events;
};
const wordOf = (event: LogEvent): string => {
  if (event.is === 'line') return event.text;
  if (event.is === 'fault')
    return `${event.fault.kind}: ${event.fault.message.split(': ').slice(1).join(': ')}`;
  return event.is === 'note' ? `(${event.text})` : event.is === 'gap' ? `~${event.why}` : event.is;
};
const markOf = (events: readonly LogEvent[]): string => {
  const marks = events.flatMap((event) => (event.is === 'line' ? [event.mark ?? ''] : []));
  return marks.at(-1) ?? '';
};

test('a stream is identified by its pod, and keeps its identity after a container restart', async () => {
  const kubelet = new Kubelet();
  await using fixture = await openFixture(kubelet.answer);
  const { uid } = await tailOf(fixture);
  kubelet.restart();
  expect((await tailOf(fixture)).uid).toBe(uid);
  kubelet.uid = 'uid-of-another';
  expect((await tailOf(fixture)).uid).not.toBe(uid);
});

test('resuming at any point returns the rest of the previous run, a note, and the whole next run, without repetition', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a', 'b', 'c', 'd');
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  const before = await read(tail, { follow: true });
  kubelet.restart();
  kubelet.write('x', 'y');
  for (const [index, event] of before.entries()) {
    const after = event.is === 'line' ? event.mark : undefined;
    if (after === undefined) throw new Error('no mark');
    const rest = await read(tail, { follow: true, after });
    expect(rest.map(wordOf)).toEqual([
      ...['a', 'b', 'c', 'd'].slice(index + 1),
      '(container restarted (exit 137, OOMKilled))',
      'x',
      'y',
    ]);
    expect((await read(tail, { follow: true, after: markOf(rest) })).map(wordOf)).toEqual([]);
  }
});

test('a break within the rest of the previous run continues there', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a', 'b', 'c');
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  const [first] = await read(tail, { follow: true });
  kubelet.restart();
  kubelet.write('x');
  const after = first?.is === 'line' ? first.mark : undefined;
  const [second] = await read(tail, { follow: true, ...(after === undefined ? {} : { after }) });
  expect(second).toMatchObject({ text: 'b' });
  const again = await read(tail, { follow: true, after: markOf(second === undefined ? [] : [second]) });
  expect(again.map(wordOf)).toEqual(['c', '(container restarted (exit 137, OOMKilled))', 'x']);
});

test('missed runs, and a run that is no longer stored, are reported', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a');
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  const after = markOf(await read(tail, { follow: true }));
  kubelet.restart();
  kubelet.write('unseen');
  kubelet.restart();
  kubelet.write('x');
  const rotated = '~the log was rotated: lines may be missing here';
  const restartNote = '(container restarted (exit 137, OOMKilled))';
  expect((await read(tail, { follow: true, after })).map(wordOf)).toEqual([
    rotated,
    'unseen',
    restartNote,
    'x',
  ]);
  kubelet.runs = [['gone'], ...kubelet.runs.slice(-1)];
  fixture.answer = (url, response, request) =>
    url.searchParams.has('previous')
      ? {
          status: 400,
          body: failure(400, 'BadRequest', 'previous terminated container "app" in pod "bus" not found'),
        }
      : kubelet.answer(url, response, request);
  expect((await read(tail, { follow: true, after })).map(wordOf)).toEqual([
    '~Kubernetes no longer has the log of the previous container: the last lines may be missing',
    restartNote,
    'x',
  ]);
});

test('the previous run is read on request; a missing one is a note', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a', 'b');
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  const previous = { follow: false, previous: true } as const;
  expect((await read(tail, previous)).map(wordOf)).toEqual([
    '(this container has not restarted, so there is no log of an earlier container)',
  ]);
  kubelet.restart();
  kubelet.write('x');
  expect((await read(tail, previous)).map(wordOf)).toEqual(['a', 'b']);
});

test.each<[string, Raw, string]>([
  [
    'is being created',
    { waiting: { reason: 'ContainerCreating' } },
    'unreachable: app has not started yet: ContainerCreating',
  ],
  [
    'has no image',
    { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "app:2"' } },
    'unreachable: app has not started yet: ImagePullBackOff: Back-off pulling image "app:2"',
  ],
])('a container that %s is retried, with the reason', async (_, state, expected) => {
  const kubelet = new Kubelet();
  kubelet.state = state;
  await using fixture = await openFixture(kubelet.answer);
  expect((await read(await tailOf(fixture), { follow: true })).map(wordOf)).toEqual([expected]);
});

test('a deleted pod, and another with its name, are missing; a missing permission is named', async () => {
  const kubelet = new Kubelet();
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  kubelet.uid = 'uid-of-another';
  expect((await read(tail, { follow: true })).map(wordOf)).toEqual([
    'missing: the pod was replaced, and another pod has that name now',
  ]);
  kubelet.uid = 'uid-bus';
  const words =
    'pods "bus" is forbidden: User "ana" cannot get resource "pods/log" in API group "" in the namespace "prod"';
  kubelet.refusal = { status: 403, body: failure(403, 'Forbidden', words) };
  expect(await read(tail, { follow: true })).toMatchObject([
    { fault: { kind: 'denied', remedy: expect.stringContaining('resources: ["pods/log"], verbs: [get]') } },
  ]);
});

test('logs are read with permission for logs but not for pods', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a');
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  fixture.answer = (url, response, request) =>
    url.pathname.endsWith('/pods/bus')
      ? { status: 403, body: failure(403, 'Forbidden', 'pods is forbidden') }
      : kubelet.answer(url, response, request);
  expect((await read(tail, { follow: true })).map(wordOf)).toEqual(['a']);
});

test('older lines: the last ones before a mark, through the previous run, to the start', async () => {
  const kubelet = new Kubelet();
  const texts = Array.from({ length: 40 }, (_, n) => `line ${n}`);
  kubelet.write(...texts.slice(0, 25));
  kubelet.restart();
  kubelet.write(...texts.slice(25));
  await using fixture = await openFixture(kubelet.answer);
  const tail = await tailOf(fixture);
  const held = await read(tail, { follow: true, lines: 3 });
  expect(held.map(wordOf)).toEqual(texts.slice(-3));
  const first = held[0]?.is === 'line' ? held[0].mark : undefined;
  const seen: string[] = [];
  for (let before = first, isStart = false; !isStart; ) {
    const older = await tail.older?.({ ...(before === undefined ? {} : { mark: before }), lines: 7 }, signal);
    if (older === undefined) throw new Error('no older');
    seen.unshift(...older.events.map(wordOf));
    expect(older.events.length).toBeLessThanOrEqual(7);
    [before, isStart] = [older.first, older.isStart];
  }
  expect(seen).toEqual(texts.slice(0, -3));
});

test('older lines than a time', async () => {
  const kubelet = new Kubelet();
  kubelet.write('a', 'b', 'c', 'd');
  await using fixture = await openFixture(kubelet.answer);
  const time = Date.parse('2026-03-04T09:15:00.750Z') - fixture.clock.wallOffset();
  const older = await (await tailOf(fixture)).older?.({ at: time, lines: 10 }, signal);
  expect(older?.events.map(wordOf)).toEqual(['a', 'b']);
  expect(older?.isStart).toBe(true);
});

test('a selection without pods is reported', async () => {
  await using fixture = await openFixture(empty);
  await expect(fixture.source.tails?.('deployment/bus', signal)).rejects.toThrow(
    'no pods of deployment/bus in prod',
  );
});

test('completed init containers have a stream if their pod is named; ephemeral containers always do', async () => {
  const done = running('setup', { state: { terminated: { exitCode: 0, reason: 'Completed' } } });
  const raw = pod('bus', {
    spec: {
      initContainers: [{ name: 'setup' }],
      ephemeralContainers: [{ name: 'debugger-x' }],
    },
    status: { initContainerStatuses: [done] },
  });
  await using fixture = await openFixture((url, response, request) => {
    if (url.pathname.endsWith('/pods/bus')) return { body: raw };
    return url.pathname.endsWith('/pods') ? { body: listOf([raw]) } : empty(url, response, request);
  });
  const names = async (of: string) => (await fixture.source.tails?.(of, signal))?.map(({ stream }) => stream);
  expect(await names('pod/bus')).toEqual(['bus/setup', 'bus/app', 'bus/debugger-x']);
  expect(await names('app=bus')).toEqual(['bus/app', 'bus/debugger-x']);
});
