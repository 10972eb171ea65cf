import type { Transport } from './transport.ts';

/** A client of one target, with its own connections. */
export interface Client {
  close(): Promise<void>;
}

/** Opens the reading client of a protocol for a target; repeated calls return the same client. */
export type OpenReads = <T, C extends Client>(protocol: ReadingProtocol<T, C>, target: T) => C;

/** Sends one request that changes something; its connections are closed after the response. */
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
  /** The request as text in the record of a run: 'CreateTopics orders'. */
  line(request: Q): string;
  /** The response as text in that record: 'done', '3 rows'. */
  outcome(answer: A): string;
  /** True: an error is the server's own statement of the outcome. Absent: only a `ChangeError` is. */
  isAnswer?(error: unknown): boolean;
  /** Sends the same request through a client that the server restricts to reads. Absent: unsupported. */
  readonly asRead?: (open: OpenReads, target: T, request: Q, signal: AbortSignal) => Promise<A>;
}

/**
 * A protocol whose client sends only read requests. A class with a private field, so that no literal and no other
 * class satisfies it. Only `declareReads` creates it, which only `clients/PROTOCOL/reading.ts` may call
 * (`test/architecture`).
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

/** A protocol whose requests change something. Only `declareChanges` creates it, in `clients/PROTOCOL/changing.ts`. */
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

/**
 * Declares a protocol whose clients only read. `open` contacts nothing; the client's chunk is loaded by its first
 * call.
 */
export const declareReads = <T, C extends Client>(
  name: string,
  open: (transport: Transport, target: T) => C,
): DeclaredReads<T, C> => new DeclaredReads(name, open);

/** A client whose chunk is loaded by its first call. Closing an unused one loads nothing. */
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

/** Opens a reading client over a transport: for ReadIo, and for tests of a single client. */
export const openReads = DeclaredReads.open;

/** The parts of a changing protocol: for ChangeIo and for the record of sent requests. */
export const partsOfChanges = DeclaredChanges.partsOf;
