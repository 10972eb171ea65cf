import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { toAbortError, WireError } from '../../platform/wire-error.ts';
import { ForbiddenError, GoneError } from './api-errors.ts';
import type { KubeClient } from './client.ts';
import type { ListConsumer, WatchEvent } from './list-watch.ts';
import { listAll, type RequestGuard, watchEvents } from './list-watch.ts';
import { parseMeta } from './object-meta.ts';

/** Objects by their uid, as lists and watches bring them. */
class ResourceStore<T> implements ListConsumer {
  readonly #parse: (raw: unknown) => T;
  readonly #objects = new Map<string, T>();

  constructor(parse: (raw: unknown) => T) {
    this.#parse = parse;
  }

  get size(): number {
    return this.#objects.size;
  }

  objects(): Iterable<T> {
    return this.#objects.values();
  }

  begin(): void {
    this.#objects.clear();
  }

  take(items: readonly unknown[]): void {
    for (const item of items) this.#objects.set(objectKey(item), this.#parse(item));
  }

  /** True when it changed what is here. */
  apply(event: WatchEvent): boolean {
    if (event.is === 'put') this.take([event.object]);
    if (event.is === 'gone') this.#objects.delete(objectKey(event.object));
    return event.is !== 'bookmark';
  }
}

/** The uid, which is held anyway: 10,000 keys of their own would take a megabyte. */
const objectKey = (raw: unknown): string => {
  const { namespace, name, uid } = parseMeta(raw);
  return uid === '' ? `${namespace}/${name}` : uid;
};

interface InformerOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly timeoutMs: Millis;
  /** Slim: what is kept of an object. Throws WireError. */
  parse(raw: unknown): T;
  /** Something has changed, or a read is worth its while. */
  wake(): void;
}

/** What is known now. */
export interface InformerSnapshot<T> {
  readonly objects: Iterable<T>;
  /** When the API last proved it: by a list, an event or a bookmark. */
  readonly confirmedAt: Millis;
  /** Present while the first list is under way: this many have come, and so many are to come. */
  readonly listing?: { readonly came: number; readonly remaining?: number };
}

/** Lets several wait for a change. */
interface ChangeNotifier {
  notify(): void;
  /** Resolves as soon as `holds` does, looked at after each change. Throws WireError when the signal aborts. */
  waitUntil(condition: () => boolean, signal: AbortSignal): Promise<void>;
}

