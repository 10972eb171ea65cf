import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { LogRing } from '../ring/log-ring.ts';
import type { LoadedAround, LogsState, OlderLinesState } from '../ring/logs-state.ts';
import type { createOlderReader, RowsAround } from './older-reader.ts';

/** Dependencies of loading older lines. */
interface PastLoaderParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly ring: LogRing;
  readonly reader: ReturnType<typeof createOlderReader>;
  /** Ends all loading. */
  readonly signal: AbortSignal;
  showMessage(text: string): void;
  /** Called when `state` has changed; `hasRows`: and the ring. */
  changed(hasRows: boolean): void;
}

/** Loads lines from before the first one, and around earlier times, into a ring. One request at a time. */
export class PastLoader {
  state: OlderLinesState = { is: 'idle' };
  readonly #parts: PastLoaderParts;
  #canceling = new AbortController();
  /** Rows evicted when older lines were last requested. */
  #evicted = 0;
  /** The first row that was loaded before going to a time, and the time range that is not loaded before it. */
  #joint: { readonly row: number; readonly unloaded: LogsState['unloaded'] } | undefined;

  constructor(parts: PastLoaderParts) {
    this.#parts = parts;
  }

  /** The time range inside the rows in which lines are not loaded. */
  get unloaded(): LogsState['unloaded'] {
    const joint = this.#joint;
    return joint !== undefined && joint.row > this.#parts.ring.first ? joint.unloaded : undefined;
  }

  /** Loads lines from before the first one. */
  async older(): Promise<void> {
    if (this.state.is !== 'idle') return;
    const { ring, reader, changed } = this.#parts;
    const signal = this.#begin();
    const { rows, is, problems } = await reader.next(signal);
    if (this.#parts.signal.aborted) return;
    for (const problem of problems) this.#parts.showMessage(problem);
    ring.prepend(rows);
    this.state =
      is === 'unable' ? { is: 'unable', why: 'no stream that is shown has older lines to load' } : { is };
    changed(true);
  }

  /** Loads lines around an earlier time in place of those around another one, and then calls `loaded`. */
  async around(time: Millis, loaded: (result: LoadedAround) => void): Promise<void> {
    if (this.state.is === 'loading') return loaded({ is: 'busy' });
    const { reader, changed } = this.#parts;
    const was = this.state;
    const signal = this.#begin();
    const around = await reader.around(time, signal);
    if (this.#parts.signal.aborted) return;
    this.state = was;
    // The state is published afterwards, so that the screen shows both.
    loaded(around === undefined ? { is: 'canceled' } : this.#put(around, time));
    changed(true);
  }

  /** Cancels the request. */
  cancel(): void {
    this.#canceling.abort();
  }

  /** Puts rows around a time before the others. */
  #put({ rows, rest, unloaded, problems }: RowsAround, time: Millis): LoadedAround {
    if (rows.length === 0) return { is: 'none', problems };
    const { ring } = this.#parts;
    if (this.#joint !== undefined) ring.dropBefore(this.#joint.row);
    ring.prepend(rest);
    const end = ring.first;
    ring.prepend(rows);
    this.#joint = { row: end, unloaded };
    this.state = { is: 'idle' };
    const row = ring.atTime(time);
    // The first line at this time may be missing: then the row that says so.
    return { is: 'loaded', row: unloaded === undefined ? row : Math.min(end - 1, row), end, problems };
  }

  #begin(): AbortSignal {
    const { ring, reader, clock, changed, signal } = this.#parts;
    if (ring.evicted > this.#evicted) {
      // The oldest rows were evicted, so older lines are requested from the first remaining row.
      this.#evicted = ring.evicted;
      this.#joint = undefined;
      reader.startAt(ring.row(ring.first)?.at ?? clock.now());
    }
    this.state = { is: 'loading' };
    changed(false);
    this.#canceling = new AbortController();
    return AbortSignal.any([signal, this.#canceling.signal]);
  }
}
