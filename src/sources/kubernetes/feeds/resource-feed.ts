import type { Sample } from '../../../domain/facts.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { FeedKind } from '../../../domain/reading.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import { ForbiddenError } from '../api-errors.ts';
import { type ApiResource, listPath } from '../api-resources.ts';
import { type KubernetesRead, kubernetesReadSchema } from '../config.ts';
import type { InformerSnapshot } from '../informer.ts';
import { Informer } from '../informer.ts';
import type { Condition } from '../object-meta.ts';
import { type KubeParts, resolveNamespaces } from '../parts.ts';

/** Signals that the objects of one feed answer. */
export interface ResourceSignals<T> {
  readonly ids: readonly string[];
  samples(objects: readonly T[], now: number): readonly Sample[];
}

/** What was found for one series of a signal: a value, or why there is none. */
export interface SignalValue {
  readonly value?: number | string;
  readonly why?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Answers one signal from the objects that are there. */
export type SignalEvaluator<T> = (objects: readonly T[], now: number) => readonly SignalValue[];

/** The signals of a source that `answerOf` knows how to answer; others belong to another feed. */
export const resourceSignals = <T extends object>(
  { source, signals }: KubeParts,
  answerOf: (read: KubernetesRead) => SignalEvaluator<T> | undefined,
): ResourceSignals<T> => {
  const wanted = signals.flatMap(({ id, read }) => {
    const answer = answerOf(kubernetesReadSchema.parse(read));
    return answer === undefined ? [] : [{ id, answer }];
  });
  return {
    ids: wanted.map(({ id }) => id),
    samples: (objects, at) =>
      wanted.flatMap(({ id, answer }) =>
        answer(objects, at).map(
          ({ labels = {}, ...found }): Sample => ({ source, at, signal: id, labels, ...found }),
        ),
      ),
  };
};

/** True in the namespace that a read names, or in any when it names none. */
export const matchesNamespace = (wanted: string | undefined, namespace: string): boolean =>
  wanted === undefined || wanted === namespace;

/** The word of a condition: True, False or Unknown. */
export const conditionStatus = (
  conditions: readonly Pick<Condition, 'type' | 'status'>[],
  type: string,
): SignalValue => {
  const held = conditions.find((one) => one.type.toLowerCase() === type.toLowerCase());
  return held === undefined ? { why: `it has no condition ${type}` } : { value: held.status };
};

interface KubeFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly requests?: number;
  /** Not asked more often than this, whatever the source's interval. */
  readonly atLeastMs?: number;
  /** What it follows: wakes the engine, unless the profile wants no watch. */
  readonly watcher?: ResourceWatcher<unknown>;
}

export const kubeFeed = ({ source, config }: KubeParts, words: KubeFeedOptions, read: Feed['read']): Feed => {
  const everyMs = Math.max(config.every, words.atLeastMs ?? 0);
  const { signals = [], watcher, requests } = words;
  return {
    id: `${source}/${words.name}`,
    source,
    name: words.name,
    kind: words.kind,
    ...(signals.length === 0 ? {} : { signals }),
    ...(requests === undefined ? {} : { requests }),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    read,
    ...(watcher === undefined || !config.watch ? {} : { watch: watcher.watch }),
  };
};

/** The profile's own label selector, as a list and a watch take it. */
export const labelSelectorQuery = ({ config }: KubeParts): Readonly<Record<string, string>> =>
  config.selector === undefined ? {} : { labelSelector: config.selector };

/** Objects of a kind that are read all the time, in every namespace of the source. */
interface ResourceSpec<T> {
  readonly kind: ApiResource;
  readonly query?: Readonly<Record<string, string>>;
  /** Slim. Throws WireError. */
  parse(raw: unknown): T;
  /** True: that we may not read them is no fault. */
  readonly isOptional?: boolean;
}

interface ResourceReading<T> {
  readonly objects: readonly T[];
  readonly faults: readonly Fault[];
  /** When the API last proved the oldest part of it. */
  readonly confirmedAt: number;
}

export interface ResourceWatcher<T> {
  read(signal: AbortSignal): Promise<ResourceReading<T>>;
  /** While it is watched, reads give what a watch of the API has told; else each is a list. */
  watch(wake: () => void): () => void;
  isWatched(): boolean;
  stop(): void;
}

/** Follows a kind of objects, each namespace by itself: one that is denied hides no other. */
export const watchResource = <T>(parts: KubeParts, resource: ResourceSpec<T>): ResourceWatcher<T> => {
  const { client, config, io } = parts;
  const { kind, query = {} } = resource;
  const informers = new Map<string, Informer<T>>();
  let wake: (() => void) | undefined;
  const informer = (namespace: string): Informer<T> => {
    const known = informers.get(namespace);
    if (known !== undefined) return known;
    const created = new Informer<T>({
      client,
      clock: io.clock,
      path: listPath(kind, namespace),
      query,
      timeoutMs: config.timeout,
      parse: resource.parse,
      wake: () => wake?.(),
    });
    informers.set(namespace, created);
    return created;
  };
  const stop = (): void => {
    wake = undefined;
    for (const one of informers.values()) one.stop();
  };
  const held = async (
    namespace: string,
    signal: AbortSignal,
  ): Promise<InformerSnapshot<T> | Fault | undefined> => {
    try {
      const one = informer(namespace);
      return await (wake === undefined ? one.list(signal) : one.follow(signal));
    } catch (error) {
      if (resource.isOptional === true && error instanceof ForbiddenError) return undefined;
      return client.fault(listPath(kind, namespace), error);
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
        namespaces = kind.isNamespaced ? await resolveNamespaces(parts, signal) : ['*'];
      } catch (error) {
        return { objects: [], faults: [client.fault(listPath(kind, '*'), error)], confirmedAt: client.now() };
      }
      const answers = await Promise.all(namespaces.map((namespace) => held(namespace, signal)));
      const found = answers.filter((one) => one !== undefined && 'objects' in one);
      const faults = answers.flatMap((one, index) =>
        one === undefined
          ? []
          : 'objects' in one
            ? partialListFaults(parts, kind, namespaces[index] ?? '', one)
            : [one],
      );
      return {
        objects: found.flatMap((one) => [...one.objects]),
        faults,
        confirmedAt: Math.min(client.now(), ...found.map((one) => one.confirmedAt)),
      };
    },
  };
};

/** A list that is not whole yet is not to be taken for one. */
const partialListFaults = (
  { client }: KubeParts,
  kind: ApiResource,
  namespace: string,
  { listing }: InformerSnapshot<unknown>,
): readonly Fault[] => {
  if (listing === undefined) return [];
  const { came, remaining } = listing;
  const whole = remaining === undefined ? '' : ` of about ${came + remaining}`;
  return [
    client.fault(
      listPath(kind, namespace),
      new WireError('missing', `still listing: received ${came}${whole} ${kind.plural}`),
    ),
  ];
};
