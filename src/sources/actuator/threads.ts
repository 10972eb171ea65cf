import { joinFirst } from '../../domain/text/count-text.ts';
import { field, list, number, requiredList, text } from '../kit/values/wire-value.ts';

/** One thread of a thread dump. Source: Spring Boot actuator, threaddump endpoint; java.lang.management.ThreadInfo. */
interface Thread {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  /** 'java.lang.Object@1b2c', for a thread that waits. */
  readonly lock: string | undefined;
  /** Absent: the lock is free. */
  readonly ownerId: number | undefined;
  readonly frames: readonly string[];
}

interface ThreadLine {
  readonly title: string;
  readonly text: string;
}

const maxGroups = 30;
const maxNames = 4;

/** 'com.acme.Billing.settle(Billing.java:88)' */
const frameText = (frame: unknown): string => {
  const where = [text(field(frame, 'className')), text(field(frame, 'methodName'))].filter(
    (part) => part !== undefined,
  );
  const line = number(field(frame, 'lineNumber'));
  const file = text(field(frame, 'fileName'));
  const place = file === undefined ? '' : `(${file}${line === undefined || line < 0 ? '' : `:${line}`})`;
  return `${where.join('.')}${place}`;
};

const parseThread = (thread: unknown): Thread => {
  const owner = number(field(thread, 'lockOwnerId'));
  return {
    id: number(field(thread, 'threadId')) ?? -1,
    name: text(field(thread, 'threadName')) ?? '',
    state: text(field(thread, 'threadState')) ?? 'UNKNOWN',
    lock: text(field(thread, 'lockName')),
    ownerId: owner === undefined || owner < 0 ? undefined : owner,
    frames: list(field(thread, 'stackTrace')).map(frameText),
  };
};

/** 'exec-1, exec-2 and 7 more' */
const namesText = (threads: readonly Thread[]): string =>
  joinFirst(
    threads.map(({ name }) => name),
    maxNames,
  );

const ofPlatform = /^(?:java|javax|jdk|sun|com\.sun)\./;

/** The first frame outside the Java platform, or the first of all. */
const tellingFrame = ({ frames }: Thread): string | undefined =>
  frames.find((frame) => !ofPlatform.test(frame)) ?? frames[0];

/** ' at com.acme.Billing.settle(Billing.java:88)' */
const placeText = (thread: Thread | undefined): string => {
  const frame = thread && tellingFrame(thread);
  return frame === undefined ? ' without a stack trace' : ` at ${frame}`;
};

/** Circles of threads that each wait for a lock of the next, each circle once, from its first thread on. */
const deadlocksOf = (threads: readonly Thread[]): readonly (readonly Thread[])[] => {
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const seen = new Set<Thread>();
  const circles: (readonly Thread[])[] = [];
  for (const start of threads) {
    const path: Thread[] = [];
    let onlyThread: Thread | undefined = start;
    while (onlyThread !== undefined && !seen.has(onlyThread) && !path.includes(onlyThread)) {
      path.push(onlyThread);
      onlyThread = onlyThread.ownerId === undefined ? undefined : byId.get(onlyThread.ownerId);
    }
    if (onlyThread !== undefined && path.includes(onlyThread))
      circles.push(path.slice(path.indexOf(onlyThread)));
    for (const thread of path) seen.add(thread);
  }
  return circles;
};

/** Groups by a text, largest first. */
const largestGroups = (
  threads: readonly Thread[],
  keyOf: (thread: Thread) => string,
): readonly (readonly [key: string, threads: readonly Thread[]])[] =>
  [...Map.groupBy(threads, keyOf)].toSorted(
    ([, foundThreads], [, other]) => other.length - foundThreads.length,
  );

/**
 * Formats a thread dump: deadlocks first, then blocked threads by lock with the thread that holds it, then the other threads by
 * state and by the place where they are. At most 30 groups. Throws `malformed` without threads.
 */
export const threadLines = (body: unknown): readonly ThreadLine[] => {
  const threads = requiredList(field(body, 'threads'), 'threads').map(parseThread);
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const states = largestGroups(threads, ({ state }) => state).map(([state, all]) => `${all.length} ${state}`);
  const deadlocks = deadlocksOf(threads).map(
    (circle): ThreadLine => ({
      title: 'DEADLOCK',
      text: circle
        .map((thread, index) => {
          const owner = circle[(index + 1) % circle.length];
          return `${thread.name}${placeText(thread)} waits for ${thread.lock ?? 'a lock'}, held by ${owner?.name ?? ''}`;
        })
        .join(' · '),
    }),
  );
  const isBlocked = ({ state }: Thread): boolean => state === 'BLOCKED';
  const blocked = largestGroups(threads.filter(isBlocked), ({ lock }) => lock ?? '').map(
    ([lock, all]): ThreadLine => {
      const owner = byId.get(all[0]?.ownerId ?? -1);
      const holder = owner === undefined ? '' : `, held by ${owner.name}${placeText(owner)}`;
      const [first] = all;
      const place = placeText(first);
      return {
        title: `${all.length} BLOCKED`,
        text: `waiting for ${lock || 'a lock'}${holder}: ${namesText(all)}${place}`,
      };
    },
  );
  const others = largestGroups(
    threads.filter((thread) => !isBlocked(thread)),
    (thread) => `${thread.state} ${tellingFrame(thread)}`,
  ).map(([, all]): ThreadLine => {
    const [first] = all;
    return {
      title: `${all.length} ${first?.state ?? ''}`,
      text: `${placeText(first).trim()}: ${namesText(all)}`,
    };
  });
  const groups = [...blocked, ...others];
  const hidden = groups.slice(maxGroups);
  return [
    { title: 'threads', text: `${threads.length}: ${states.join(', ')}` },
    ...deadlocks,
    ...groups.slice(0, maxGroups),
    ...(hidden.length === 0
      ? []
      : [
          {
            title: 'more',
            text: `${hidden.length} more groups of threads are not shown. jstack or /actuator/threaddump shows all of them`,
          },
        ]),
  ];
};
