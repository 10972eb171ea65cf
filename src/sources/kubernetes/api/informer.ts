import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { createReopenPace } from '../../../platform/runtime/reopen-pace.ts';
import { toAbortError, WireError } from '../../../platform/runtime/wire-error.ts';
import { ForbiddenError, GoneError } from '../../kit/contract/kube-api-errors.ts';
import type { KubeClient } from './client.ts';
import type { ListConsumer, WatchEvent } from './list-watch.ts';
import { listAll, type RequestGuard, watchEvents } from './list-watch.ts';
import { parseMeta } from './object-meta.ts';

/** Objects by uid, filled by lists and watches. */
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

  /** Applies a watch event. Returns true when the stored objects have changed. */
  apply(event: WatchEvent): boolean {
    if (event.is === 'put') this.take([event.object]);
    if (event.is === 'gone') this.#objects.delete(objectKey(event.object));
    return event.is !== 'bookmark';
  }
}

/** The uid, which is in memory anyway: separate keys for 10,000 objects would take a megabyte. */
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
  /** Keeps only the needed fields. Throws WireError. */
  parse(raw: unknown): T;
  /** Called when objects have changed or a new read is worthwhile. */
  wake(): void;
}

/** Current state of the watched objects. */
export interface InformerSnapshot<T> {
  readonly objects: Iterable<T>;
  /** The time at which the API last confirmed the state, by a list, an event or a bookmark. */
  readonly confirmedAt: Millis;
  /** Present during the first list: objects received so far, and objects still to come. */
  readonly listing?: { readonly received: number; readonly remaining?: number };
}

/** Lets several callers wait for a change. */
interface ChangeNotifier {
  notify(): void;
  /**
   * Resolves as soon as `condition` returns true; evaluated after each change. Throws WireError when the signal aborts.
   */
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

/** API servers send a bookmark about every minute. A watch that is silent for longer is considered dead. */
const watchSilenceLimitMs: Millis = 90_000;
/** A watch that has had no data for this long does not show that the API responds. */
const quietAfterMs: Millis = 1000;
/** Lifetime of one watch before the server ends it. */
const watchTimeoutSeconds = 300;
/** A watch that lasted this long is resumed at once; a shorter one waits for the engine's next poll. */
const minWatchLifetimeMs: Millis = 10_000;

/** The longest pause after watches that end at once: a server behind a proxy that ends them is still polled. */
const longestPauseMs: Millis = 8000;

/** 'paused': the watch has ended and can be resumed; 'stale': it cannot, so a new list is required. */
type InformerPhase = 'none' | 'listing' | 'paused' | 'watching' | 'stale';

/**
 * One list of objects, kept up to date by a watch while it is followed. It never retries on its own: the next read
 * resumes what failed, so that the engine sets the pace.
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
  /** Failure of the last attempt; thrown by the next read. */
  #failure: unknown;
  #run: AbortController | undefined;
  readonly #pace: ReturnType<typeof createReopenPace>;
  /** False: the API permits list but not watch. */
  #canWatch = true;

  constructor(parts: InformerOptions<T>) {
    this.#options = parts;
    this.#store = new ResourceStore(parts.parse);
    this.#pace = createReopenPace(parts.clock.now, longestPauseMs);
  }

  /** Lists all objects. Throws WireError. */
  async list(signal: AbortSignal): Promise<InformerSnapshot<T>> {
    const { client, path, query, clock, parse } = this.#options;
    const store = new ResourceStore(parse);
    await listAll(client, path, query, store, (ask) => ask(signal));
    return { objects: store.objects(), confirmedAt: clock.now() };
  }

  /**
   * Returns the state of the watch, and lists or resumes the watch when necessary. Waits for the first data until the
   * signal aborts. Throws WireError.
   */
  async follow(signal: AbortSignal): Promise<InformerSnapshot<T>> {
    const { clock } = this.#options;
    if (this.#canWatch) {
      if (this.#phase === 'watching' && clock.now() - this.#confirmedAt > watchSilenceLimitMs)
        this.#end('stale');
      else if (this.#phase === 'watching') await this.#confirmQuietWatch(signal);
      else if (this.#isPausedByServer()) {
        await this.#confirmQuietWatch(signal);
        return this.#snapshot();
      }
      await this.#waitUntilKnownOrEnded(signal);
      // The resource version has expired; a new list loses only time.
      if (this.#run === undefined && this.#phase === 'stale') await this.#waitUntilKnownOrEnded(signal);
    }
    if (!this.#canWatch) return this.list(signal);
    if (!this.#isKnown())
      throw (
        this.#failure ?? new WireError('unreachable', 'the watch was lost: opsdeck lists the objects again')
      );
    return this.#snapshot();
  }

  /**
   * True after a watch that the server ended at once, as it may end the next one: its objects are those of a moment ago. After a failure
   * the next read tries again, so that it reports it.
   */
  #isPausedByServer(): boolean {
    return (
      this.#phase === 'paused' &&
      this.#run === undefined &&
      this.#failure === undefined &&
      this.#pace.waitMs() > 0
    );
  }

  /**
   * A quiet watch looks like one whose server is gone. Without this, objects would be confirmed for another 90 s. After
   * a failure the watch is resumed, because its connection may be dead when the API is back.
   */
  async #confirmQuietWatch(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    if (clock.now() - this.#confirmedAt <= quietAfterMs) return;
    try {
      await client.confirmReachable(signal);
    } catch (error) {
      if (!(error instanceof WireError && error.kind === 'cancelled') && this.#phase === 'watching')
        this.#end(this.#version === '' ? 'none' : 'paused');
      throw error;
    }
  }

  /** Ends the watch and discards its objects. */
  stop(): void {
    this.#end('none');
    this.#version = '';
    this.#pace.reset();
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
      ...(this.#phase === 'listing' ? { listing: { received: this.#store.size, ...remaining } } : {}),
    };
  }

  #end(phase: InformerPhase): void {
    this.#phase = phase;
    this.#run?.abort(new WireError('cancelled', 'opsdeck no longer watches these objects'));
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
        this.#pace.ended();
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

  /** The first list becomes visible while it grows. A later one replaces the previous list once it is complete. */
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
        // Doubling thresholds: waking for each chunk would redraw 10,000 pods twenty times.
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
    this.#pace.opened();
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

  /** Applies a deadline to the start of each response (for a list, to all of it). After that only `stop` ends it. */
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
