import { stripControls } from '../../../domain/controls.ts';
import type { LogEvent, Resume, Tail } from '../../tail.ts';
import { kinds, objectPath } from '../kinds.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import type { SlimPod } from '../pod/slim-pod.ts';
import { podsOfTarget } from '../target-pods.ts';
import { linesOf } from './lines.ts';
import { parseMark, sinceTimeOf, stampedLine } from './mark.ts';
import { Resuming } from './resuming.ts';

/** A stream for every container of the pods that `of` selects, in each namespace of the source. Throws WireError. */
export const tailsOf = async (
  parts: KubeParts,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const namespaces = await namespacesRead(parts, signal);
  const several = namespaces.length > 1 || namespaces[0] === '*';
  const target = of ?? parts.config.selector ?? '';
  const pods = await Promise.all(
    namespaces.map((namespace) => podsOfTarget(parts.client, namespace, target, signal)),
  );
  return pods
    .flat()
    .flatMap((pod) =>
      pod.containers
        .filter(({ isInit, status }) => !isInit || status !== 'Completed')
        .map(({ name }) => containerTail(parts, pod, name, several)),
    );
};

/** The path of a container's log, with what the API knows of resuming. Source: core/v1 Pod, read log. */
export const logPath = (
  { namespace, name }: Pick<SlimPod, 'namespace' | 'name'>,
  container: string,
  from: Resume,
  toWall: (ms: number) => number,
): string => {
  const mark = from.after === undefined ? undefined : parseMark(from.after);
  const since =
    mark === undefined
      ? from.since === undefined
        ? undefined
        : new Date(toWall(from.since)).toISOString()
      : sinceTimeOf(mark);
  const query = new URLSearchParams({
    container,
    timestamps: 'true',
    ...(from.follow ? { follow: 'true' } : {}),
    ...(from.previous === true ? { previous: 'true' } : {}),
    ...(since === undefined ? {} : { sinceTime: since }),
    ...(from.lines === undefined || mark !== undefined ? {} : { tailLines: String(from.lines) }),
  });
  return `${objectPath(kinds.pod, namespace, name, 'log')}?${query.toString()}`;
};

const containerTail = (parts: KubeParts, pod: SlimPod, container: string, several: boolean): Tail => {
  const { client, io } = parts;
  const offset = (): number => io.clock.wallOffset();
  return {
    stream: `${several ? `${pod.namespace}/` : ''}${pod.name}/${container}`,
    open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
      const path = logPath(pod, container, from, (ms) => ms + offset());
      try {
        const resuming = new Resuming(from.after);
        const { chunks } = await client.stream(path, signal);
        let isEarly = false;
        for await (const line of linesOf(chunks)) {
          const stamped = stampedLine(line);
          // A kubelet is told the second of `since`, and gives all of it. A line without a time belongs to the one in front.
          if (stamped.atMs !== undefined) isEarly = stamped.atMs - offset() < (from.since ?? 0);
          if (isEarly) continue;
          yield* resuming.take({ ...stamped, text: stripControls(stamped.text) }, (ms) => ms - offset());
        }
      } catch (error) {
        if (!signal.aborted) yield { is: 'fault', fault: client.fault(path, error) };
      }
    },
  };
};
