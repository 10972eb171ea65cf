import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import type { FeedKind } from '../../../domain/facts/reading.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { type ApiResource, listPath } from '../api/api-resources.ts';
import { type KubernetesRead, kubernetesReadSchema } from '../api/config.ts';
import type { InformerSnapshot } from '../api/informer.ts';
import { Informer } from '../api/informer.ts';
import type { Condition } from '../api/object-meta.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';

/** Signals computed from the objects of one feed. */
export interface ResourceSignals<T> {
  readonly ids: readonly string[];
  samples(objects: readonly T[], now: number): readonly Sample[];
}

/** Result for one series of a signal: a value, or the reason for its absence. */
export interface SignalValue extends Pick<Sample, 'parts' | 'fold'> {
  readonly value?: number | string;
  readonly why?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Computes one signal from the current objects. */
export type SignalEvaluator<T> = (objects: readonly T[], now: number) => readonly SignalValue[];

/** Selects the signals of a source that `answerOf` can evaluate; the others belong to another feed. */
export const resourceSignals = <T extends object>(
  { source, signals }: KubeParts,
  answerOf: (read: KubernetesRead) => SignalEvaluator<T> | undefined,
): ResourceSignals<T> => {
  const evaluators = signals.flatMap(({ id, read }) => {
    const answer = answerOf(kubernetesReadSchema.parse(read));
    return answer === undefined ? [] : [{ id, answer }];
  });
  return {
    ids: evaluators.map(({ id }) => id),
    samples: (objects, time) =>
      evaluators.flatMap(({ id, answer }) =>
        answer(objects, time).map(
          ({ labels = {}, ...value }): Sample => ({ source, at: time, signal: id, labels, ...value }),
        ),
      ),
  };
};

/** True in the namespace that a read names, or in any when it names none. */
export const matchesNamespace = (selected: string | undefined, namespace: string): boolean =>
  selected === undefined || selected === namespace;

/** Status of a condition: True, False or Unknown. */
export const conditionStatus = (
  conditions: readonly Pick<Condition, 'type' | 'status'>[],
  type: string,
): SignalValue => {
  const condition = conditions.find((candidate) => candidate.type.toLowerCase() === type.toLowerCase());
  return condition === undefined
    ? { why: `the object has no condition ${type}` }
    : { value: condition.status };
};

interface KubeFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly fills?: string;
  readonly requests?: number;
  /** Minimum poll interval, whatever the interval of the source. */
  readonly atLeastMs?: number;
  /** Watcher that wakes the engine, unless the profile disables watches. */
  readonly watcher?: ResourceWatcher<unknown>;
}

export const kubeFeed = ({ source, config }: KubeParts, words: KubeFeedOptions, read: Feed['read']): Feed => {
  const everyMs = Math.max(config.every, words.atLeastMs ?? 0);
  const { signals = [], fills, watcher, requests } = words;
  return {
    id: `${source}/${words.name}`,
    source,
    name: words.name,
    kind: words.kind,
    ...(signals.length === 0 ? {} : { signals }),
    ...defined({ fills, requests }),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    read,
    ...(watcher === undefined || !config.watch ? {} : { watch: watcher.watch }),
  };
};

/** The profile's own label selector as a query of list and watch requests. */
export const labelSelectorQuery = ({ config }: KubeParts): Readonly<Record<string, string>> =>
  config.selector === undefined ? {} : { labelSelector: config.selector };

