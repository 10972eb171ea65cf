import type { Frame } from './frames.ts';

/** Of a longer line the rest is cut off: nobody reads it, and a runaway line must not fill the memory. */
const longestLine = 64 * 1024;
const cutMark = '… (the line is longer)';

/** Cuts the bytes of one output into lines. */
interface Cutter {
  /** True within a line: what comes next goes on with it. */
  readonly isOpen: boolean;
  push(text: Uint8Array): readonly string[];
  /** What was not ended by a line break. */
  end(): readonly string[];
}

const createCutter = (): Cutter => {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  const shown = (line: string): string => {
    const whole = line.length > longestLine || isCut ? `${line.slice(0, longestLine)}${cutMark}` : line;
    isCut = false;
    return whole;
  };
  const take = (text: string): readonly string[] => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    const lines = parts.map(shown);
    isCut ||= rest.length > longestLine;
    rest = rest.slice(0, longestLine);
    return lines;
  };
  return {
    get isOpen() {
      return rest !== '';
    },
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end: () => {
      const lines = take(decoder.decode());
      return rest === '' ? lines : [...lines, shown(rest)];
    },
  };
};

/** The text lines of a stream of bytes, without their ends; the last one too when nothing ends it. UTF-8, U+FFFD for what is none. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const cutter = createCutter();
  for await (const chunk of chunks) yield* cutter.push(chunk);
  yield* cutter.end();
}

/** How a line of a log begins when it is asked for with timestamps. Source: moby, jsonmessage.RFC3339NanoFixed. */
const stampBytes = '2006-01-02T15:04:05.000000000Z '.length;
const isStamp = (bytes: Uint8Array): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/.test(Buffer.from(bytes).toString('latin1'));

/**
 * The lines of two outputs, each in the order of its end: a line of one is not torn by what the other says meanwhile.
 * `stamped`: every frame begins with a time; the log's 16 KiB pieces of one long line are put together again.
 */
export async function* linesOfFrames(
  frames: AsyncIterable<Frame>,
  { stamped }: { readonly stamped: boolean },
): AsyncGenerator<string, void, undefined> {
  const cutters = { stdout: createCutter(), stderr: createCutter() };
  for await (const { from, payload } of frames) {
    const cutter = cutters[from];
    const goesOn = stamped && cutter.isOpen && isStamp(payload.subarray(0, stampBytes));
    yield* cutter.push(goesOn ? payload.subarray(stampBytes) : payload);
  }
  yield* cutters.stdout.end();
  yield* cutters.stderr.end();
}
