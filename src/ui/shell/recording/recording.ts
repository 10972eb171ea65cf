import type { Millis } from '../../../domain/base/fault.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { FrameRecord, MarkRecord, RecordingHeader } from './format.ts';
import { createRecordParser, parseHeader } from './parse-record.ts';
import { RecordingError } from './recording-error.ts';

/** A recording, as far as it was read. */
export interface Recording {
  readonly header: RecordingHeader;
  /** Wall clock of the start, in ms. */
  readonly startedAt: Millis;
  readonly frames: readonly FrameRecord[];
  readonly marks: readonly MarkRecord[];
  readonly durationMs: Millis;
  /** True: it has its last line. Otherwise it was interrupted, or goes on. */
  readonly isComplete: boolean;
  /** The last line is incomplete, and was ignored. */
  readonly tornLine?: number;
}

/** Reads a recording line by line, as it comes. */
export interface RecordingReader {
  /** Takes a complete line. Throws a RecordingError. */
  push(line: string): void;
  /** The part read so far; undefined before the header. The same object until more is read. */
  now(): Recording | undefined;
}

/** The longest line, in characters: a whole frame of the largest screen. */
const longestRecordingLine = 16 * 1024 * 1024;

const jsonOf = (line: string, number: number): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw new RecordingError(
      number,
      number === 1
        ? 'this file is not a recording of opsdeck'
        : 'this line is not valid JSON, so the recording is damaged: copy the file again',
    );
  }
};

/** Creates a reader. */
export const createRecordingReader = (): RecordingReader => {
  const parser = createRecordParser();
  const frames: FrameRecord[] = [];
  const marks: MarkRecord[] = [];
  let header: RecordingHeader | undefined;
  let durationMs: Millis = 0;
  let isComplete = false;
  let number = 0;
  let made: Recording | undefined;
  const take = (value: unknown): void => {
    if (header === undefined) {
      header = parseHeader(value);
      return;
    }
    const record = parser.parse(value);
    durationMs = record.t;
    if ('mark' in record) marks.push(record);
    else if ('end' in record) isComplete = true;
    else frames.push(record);
  };
  return {
    push: (line) => {
      number += 1;
      const value = jsonOf(line, number);
      try {
        take(value);
      } catch (error) {
        throw new RecordingError(number, errorMessage(error));
      }
      made = undefined;
    },
    now: () => {
      if (header === undefined) return undefined;
      made ??= { header, startedAt: Date.parse(header.startedAt), frames, marks, durationMs, isComplete };
      return made;
    },
  };
};

/**
 * Parses a whole file. An incomplete last line, as a crash leaves it, is ignored and reported. Throws a RecordingError for
 * everything else that is not a recording.
 */
export const parseRecording = (text: string): Recording => {
  const reader = createRecordingReader();
  const end = text.lastIndexOf('\n') + 1;
  let number = 0;
  for (let from = 0; from < end; ) {
    const to = text.indexOf('\n', from);
    number += 1;
    if (to - from > longestRecordingLine)
      throw new RecordingError(number, 'a line of the recording is longer than opsdeck reads');
    reader.push(text.slice(from, to));
    from = to + 1;
  }
  const recording = reader.now();
  if (recording === undefined) throw new RecordingError(1, 'this file is not a recording of opsdeck');
  if (recording.frames.length === 0)
    throw new RecordingError(number + 1, 'the recording ends before the first frame');
  return end === text.length ? recording : { ...recording, tornLine: number + 1 };
};

/** The part of a recording between two positions; the first frame is that at `from`. */
export interface RecordingCut {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

/** The mark after (or before) a position; undefined if there is none. */
export const nextMark = ({ marks }: Pick<Recording, 'marks'>, t: Millis): MarkRecord | undefined =>
  marks.find((mark) => mark.t > t);
export const previousMark = ({ marks }: Pick<Recording, 'marks'>, t: Millis): MarkRecord | undefined =>
  marks.findLast((mark) => mark.t < t);
