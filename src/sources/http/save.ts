import { bytes } from '../../domain/format.ts';
import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { statusText } from '../../platform/network/status.ts';
import { clipped } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import type { Endpoint } from '../endpoint.ts';

/** A GET whose answer becomes a file of this machine, as it comes. */
export interface Saving {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file: string;
}

/** Saves an answer of 200 as a whole; of any other nothing is kept. Throws WireError. */
export const savedAnswer = async function* (
  endpoint: Endpoint,
  { path, headers, file }: Saving,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const line = endpoint.line('GET', path);
  const answer = await endpoint.stream(change, { path, ...(headers && { headers }) }, signal);
  const status = statusText(answer.status);
  yield { is: 'found', found: { status: answer.status } };
  if (answer.status !== 200) {
    const text = await answer.text();
    if (text !== '') yield { is: 'output', text: masker.mask(clipped(text, 2000)) };
    yield { is: 'answered', line, status: `answered ${status}, expected 200: nothing is saved`, ok: false };
    return;
  }
  const draft = await change.draft(file, false, signal);
  let isKept = false;
  try {
    for await (const piece of answer.chunks) await draft.write(piece);
    const { sizeBytes, sha256 } = await draft.keep();
    isKept = true;
    yield {
      is: 'answered',
      line,
      status: `${status}; ${file}: ${bytes(sizeBytes)}, sha256 ${sha256}`,
      ok: true,
    };
  } finally {
    if (!isKept) await draft.drop();
  }
};
