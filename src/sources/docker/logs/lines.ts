import { LineCutter } from '../../../logs/reading/line-cutter.ts';
import type { Frame } from './frames.ts';

/** How a piece of a log begins when it is asked for with timestamps. Source: moby, jsonmessage.RFC3339NanoFixed. */
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
  const cutters = { stdout: new LineCutter(), stderr: new LineCutter() };
  for await (const { from, payload } of frames) {
    const cutter = cutters[from];
    const goesOn = stamped && cutter.isOpen && isStamp(payload.subarray(0, stampBytes));
    for (const line of cutter.push(goesOn ? payload.subarray(stampBytes) : payload)) yield line;
  }
  yield* cutters.stdout.end();
  yield* cutters.stderr.end();
}

const pieceBytes = 16 * 1024;
/** A character that two pieces tore apart has become several that stand for what is none. */
const tornBytes = 8;
const anyStamp = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z )/;

/**
 * A line of a terminal's log with the times taken out that the daemon puts in front of every 16 KiB piece of it. Nothing
 * says where a piece begins: what looks like a time so far behind the one before is one.
 */
export const withoutInnerStamps = (line: string): string => {
  if (line.length <= stampBytes + pieceBytes / 4) return line;
  const [head = '', first = '', ...rest] = line.split(anyStamp);
  if (head !== '') return line;
  const kept: string[] = [first];
  let piece = 0;
  for (const [index, part] of rest.entries()) {
    const isStamp = index % 2 === 1;
    if (isStamp && piece >= pieceBytes && piece <= pieceBytes + tornBytes) {
      piece = 0;
      continue;
    }
    kept.push(part);
    piece += Buffer.byteLength(part);
  }
  return kept.join('');
};