const createChangeNotifier = (): ChangeNotifier => {
  let next = Promise.withResolvers<void>();
  return {
    notify: () => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    waitUntil: async (condition, signal) => {
      if (signal.aborted) throw toAbortError(signal);
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(toAbortError(signal));
      signal.addEventListener('abort', abort, { once: true });
      try {
        while (!condition()) await Promise.race([next.promise, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
};

/** Real API servers send a bookmark about every minute; who says nothing for longer has died without a word. */
const watchSilenceLimitMs: Millis = 90_000;
/** How long one watch may last before the server ends it. */
const watchTimeoutSeconds = 300;
/** A watch that lived this long is worth taking up at once; a shorter one waits for the engine's next turn. */
const minWatchLifetimeMs: Millis = 10_000;

/** 'paused': the watch has ended and can be taken up where it was; 'stale': it cannot, so a list is due. */
type InformerPhase = 'none' | 'listing' | 'paused' | 'watching' | 'stale';

/**
 * One list of objects, kept up to date by a watch while somebody follows it. It repeats nothing by itself: what is lost
 * is taken up by the next read, so that the pace is the engine's.
 * Source: Kubernetes API concepts, "Efficient detection of changes".
 */
export class Informer<T> {
  readonly #options: InformerOptions<T>;
  readonly #notifier = createChangeNotifier();
  #store: ResourceStore<T>;
  #phase: InformerPhase = 'none';
  #version = '';
  #confirmedAt: Millis = 0;
  #remaining: number | undefined;
  /** Why the last attempt ended; told by the next read. */
  #failure: unknown;
  #run: AbortController | undefined;
  /** False: the API lets us list and not watch. */
  #canWatch = true;

  constructor(parts: InformerOptions<T>) {
    this.#options = parts;
    this.#store = new ResourceStore(parts.parse);
  }

  /** Lists everything, within the signal. Throws WireError. */
  async list(signal: AbortSignal): Promise<InformerSnapshot<T>> {
    const { client, path, query, clock, parse } = this.#options;
    const store = new ResourceStore(parse);
    await listAll(client, path, query, store, (ask) => ask(signal));
    return { objects: store.objects(), confirmedAt: clock.now() };
  }

  /**
   * What the watch has told; lists or takes the watch up again when it has to. Waits until something is known, at most
   * as long as the signal lets. Throws WireError.
   */
  async follow(signal: AbortSignal): Promise<InformerSnapshot<T>> {
    const { clock } = this.#options;
    if (this.#canWatch) {
      if (this.#phase === 'watching' && clock.now() - this.#confirmedAt > watchSilenceLimitMs)
        this.#end('stale');
      await this.#waitUntilKnownOrEnded(signal);
      // The version at which it was to be taken up is too old: nothing is lost but time.
      if (this.#run === undefined && this.#phase === 'stale') await this.#waitUntilKnownOrEnded(signal);
    }
    if (!this.#canWatch) return this.list(signal);
    if (!this.#isKnown()) throw this.#failure ?? new WireError('unreachable', 'the watch was lost');
    return this.#snapshot();
  }

  /** Ends the watch; what was known is forgotten. */
  stop(): void {
    this.#end('none');
    this.#version = '';
    this.#store = new ResourceStore(this.#options.parse);
    this.#canWatch = true;
  }

  async #waitUntilKnownOrEnded(signal: AbortSignal): Promise<void> {
    if (this.#run === undefined) this.#start();
    await this.#notifier.waitUntil(() => this.#isKnown() || this.#run === undefined, signal);
  }

  #isKnown(): boolean {
    return this.#phase === 'watching' || (this.#phase === 'listing' && this.#store.size > 0);
  }

  #snapshot(): InformerSnapshot<T> {
    const remaining = this.#remaining === undefined ? {} : { remaining: this.#remaining };
    return {
      objects: this.#store.objects(),
      confirmedAt: this.#confirmedAt,
      ...(this.#phase === 'listing' ? { listing: { came: this.#store.size, ...remaining } } : {}),
    };
  }

  #end(phase: InformerPhase): void {
    this.#phase = phase;
    this.#run?.abort(new WireError('cancelled', 'no longer watched'));
    this.#run = undefined;
  }

  #start(): void {
    const attempt = new AbortController();
    this.#run = attempt;
    this.#failure = undefined;
    const began = this.#options.clock.now();
    void this.#work(attempt)
      .catch((error: unknown) => {
        if (this.#run === attempt) this.#lose(error);
      })
      .finally(() => {
        if (this.#run !== attempt) return;
        this.#run = undefined;
        this.#notifier.notify();
        if (this.#options.clock.now() - began > minWatchLifetimeMs) this.#options.wake();
      });
  }

  #lose(error: unknown): void {
    this.#failure = error;
    const mustList = error instanceof GoneError || (error instanceof WireError && error.kind === 'malformed');
    this.#phase = this.#version === '' ? 'none' : mustList ? 'stale' : 'paused';
  }

  async #work(attempt: AbortController): Promise<void> {
    if (this.#phase === 'none' || this.#phase === 'stale') await this.#relist(attempt);
    await this.#watch(attempt);
    if (this.#run === attempt) this.#phase = 'paused';
  }

  /** The first list shows as it grows; a later one takes the place of the old at once, when it is whole. */
  async #relist(attempt: AbortController): Promise<void> {
    const { client, path, query, wake, parse } = this.#options;
    const isFirst = this.#phase === 'none';
    const store = new ResourceStore(parse);
    if (isFirst) [this.#store, this.#phase] = [store, 'listing'];
    let wokenAtSize = 0;
    const consumer = {
      begin: () => store.begin(),
      take: (items: readonly unknown[], remaining: number | undefined) => {
        store.take(items);
        if (!isFirst || this.#run !== attempt) return;
        this.#remaining = remaining;
        this.#confirm();
        // Told twenty times, 10,000 pods would be drawn twenty times.
        if (store.size >= 2 * wokenAtSize) wake();
        if (store.size >= 2 * wokenAtSize) wokenAtSize = store.size;
      },
    };
    const version = await listAll(client, path, query, consumer, this.#guard(attempt.signal));
    if (this.#run !== attempt) return;
    [this.#store, this.#version, this.#phase] = [store, version, 'watching'];
    this.#confirm();
    wake();
  }

  async #watch(attempt: AbortController): Promise<void> {
    const { client, path, query, wake } = this.#options;
    const address = `${path}?${new URLSearchParams({
      ...query,
      watch: '1',
      resourceVersion: this.#version,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(watchTimeoutSeconds),
    }).toString()}`;
    const open = (signal: AbortSignal) => client.stream(address, signal);
    const stream = await this.#guard(attempt.signal)(open).catch((error: unknown) => {
      if (error instanceof ForbiddenError) this.#canWatch = false;
      throw error;
    });
    if (this.#run !== attempt) return;
    this.#phase = 'watching';
    this.#confirm();
    for await (const events of watchEvents(stream.chunks)) {
      if (this.#run !== attempt) return;
      const hasChanges = events.map((event) => this.#store.apply(event)).includes(true);
      this.#version = events.findLast(({ version }) => version !== '')?.version ?? this.#version;
      this.#confirm();
      if (hasChanges) wake();
    }
  }

  #confirm(): void {
    this.#confirmedAt = this.#options.clock.now();
    this.#notifier.notify();
  }

  /** A deadline for each answer's beginning (a list's is all of it); afterwards only `stop` ends it. */
  #guard(stop: AbortSignal): RequestGuard {
    return async (ask) => {
      const { signal, clear } = this.#options.clock.deadline(this.#options.timeoutMs);
      try {
        return await ask(AbortSignal.any([stop, signal]));
      } finally {
        clear();
      }
    };
  }
}
