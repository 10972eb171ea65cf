import type { Transport } from './transport.ts';

/** A client of one target, with connections of its own. */
export interface Client {
  close(): Promise<void>;
}

/** Opens the reading client of a protocol for one target, and keeps it: the same one for the same target. */
export type OpenReads = <T, C extends Client>(protocol: ReadingProtocol<T, C>, target: T) => C;

/** Carries out one request that changes something; connections are closed with its answer. */
type ChangeRequest<T, Q, A> = (
  transport: Transport,
  target: T,
  request: Q,
  signal: AbortSignal,
) => Promise<A>;

interface ChangingParts<T, Q, A> {
  readonly name: string;
  /** Loads the client's chunk. */
  load(): Promise<ChangeRequest<T, Q, A>>;
  /** How a request is named in what a run has sent: 'CreateTopics orders'. */
  line(request: Q): string;
  /** How its answer is named there: 'done', '3 rows'. */
  outcome(answer: A): string;
  /** True: a failure is the server's own word on what became of the request. Absent: none is but a `ChangeError`. */
  isAnswer?(error: unknown): boolean;
  /** The same request by a client that the server holds to reading. Absent: there is no such request. */
  readonly asRead?: (open: OpenReads, target: T, request: Q, signal: AbortSignal) => Promise<A>;
}

/**
 * A protocol of which a client sends nothing but requests that read. A class with a private field, so that no literal and no other
 * class is one: it is made by `declareReads` alone, which only `clients/PROTOCOL/reading.ts` may call (`test/architecture`).
 */
class DeclaredReads<T, C extends Client> {
  readonly name: string;
  readonly #open: (transport: Transport, target: T) => C;

  constructor(name: string, open: (transport: Transport, target: T) => C) {
    this.name = name;
    this.#open = open;
  }

  static open<T, C extends Client>(protocol: DeclaredReads<T, C>, transport: Transport, target: T): C {
    return protocol.#open(transport, target);
  }
}

/** A protocol whose requests change something. Made by `declareChanges` alone, in `clients/PROTOCOL/changing.ts`. */
class DeclaredChanges<T, Q, A> {
  readonly #parts: ChangingParts<T, Q, A>;

  constructor(parts: ChangingParts<T, Q, A>) {
    this.#parts = parts;
  }

  static partsOf<T, Q, A>(protocol: DeclaredChanges<T, Q, A>): ChangingParts<T, Q, A> {
    return protocol.#parts;
  }
}

export type ChangingProtocol<T, Q, A> = DeclaredChanges<T, Q, A>;
export type ReadingProtocol<T, C extends Client> = DeclaredReads<T, C>;

/** Declares a protocol whose clients only read. `open` contacts nothing, and loads the client's chunk by its first call. */
export const declareReads = <T, C extends Client>(
  name: string,
  open: (transport: Transport, target: T) => C,
): DeclaredReads<T, C> => new DeclaredReads(name, open);

/** A client whose chunk is loaded by its first call. Closing one that was never asked loads nothing. */
export const lazyClient = <C extends Client>(
  load: () => Promise<C>,
): { readonly client: () => Promise<C>; readonly close: () => Promise<void> } => {
  let loaded: Promise<C> | undefined;
  return {
    client: () => {
      loaded ??= load();
      return loaded;
    },
    close: async () => (await loaded)?.close(),
  };
};

/** Declares a protocol whose requests change something. */
export const declareChanges = <T, Q, A>(parts: ChangingParts<T, Q, A>): DeclaredChanges<T, Q, A> =>
  new DeclaredChanges(parts);

/** Opens a reading client over a transport: for the doors, and for tests of a client on its own. */
export const openReads = DeclaredReads.open;

/** What a changing protocol does and how it is named: for the doors and for what notes what has been sent. */
export const partsOfChanges = DeclaredChanges.partsOf;
