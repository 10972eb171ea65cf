import type { Millis } from '../../../domain/base/fault.ts';
import { escapeControls } from '../../../domain/text/controls.ts';
import type { PaintedFrame, RecordedMark, RecordingHeader, RecordingRecord } from './format.ts';
import { recordingVersion } from './format.ts';
import { createFrameEncoder } from './frame-encoder.ts';

/** The minimum time between two recorded frames; those in between are skipped. */
const minGapMs: Millis = 40;

/** The destination of a recording: a file, or a connection to a follower. */
export interface RecordingSink {
  /** Takes a line with its newline. */
  write(line: string): void;
  /** False: it is behind, and frames are skipped until it has caught up. */
  isReady?(): boolean;
}

/** The dependencies of a recorder. */
export interface ScreenRecorderParts {
  readonly clock: {
    now(): Millis;
    wallOffset(): Millis;
    sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  };
  readonly sink: RecordingSink;
  /** Version of opsdeck. */
  readonly version: string;
  /** The requested environment. */
  readonly env?: string | undefined;
  readonly shared: boolean;
}

/** Records frames and marks as lines. */
export interface ScreenRecorder {
  /** Takes a painted frame. Returns at once: encoding happens in a later turn, so that no key waits for it. */
  painted(frame: PaintedFrame): void;
  /**
   * Records a change with the next frame, masked by it: only a frame that is drawn after the change knows its names. Changes
   * after the last frame are not recorded.
   */
  mark(mark: RecordedMark): void;
  /** Writes the frame that waits, and the last line. */
  end(): void;
}

/** A record as a line: control characters are escaped, so that the file is harmless in a terminal. */
const lineOf = (record: RecordingHeader | RecordingRecord): string =>
  `${escapeControls(JSON.stringify(record))}\n`;

/** Creates a recorder. The header is written with the first frame, because it has the size of the screen. */
export const createScreenRecorder = (parts: ScreenRecorderParts): ScreenRecorder => {
  const { clock, sink, version, env, shared } = parts;
  const encoder = createFrameEncoder();
  const over = new AbortController();
  let startedAt: Millis | undefined;
  let latest: { readonly at: Millis; readonly frame: PaintedFrame } | undefined;
  /** Changes that no frame has shown yet, and masked ones that wait to be written. */
  let unseen: { readonly at: Millis; readonly mark: RecordedMark }[] = [];
  let ready: typeof unseen = [];
  let isWaiting = false;

  let lastT: Millis = 0;
  /** A frame that had to wait is older than the marks that were written meanwhile. */
  const write = (record: RecordingRecord): void => {
    lastT = Math.max(lastT, record.t);
    sink.write(lineOf({ ...record, t: lastT }));
  };
  const begin = ({ rows, columns, mask }: PaintedFrame, time: Millis): Millis => {
    sink.write(
      lineOf({
        recording: recordingVersion,
        opsdeck: version,
        startedAt: new Date(time + clock.wallOffset()).toISOString(),
        columns,
        rows: rows.length,
        ...(env === undefined ? {} : { env: mask(env) }),
        shared,
      }),
    );
    startedAt = time;
    return time;
  };
  const flush = (): void => {
    if (latest === undefined || sink.isReady?.() === false) return;
    const { at, frame } = latest;
    latest = undefined;
    const began = startedAt ?? begin(frame, at);
    const record = encoder.encode(at - began, frame);
    if (record !== undefined) write(record);
    for (const mark of ready.splice(0)) write({ t: Math.max(0, mark.at - began), mark: mark.mark });
  };
  const flushLate = async (): Promise<void> => {
    await clock.sleep(minGapMs, over.signal);
    isWaiting = false;
    if (over.signal.aborted) return;
    flush();
    // The sink was behind: the newest frame is tried again.
    if (latest !== undefined) wait();
  };
  const wait = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    void flushLate();
  };
  return {
    painted: (frame) => {
      if (over.signal.aborted) return;
      for (const { at, mark } of unseen.splice(0))
        ready.push({ at, mark: { ...mark, what: frame.mask(mark.what), change: frame.mask(mark.change) } });
      latest = { at: clock.now(), frame };
      wait();
    },
    mark: (mark) => {
      if (!over.signal.aborted) unseen.push({ at: clock.now(), mark });
    },
    end: () => {
      if (over.signal.aborted) return;
      flush();
      over.abort();
      [unseen, ready] = [[], []];
      if (startedAt !== undefined) write({ t: clock.now() - startedAt, end: true });
    },
  };
};
