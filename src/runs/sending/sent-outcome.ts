import { ChangeError } from '../../platform/fault.ts';
import type { Draft } from '../../platform/files/file-shapes.ts';
import type { HttpStream, WebSocketWire } from '../../platform/network/stream.ts';
import { wireError } from '../../platform/wire-error.ts';

/** One call that has left, and what is known of its outcome so far. */
export interface SentCall {
  readonly line: string;
  outcome: string;
  /** True: it was refused, or failed before it left, so that nothing was done. */
  isUndone?: boolean;
  /** True: nothing of it has left. */
  isUnsent?: boolean;
}

/** True: the failure says that nothing of the call has left. */
export const isUnsent = (error: unknown): boolean => wireError(error)?.isUnsent === true;

/** True: the failure itself says that the call has done nothing. */
export const isUndoneBy = (error: unknown): boolean =>
  isUnsent(error) || (error instanceof ChangeError && error.outcome === 'nothing');

/** What a failure says of the call. `isAnswer`: it is the server's own word on what became of the request. */
export const failedWords = (error: unknown, isAnswer = false): string => {
  const words = wireError(error)?.message ?? String(error);
  if (error instanceof ChangeError) return error.outcome === 'unknown' ? `outcome unknown: ${words}` : words;
  return isAnswer ? words : `no answer, outcome unknown: ${words}`;
};

/** An answer that comes bit by bit: only one that came to its end tells how the call ended. */
export const watchedStream = (call: SentCall, answer: HttpStream): HttpStream => {
  const whole = String(answer.status);
  call.outcome = `${whole}, its answer came in part, outcome unknown`;
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* answer.chunks;
    call.outcome = whole;
  };
  return {
    ...answer,
    chunks: chunks(),
    text: async (maxBytes) => {
      const text = await answer.text(maxBytes);
      call.outcome = whole;
      return text;
    },
  };
};

/** A connection that whoever asked for it, or the other side, has closed in order; else it was cut off. */
export const watchedSocket = (call: SentCall, wire: WebSocketWire, signal: AbortSignal): WebSocketWire => {
  const cut = 'connected, then cut off, outcome unknown';
  call.outcome = 'connected';
  let isOver = false;
  signal.addEventListener('abort', () => {
    if (!isOver) call.outcome = cut;
  });
  const messages = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* wire.messages;
      isOver = true;
    } catch (error) {
      call.outcome = cut;
      throw error;
    }
  };
  return {
    protocol: wire.protocol,
    messages: messages(),
    send: (bytes) => wire.send(bytes),
    close: () => {
      isOver = true;
      wire.close();
    },
  };
};

/** A file that is written bit by bit: kept as a whole, or not at all. */
export const watchedDraft = (call: SentCall, draft: Draft): Draft => {
  call.outcome = 'begun';
  return {
    write: (bytes) => draft.write(bytes),
    keep: async () => {
      const kept = await draft.keep();
      call.outcome = `${kept.sizeBytes} bytes`;
      return kept;
    },
    drop: async () => {
      await draft.drop();
      call.outcome = 'nothing of it is left';
    },
  };
};
