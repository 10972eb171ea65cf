import type { Millis } from '../../../domain/fault.ts';
import { LineCutter, linesOf } from '../../../logs/reading/line-cutter.ts';
import {
  createStampReader,
  createTeller,
  lineEvent,
  parseMark,
  type StampedLine,
  type Teller,
} from '../../../logs/reading/log-place.ts';
import { olderLines, type PastLog } from '../../../logs/reading/older-lines.ts';
import type { LogEvent, Resume, Tail } from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/failures.ts';
import { field, list, number, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { kinds, objectNamed, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import type { SlimPod } from '../pod/container.ts';
import { stateOf, type Terminated } from '../pod/container.ts';
import { ForbiddenError } from '../problem.ts';
import { podsOfTarget } from '../target-pods.ts';
import { logPath, logQuery } from './path.ts';

/** How it stands with a container whose log is to be read. */
interface Run {
  /** How often it was started again: which of its runs is the present one. */
  readonly nth: number;
  /** 'exit 137, OOMKilled': how the run before ended, while that is known. */
  readonly lastEnd?: string;
  /** Why nothing runs, and nothing has: 'ContainerCreating', 'ImagePullBackOff: Back-off pulling …'. */
  readonly waits?: string;
  readonly startedAt?: number;
}

const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** The present run of a container, from its pod. Throws WireError `missing` when the pod of that uid is not there any more. */
const runIn = (pod: unknown, uid: string, container: string): Run => {
  if (metaOf(pod).uid !== uid) throw new WireError('missing', 'the pod has gone: another bears its name');
  const status = field(pod, 'status');
  const raw = statuses
    .flatMap((kind) => list(field(status, kind)))
    .find((one) => text(field(one, 'name')) === container);
  const { restarts, waiting, terminated, last, startedAt } = stateOf(raw);
  const started = Date.parse(text(startedAt) ?? '');
  const waits = last !== undefined || terminated !== undefined ? undefined : waitWords(raw, waiting);
  return {
    nth: number(field(raw, 'restartCount')) ?? restarts,
    ...(last === undefined ? {} : { lastEnd: endWords(last) }),
    ...(waits === undefined ? {} : { waits }),
    ...(Number.isNaN(started) ? {} : { startedAt: started }),
  };
};

/** 'exit 137, OOMKilled' */
const endWords = ({ exitCode, reason }: Terminated): string =>
  reason === '' || reason === 'Error' || reason === 'Completed'
    ? `exit ${exitCode}`
    : `exit ${exitCode}, ${reason}`;

/** 'ContainerCreating'; what has not even a state waits for a node. */
const waitWords = (
  raw: unknown,
  waiting: { readonly reason: string; readonly message: string } | undefined,
): string | undefined => {
  if (raw === undefined) return 'Pending';
  if (waiting === undefined) return undefined;
  return [waiting.reason || 'Waiting', waiting.message].filter((part) => part !== '').join(': ');
};

/** Reads the pod afresh. Undefined when that is not allowed: a log can be read without. Throws WireError. */
const lookAtRun = async (
  client: KubeClient,
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  container: string,
  signal: AbortSignal,
): Promise<Run | undefined> => {
  try {
    return runIn(
      await client.get(objectPath(kinds.pod, pod.namespace, pod.name), signal),
      pod.uid,
      container,
    );
  } catch (error) {
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
};

/** The log at a path; `else`: told in its place when the run is not kept any more. */
interface LogStep {
  readonly is: 'read';
  readonly path: string;
  readonly run?: string;
  readonly else?: LogEvent;
}

/** One thing after the other that makes up a stream. */
type Step = LogStep | { readonly is: 'event'; readonly event: LogEvent };

const note = (text: string): Step => ({ is: 'event', event: { is: 'note', text } });
const forgotten: LogEvent = {
  is: 'gap',
  why: 'the run before is not kept any more: its end may be missing here',
};

const isNotKept = (error: unknown): boolean =>
  error instanceof WireError && /previous terminated container .* not found/.test(error.message);

/** A container that has not been started yet is no mistake of ours: it will be. */
const explained = (error: unknown): unknown => {
  if (isNotKept(error)) return new WireError('missing', 'the run before is not kept any more');
  return error instanceof WireError && error.message.includes('is waiting to start')
    ? new WireError('unreachable', error.message)
    : error;
};

/** Whoever reads a container's log, and where. */
interface Reading {
  readonly parts: KubeParts;
  readonly pod: SlimPod;
  readonly container: string;
}

const toWall =
  ({ parts: { io } }: Reading) =>
  (ms: Millis): Millis =>
    ms + io.clock.wallOffset();

const runName = (nth: number | undefined): { readonly run?: string } =>
  nth === undefined ? {} : { run: String(nth) };

/** Behind a mark of a run that has ended come the rest of that run, a note, and the run that is there now. Throws WireError. */
const stepsOf = (reading: Reading, from: Resume, run: Run | undefined): readonly Step[] => {
  const { pod, container } = reading;
  const step = (how: Resume, nth: number | undefined): LogStep => ({
    is: 'read',
    path: logPath(pod, container, how, toWall(reading)),
    ...runName(nth),
  });
  const previous = step({ ...from, follow: false, previous: true }, run && run.nth - 1);
  if (from.previous === true)
    return run?.nth === 0 && run.lastEnd === undefined
      ? [note('there was no run before this one')]
      : [previous];
  if (run?.waits !== undefined)
    throw new WireError('unreachable', `${container} has not started yet: ${run.waits}`);
  const present = step(from, run?.nth);
  const known = parseMark(from.after)?.run;
  if (run === undefined || known === undefined || known === String(run.nth)) return [present];
  const end = run.lastEnd === undefined ? '' : ` (${run.lastEnd})`;
  return [{ ...previous, else: forgotten }, note(`container began anew${end}`), present];
};

async function* linesAt(
  { parts: { client } }: Reading,
  { path, run, else: instead }: LogStep,
  teller: Teller,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const cutter = new LineCutter();
  teller.run = run;
  try {
    const { chunks } = await client.stream(path, signal);
    for await (const chunk of chunks)
      for (const line of cutter.push(chunk)) for (const event of teller.tell(line)) yield event;
    for (const line of cutter.end()) for (const event of teller.tell(line)) yield event;
  } catch (error) {
    if (instead === undefined || !isNotKept(error)) throw error;
    teller.hasToldGap = true;
    yield instead;
  }
}

async function* stamped(
  { parts: { client } }: Reading,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<StampedLine, void, undefined> {
  const read = createStampReader();
  const { chunks } = await client.stream(path, signal);
  for await (const line of linesOf(chunks)) yield read(line);
}

/** What the API keeps of a container: the present run, and the one before it. */
const pastOf = (reading: Reading, run: Run | undefined, signal: AbortSignal): PastLog => {
  const { parts, pod, container } = reading;
  return {
    now: () => parts.client.wallNow(),
    toWriter: toWall(reading),
    event: (line, mark) => lineEvent(line, mark, parts.io.clock.wallOffset()),
    read: async function* ({ since }) {
      const query = (more: Readonly<Record<string, string>>): string =>
        logQuery(pod, container, {
          ...more,
          ...(since === undefined ? {} : { sinceTime: new Date(since).toISOString() }),
        });
      try {
        if (run?.lastEnd !== undefined && (run.startedAt ?? Number.POSITIVE_INFINITY) > (since ?? 0))
          yield* stamped(reading, query({ previous: 'true' }), signal);
      } catch (error) {
        if (!isNotKept(error)) throw error;
      }
      yield* stamped(reading, query({}), signal);
    },
  };
};

/** The log of one container of a pod, run after run. */
const containerTail = (parts: KubeParts, pod: SlimPod, container: string, stream: string): Tail => {
  const { client, io } = parts;
  const reading: Reading = { parts, pod, container };
  return {
    stream,
    uid: `${pod.uid}/${container}`,
    open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
      try {
        const run = await lookAtRun(client, pod, container, signal);
        const teller = createTeller(from, io.clock.wallOffset());
        for (const step of stepsOf(reading, from, run))
          if (step.is === 'event') yield step.event;
          else yield* linesAt(reading, step, teller, signal);
      } catch (error) {
        const path = logPath(pod, container, from, toWall(reading));
        if (!signal.aborted) yield { is: 'fault', fault: client.fault(path, explained(error)) };
      }
    },
    older: async (before, signal) => {
      try {
        const run = await lookAtRun(client, pod, container, signal);
        return await olderLines(pastOf(reading, run, signal), before);
      } catch (error) {
        const path = logQuery(pod, container, {});
        return { events: [{ is: 'fault', fault: client.fault(path, explained(error)) }], isStart: false };
      }
    },
  };
};

/**
 * A stream for every container of the pods that `of` selects, in each namespace of the source: also for init containers
 * that are not done (of a pod that is named, for all), and those that somebody has added for debugging. Throws WireError,
 * `missing` when there is no such pod.
 */
export const tailsOf = async (
  parts: KubeParts,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const namespaces = await namespacesRead(parts, signal);
  const several = namespaces.length > 1 || namespaces[0] === '*';
  const target = of ?? parts.config.selector ?? '';
  const isOne = objectNamed(target)?.kind.word === 'pod';
  const pods = (
    await Promise.all(namespaces.map((namespace) => podsOfTarget(parts.client, namespace, target, signal)))
  ).flat();
  if (pods.length === 0)
    throw new WireError(
      'missing',
      `${target === '' ? 'there is no pod' : `no pod belongs to ${target}`} in ${namespaces.join(', ')}`,
    );
  return pods.flatMap((pod) =>
    loggingContainers(pod, isOne).map((name) =>
      containerTail(parts, pod, name, `${several ? `${pod.namespace}/` : ''}${pod.name}/${name}`),
    ),
  );
};

const loggingContainers = ({ containers, ephemeral = [] }: SlimPod, isAll: boolean): readonly string[] => [
  ...containers
    .filter(({ isInit, status }) => isAll || !isInit || status !== 'Completed')
    .map(({ name }) => name),
  ...ephemeral,
];
