import { stripControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../processes/program.ts';
import { type Capture, capture, lineCutter } from '../processes/program-output.ts';

/** What comes of a program that runs elsewhere: pieces of its outputs, and its exit status at last. */
export type Heard =
  | { readonly is: 'out' | 'err'; readonly bytes: Uint8Array }
  | { readonly is: 'ended'; readonly status: number };

const mebibyte = 1024 * 1024;

/**
 * The events of a program, from what is heard of it. One that says twice of what is kept is left: its end has neither a
 * status nor a signal then. Gives no end when none is heard.
 */
export async function* insideEvents(
  heard: AsyncIterable<Heard>,
  { maxBytes = mebibyte, keepsBytes }: Program,
  now: () => Millis,
): AsyncGenerator<ProgramEvent, void, undefined> {
  const began = now();
  const [out, err] = [capture(maxBytes), capture(maxBytes)];
  const waiting: string[] = [];
  const cutters = {
    out: lineCutter((line) => waiting.push(line)),
    err: lineCutter((line) => waiting.push(line)),
  };
  const lines = function* (): Generator<ProgramEvent> {
    for (const text of waiting.splice(0)) yield { is: 'line', text };
  };
  const end = (status?: number): ProgramEvent => ({
    is: 'ended',
    end: {
      ...(status === undefined ? {} : { status }),
      ...saidOf(out, err, keepsBytes === true),
      latencyMs: now() - began,
    },
  });
  for await (const one of heard) {
    if (one.is === 'ended') {
      cutters.out.end();
      cutters.err.end();
      yield* lines();
      yield end(one.status);
      return;
    }
    const bytes = Buffer.from(one.bytes);
    (one.is === 'out' ? out : err).push(bytes);
    cutters[one.is].push(bytes);
    yield* lines();
    if (Math.max(out.size(), err.size()) > 2 * maxBytes) {
      yield end();
      return;
    }
  }
}

const saidOf = (
  out: Capture,
  err: Capture,
  keepsBytes: boolean,
): Pick<ProgramEnd, 'out' | 'err' | 'raw' | 'bytes' | 'cut'> => {
  const raw = out.raw();
  return {
    raw,
    out: stripControls(raw),
    err: stripControls(err.raw()),
    cut: out.cut() || err.cut(),
    ...(keepsBytes ? { bytes: out.bytes() } : {}),
  };
};
