import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../../domain/base/fault.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { UiStore } from '../contract/model.ts';
import type { StateFiles } from '../contract/state-files.ts';

/** Inputs of a recorder of the screen state. */
export interface StateRecorderParts {
  readonly model: UiStore;
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: { sleep(ms: Millis, signal?: AbortSignal): Promise<void> };
  readonly keep: StateFiles;
  say(text: string): void;
}

interface CoalescedWriterOptions {
  readonly clock: StateRecorderParts['clock'];
  /** Changes within this time are written together. */
  readonly ms: Millis;
  /** Takes the changes, and returns their write, which never rejects. Undefined: there is nothing to write. */
  takeChanges(): (() => Promise<void>) | undefined;
}

export interface CoalescedWriter {
  /** Writes after `ms`, unless a write is already due by then. */
  soon(): void;
  /** Writes at once. Resolves when this and all earlier writes are done. */
  now(): Promise<void>;
  /** Ends the wait of `soon`, and writes at once. */
  stop(): Promise<void>;
}

/** Creates a writer whose writes follow each other; each writes the changes that were there when it was requested. */
export const createCoalescedWriter = ({
  clock,
  ms,
  takeChanges,
}: CoalescedWriterOptions): CoalescedWriter => {
  const ended = new AbortController();
  let written = Promise.resolve();
  let isWaiting = false;

  const now = (): Promise<void> => {
    const write = takeChanges();
    if (write !== undefined) written = written.then(write);
    return written;
  };

  const writeLater = async (): Promise<void> => {
    isWaiting = true;
    await clock.sleep(ms, ended.signal);
    isWaiting = false;
    if (!ended.signal.aborted) await now();
  };

  return {
    now,
    soon: () => {
      if (!isWaiting) void writeLater();
    },
    stop: () => {
      ended.abort();
      return now();
    },
  };
};
