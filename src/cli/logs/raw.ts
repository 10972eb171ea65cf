import { createLevelOf } from '../../logs/following/level-of.ts';
import { createLineScan, type LineScan } from '../../logs/following/line-scan.ts';
import { countLines, passingLines } from '../../logs/following/pipe-files.ts';
import type { HeadOptions } from '../../logs/format/head.ts';
import type { Output } from '../output.ts';
import type { Asides } from './asides.ts';
import type { LogRequest } from './request.ts';
import type { Found } from './streams.ts';

/** Big writes cost a tenth of many small ones. */
const writeBytes = 256 * 1024;

export interface RawParts {
  readonly request: LogRequest;
  readonly head: HeadOptions;
  readonly output: Output;
  readonly asides: Asides;
}

const scanOf = ({ request, head }: RawParts): LineScan => createLineScan(request.filter, createLevelOf(head));

/** True: no line needs its time, its stream or its neighbours, so that lines may be judged in bulk as they stand. */
const isPlainAsk = ({ since, until, tail, follow }: LogRequest): boolean =>
  since === undefined && until === undefined && !follow && (tail === undefined || tail === 'all');

export const canCountRaw = (request: LogRequest): boolean => request.show === 'count' && isPlainAsk(request);

/** Whether it may be, when it turns out to be one file. */
export const mayPrintRaw = (request: LogRequest): boolean =>
  request.show === 'text' &&
  !request.anonymise &&
  isPlainAsk(request) &&
  request.before === 0 &&
  request.after === 0;

/** A terminal gets the last lines only, when nobody says otherwise. */
export const isRaw = ({ tail }: LogRequest, found: Found, isForPerson: boolean): boolean =>
  found.tail.isFile === true && (!isForPerson || tail === 'all');

const from = ({ previous }: LogRequest) => ({
  follow: false,
  lent: true as const,
  ...(previous === undefined ? {} : { previous }),
});

/** How many lines of all of these streams pass, one stream after the other. */
export const countRaw = async (
  parts: RawParts,
  found: readonly Found[],
  signal: AbortSignal,
): Promise<number> => {
  const { asides, request } = parts;
  let count = 0;
  if (found.length === 0 && !asides.hasFaults && !signal.aborted) asides.none(request.of);
  for (const { tail } of found) {
    const aside = { fault: asides.fault, word: (text: string) => asides.word(`${tail.stream}: ${text}`) };
    const filter = { ...request.filter };
    count += await countLines(tail, scanOf(parts), { ...from(request), filter }, aside, signal);
  }
  return count;
};

/** Writes the lines of one file that pass, as they stand there. */
export const printRaw = async (parts: RawParts, { tail }: Found, signal: AbortSignal): Promise<void> => {
  const { asides, request, output } = parts;
  const aside = { fault: asides.fault, word: (text: string) => asides.word(`${tail.stream}: ${text}`) };
  let held: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const all = Buffer.concat(held);
    held = [];
    size = 0;
    if (all.length > 0)
      await output.write(output.sink.masks ? output.sink.lines(all.toString()) : all, signal);
  };
  for await (const pieces of passingLines(tail, scanOf(parts), from(request), aside, signal)) {
    for (const piece of pieces) {
      // A copy: the chunk it is part of may be filled anew.
      const bytes = Buffer.from(piece);
      held.push(bytes);
      size += bytes.length;
      if (size >= writeBytes) await flush();
    }
    if (signal.aborted) return;
  }
  await flush();
};