/** A kind of object that is polled continuously in every namespace of the source. */
interface ResourceSpec<T> {
  readonly kind: ApiResource;
  readonly query?: Readonly<Record<string, string>>;
  /** A further part of `query` that must be read first. Throws WireError. */
  queryFor?(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Absent: those of the source. */
  readonly namespaces?: readonly string[] | undefined;
  /** Keeps only the needed fields. Throws WireError. */
  parse(raw: unknown): T;
  /** Explains a failed list. Absent: the failure says enough. */
  explain?(error: unknown): unknown;
}

interface ResourceReading<T> {
  readonly objects: readonly T[];
  readonly faults: readonly Fault[];
  /** The time at which the API last confirmed the oldest part of the data. */
  readonly confirmedAt: number;
}

export interface ResourceWatcher<T> {
  read(signal: AbortSignal): Promise<ResourceReading<T>>;
  /** While watching, reads return the state of the watch; otherwise each read is a list. */
  watch(wake: () => void): () => void;
  isWatched(): boolean;
  stop(): void;
}

/** Follows a kind of object, each namespace separately: a denied namespace does not hide the others. */
export const watchResource = <T>(parts: KubeParts, resource: ResourceSpec<T>): ResourceWatcher<T> => {
  const { client, config, io } = parts;
  const { kind, query = {} } = resource;
  const informers = new Map<string, Informer<T>>();
  let wake: (() => void) | undefined;
  const informer = async (namespace: string, signal: AbortSignal): Promise<Informer<T>> => {
    const further = informers.has(namespace) ? undefined : await resource.queryFor?.(signal);
    const known = informers.get(namespace);
    if (known !== undefined) return known;
    const created = new Informer<T>({
      client,
      clock: io.clock,
      path: listPath(kind, namespace),
      query: { ...query, ...further },
      timeoutMs: config.timeout,
      parse: resource.parse,
      wake: () => wake?.(),
    });
    informers.set(namespace, created);
    return created;
  };
  const stop = (): void => {
    wake = undefined;
    for (const currentInformer of informers.values()) currentInformer.stop();
  };
  const readNamespace = async (
    namespace: string,
    signal: AbortSignal,
  ): Promise<InformerSnapshot<T> | Fault> => {
    try {
      const onlyInformer = await informer(namespace, signal);
      return await (wake === undefined ? onlyInformer.list(signal) : onlyInformer.follow(signal));
    } catch (error) {
      return client.fault(listPath(kind, namespace), resource.explain?.(error) ?? error);
    }
  };
  return {
    stop,
    isWatched: () => wake !== undefined,
    watch: (next) => {
      wake = next;
      return stop;
    },
    read: async (signal) => {
      let namespaces: readonly string[];
      try {
        namespaces = kind.isNamespaced
          ? (resource.namespaces ?? (await resolveNamespaces(parts, signal)))
          : ['*'];
      } catch (error) {
        return { objects: [], faults: [client.fault(listPath(kind, '*'), error)], confirmedAt: client.now() };
      }
      const answers = await Promise.all(namespaces.map((namespace) => readNamespace(namespace, signal)));
      const snapshots = answers.filter((answer) => 'objects' in answer);
      const faults = answers.flatMap((answer, index) =>
        'objects' in answer ? partialListFaults(parts, kind, namespaces[index] ?? '', answer) : [answer],
      );
      return {
        objects: snapshots.flatMap((snapshot) => [...snapshot.objects]),
        faults,
        confirmedAt: Math.min(client.now(), ...snapshots.map((snapshot) => snapshot.confirmedAt)),
      };
    },
  };
};

/** Faults that mark an incomplete list, so that it is not mistaken for a complete one. */
const partialListFaults = (
  { client }: KubeParts,
  kind: ApiResource,
  namespace: string,
  { listing }: InformerSnapshot<unknown>,
): readonly Fault[] => {
  if (listing === undefined) return [];
  const { received, remaining } = listing;
  const whole = remaining === undefined ? '' : ` of about ${received + remaining}`;
  return [
    client.fault(
      listPath(kind, namespace),
      new WireError(
        'missing',
        `opsdeck is still listing ${kind.plural}, and has received ${received}${whole}`,
      ),
    ),
  ];
};

/**
 * The faults of a reading that makes several requests. Where all of them fail alike, that is one fault, with the first request as
 * its example: a server that is down is one thing to read.
 */
export const joinAlikeFaults = (faults: readonly Fault[], requests: number): readonly Fault[] =>
  faults.length === requests && new Set(faults.map(({ kind }) => kind)).size === 1
    ? faults.slice(0, 1)
    : faults;
