import { escapeControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
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
  let early: RecordedMark[] = [];
  let isWaiting = false;

  let lastT: Millis = 0;
  /** A frame that had to wait is older than the marks that were written meanwhile. */
  const write = (record: RecordingRecord): void => {
    lastT = Math.max(lastT, record.t);
    sink.write(lineOf({ ...record, t: lastT }));
  };
  const begin = ({ rows, columns, mask }: PaintedFrame, at: Millis): Millis => {
    sink.write(
      lineOf({
        recording: recordingVersion,
        opsdeck: version,
        startedAt: new Date(at + clock.wallOffset()).toISOString(),
        columns,
        rows: rows.length,
        ...(env === undefined ? {} : { env: mask(env) }),
        shared,
      }),
    );
    startedAt = at;
    return at;
  };
  const flush = (): void => {
    if (latest === undefined || sink.isReady?.() === false) return;
    const { at, frame } = latest;
    latest = undefined;
    const began = startedAt ?? begin(frame, at);
    const record = encoder.encode(at - began, frame);
    if (record !== undefined) write(record);
    for (const mark of early.splice(0)) write({ t: at - began, mark });
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
      latest = { at: clock.now(), frame };
      wait();
    },
    mark: (mark) => {
      if (over.signal.aborted) return;
      // The frame that shows the change comes first, so that the times never go back.
      flush();
      if (startedAt === undefined) early.push(mark);
      else write({ t: clock.now() - startedAt, mark });
    },
    end: () => {
      if (over.signal.aborted) return;
      flush();
      over.abort();
      early = [];
      if (startedAt !== undefined) write({ t: clock.now() - startedAt, end: true });
    },
  };
};
