import type { Fault } from '../../../domain/fault.ts';
import { WireError } from '../../../platform/failures.ts';
import type { Held } from '../held.ts';
import { Informer } from '../informer.ts';
import { type Kind, listPath } from '../kinds.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { ForbiddenError } from '../problem.ts';

/** Objects of a kind that are read all the time, in every namespace of the source. */
export interface Resource<T> {
  readonly kind: Kind;
  readonly query?: Readonly<Record<string, string>>;
  /** Slim. Throws WireError. */
  parse(raw: unknown): T;
  /** True: that we may not read them is no fault. */
  readonly isOptional?: boolean;
}

export interface Seen<T> {
  readonly objects: readonly T[];
  readonly faults: readonly Fault[];
  /** When the API last proved the oldest part of it. */
  readonly provedAt: number;
}

export interface Followed<T> {
  read(signal: AbortSignal): Promise<Seen<T>>;
  /** While it is watched, reads give what a watch of the API has told; else each is a list. */
  watch(wake: () => void): () => void;
  isWatched(): boolean;
  stop(): void;
}

/** Follows a kind of objects, each namespace by itself: one that is denied hides no other. */
export const follow = <T>(parts: KubeParts, resource: Resource<T>): Followed<T> => {
  const { client, config, io } = parts;
  const { kind, query = {} } = resource;
  const informers = new Map<string, Informer<T>>();
  let wake: (() => void) | undefined;
  const informer = (namespace: string): Informer<T> => {
    const known = informers.get(namespace);
    if (known !== undefined) return known;
    const made = new Informer<T>({
      client,
      clock: io.clock,
      path: listPath(kind, namespace),
      query,
      timeoutMs: config.timeout,
      parse: resource.parse,
      wake: () => wake?.(),
    });
    informers.set(namespace, made);
    return made;
  };
  const stop = (): void => {
    wake = undefined;
    for (const one of informers.values()) one.stop();
  };
  const held = async (namespace: string, signal: AbortSignal): Promise<Held<T> | Fault | undefined> => {
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
        namespaces = kind.isNamespaced ? await namespacesRead(parts, signal) : ['*'];
      } catch (error) {
        return { objects: [], faults: [client.fault(listPath(kind, '*'), error)], provedAt: client.now() };
      }
      const answers = await Promise.all(namespaces.map((namespace) => held(namespace, signal)));
      const found = answers.filter((one) => one !== undefined && 'objects' in one);
      const faults = answers.flatMap((one, index) =>
        one === undefined
          ? []
          : 'objects' in one
            ? partial(parts, kind, namespaces[index] ?? '', one)
            : [one],
      );
      return {
        objects: found.flatMap((one) => [...one.objects]),
        faults,
        provedAt: Math.min(client.now(), ...found.map((one) => one.provedAt)),
      };
    },
  };
};

/** A list that is not whole yet is not to be taken for one. */
const partial = (
  { client }: KubeParts,
  kind: Kind,
  namespace: string,
  { listing }: Held<unknown>,
): readonly Fault[] => {
  if (listing === undefined) return [];
  const { came, remaining } = listing;
  const whole = remaining === undefined ? '' : ` of about ${came + remaining}`;
  return [
    client.fault(
      listPath(kind, namespace),
      new WireError('missing', `still listing: ${came}${whole} ${kind.plural} have come`),
    ),
  ];
};
