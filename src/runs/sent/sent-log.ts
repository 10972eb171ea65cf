import { defined } from '../../domain/base/defined.ts';
import { formatArgv } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { AtomicFileWriter } from '../../platform/files/file-interfaces.ts';
import type { ByteWire, HttpStream, WebSocketWire } from '../../platform/network/http-messages.ts';
import { ChangeError } from '../../platform/network/to-fault.ts';
import type { ProgramEnd, ProgramEvent } from '../../platform/processes/program.ts';
import { partsOfChanges } from '../../platform/protocol.ts';
import { toWireError } from '../../platform/runtime/wire-error.ts';

/** One request that was sent, with its outcome so far. */
interface SentCall {
  readonly line: string;
  outcome: string;
  /** True: the request was refused, or failed before it was sent. It had no effect. */
  isUndone?: boolean;
  /** True: no part of it was sent. */
  isUnsent?: boolean;
}

/** Returns whether the error says that no part of the request was sent. */
const isUnsent = (error: unknown): boolean => toWireError(error)?.isUnsent === true;

/** Returns whether the error itself says that the request had no effect. */
const isUndoneBy = (error: unknown): boolean =>
  isUnsent(error) || (error instanceof ChangeError && error.outcome === 'nothing');

/**
 * The outcome text of a failed request. `isAnswer`: the error is the server's own report of what became of the request.
 */
const failedWords = (error: unknown, isAnswer = false): string => {
  const words = toWireError(error)?.message ?? String(error);
  if (error instanceof ChangeError)
    return error.outcome === 'unknown' ? `the outcome is unknown: ${words}` : words;
  return isAnswer ? words : `no answer, so the outcome is unknown: ${words}`;
};

/** Wraps a streamed response: the outcome is known only after the stream ended normally. */
const watchedStream = (call: SentCall, answer: HttpStream): HttpStream => {
  const status = String(answer.status);
  call.outcome = `${status}, but the response is incomplete, so the outcome is unknown`;
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* answer.chunks;
    call.outcome = status;
  };
  return {
    ...answer,
    chunks: chunks(),
    text: async (maxBytes) => {
      const text = await answer.text(maxBytes);
      call.outcome = status;
      return text;
    },
  };
};

/** Watches a connection: a close by either side in order counts as complete; anything else was a disconnect. */
const watchedConnection = (
  call: SentCall,
  received: AsyncIterable<Uint8Array>,
  close: () => void,
  signal: AbortSignal,
): { readonly received: AsyncIterable<Uint8Array>; readonly close: () => void } => {
  const cut = 'the connection was lost before an answer, so the outcome is unknown';
  call.outcome = 'connected';
  let isOver = false;
  signal.addEventListener('abort', () => {
    if (!isOver) call.outcome = cut;
  });
  const watched = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* received;
      isOver = true;
    } catch (error) {
      call.outcome = cut;
      throw error;
    }
  };
  return {
    received: watched(),
    close: () => {
      isOver = true;
      close();
    },
  };
};

const watchedSocket = (call: SentCall, wire: WebSocketWire, signal: AbortSignal): WebSocketWire => {
  const { received, close } = watchedConnection(call, wire.messages, () => wire.close(), signal);
  return { protocol: wire.protocol, messages: received, send: (bytes) => wire.send(bytes), close };
};

const watchedWire = (call: SentCall, wire: ByteWire, signal: AbortSignal): ByteWire => {
  const { received, close } = watchedConnection(call, wire.chunks, () => wire.close(), signal);
  return { chunks: received, send: (bytes) => wire.send(bytes), end: () => wire.end(), close };
};

/** Wraps an atomic file write: the file is kept whole or discarded. */
const watchedDraft = (call: SentCall, draft: AtomicFileWriter): AtomicFileWriter => {
  call.outcome = 'begun';
  return {
    write: (bytes) => draft.write(bytes),
    commit: async () => {
      const kept = await draft.commit();
      call.outcome = `${kept.sizeBytes} bytes`;
      return kept;
    },
    abort: async () => {
      await draft.abort();
      call.outcome = 'discarded';
    },
  };
};

/** Log of the requests that a run sent, as text, in the order in which they were sent. */
export interface SentLog {
  /** Returns a changing io that records every request it passes on, whatever the operation reports. */
  watching(change: ChangeIo): ChangeIo;
  /** Number of requests started, including those that failed before they were sent. */
  count(): number;
  /**
   * Every request sent since index `first` (default 0) with its outcome: 'POST http://… → 200', or the error instead of
   * a response.
   */
  lines(first?: number): readonly string[];
  /**
   * True when every request since index `first` was answered with 401: the response itself says that it had no effect.
   */
  deniedFrom(first: number): boolean;
  /** True when every request since index `first` was refused or failed before it was sent: there is nothing to undo. */
  undoneFrom(first: number): boolean;
}

/** Status codes of a request that was not processed (RFC 9110, section 15.5). 408, 409, 425 and 429 leave that open. */
const refusals = new Set([400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 421, 422, 431].map(String));

const changedNothing = ({ outcome, isUndone }: SentCall): boolean =>
  isUndone === true || refusals.has(outcome);

/** Records the opening of a port-forward; its connections are not recorded. */
const forwardOf = (
  { forward }: ChangeIo,
  watched: <T>(line: string, send: () => Promise<T>, words: (answer: T) => string) => Promise<T>,
): Pick<ChangeIo, 'forward'> =>
  forward === undefined
    ? {}
    : {
        forward: (request, signal) =>
          watched(
            `forward 127.0.0.1:${request.localPort} to port ${request.to.port} of pod ${request.to.pod}`,
            () => forward(request, signal),
            ({ localPort }) => `open on 127.0.0.1:${localPort}`,
          ),
      };

/** Records the start of a console and its exit; what is typed in it is not sent by opsdeck. */
const consoleOf = (
  { openConsole }: ChangeIo,
  watched: <T>(line: string, send: () => Promise<T>, words: (answer: T) => string) => Promise<T>,
): Pick<ChangeIo, 'openConsole'> =>
  openConsole === undefined
    ? {}
    : {
        openConsole: (request, signal) =>
          watched(request.typed, () => openConsole(request, signal), endWords),
      };

/** Records the end of a program. */
async function* watchedRun(
  call: SentCall,
  start: () => ReturnType<ChangeIo['run']>,
): AsyncGenerator<ProgramEvent, void, undefined> {
  try {
    for await (const event of start()) {
      if (event.is === 'ended') call.outcome = endWords(event.end);
      yield event;
    }
  } catch (error) {
    call.outcome = `the call did not finish, so the outcome is unknown: ${toWireError(error)?.message ?? String(error)}`;
    call.isUndone = isUnsent(error);
    call.isUnsent = call.isUndone;
    throw error;
  }
}

export const createSentLog = (): SentLog => {
  const calls: SentCall[] = [];
  const record = (line: string): SentCall => {
    const call: SentCall = { line, outcome: 'no response yet, so the outcome is unknown' };
    calls.push(call);
    return call;
  };
  const answered = async <T>(
    call: SentCall,
    send: () => Promise<T>,
    isAnswer?: (error: unknown) => boolean,
  ): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      call.outcome = failedWords(error, isAnswer?.(error));
      call.isUndone = isUndoneBy(error);
      call.isUnsent = isUnsent(error);
      throw error;
    }
  };
  /** Records a request before it is sent, then its outcome. */
  const watched = async <T>(
    line: string,
    send: () => Promise<T>,
    words: (answer: T) => string,
    isAnswer?: (error: unknown) => boolean,
  ): Promise<T> => {
    const call = record(line);
    const answer = await answered(call, send, isAnswer);
    call.outcome = words(answer);
    return answer;
  };
  const status = (answer: { readonly status: number }): string => String(answer.status);
  return {
    watching: (change) => ({
      clock: change.clock,
      send: (request, signal) =>
        watched(
          request.typed ?? `${request.method} ${request.url}`,
          () => change.send(request, signal),
          status,
        ),
      stream: async (request, signal) => {
        const call = record(request.typed ?? `${request.method} ${request.url}`);
        return watchedStream(call, await answered(call, () => change.stream(request, signal)));
      },
      upgrade: async (request, signal) => {
        const call = record(request.typed ?? `${request.method} ${request.url}`);
        const answer = await answered(call, () => change.upgrade(request, signal));
        call.outcome = status(answer);
        return answer.wire === undefined
          ? answer
          : { ...answer, wire: watchedWire(call, answer.wire, signal) };
      },
      socket: async (request, signal) => {
        const call = record(request.typed ?? `GET ${request.url}`);
        return watchedSocket(call, await answered(call, () => change.socket(request, signal)), signal);
      },
      put: (path, text, signal) =>
        watched(
          `write ${path}`,
          () => change.put(path, text, signal),
          () => 'written',
        ),
      draft: async (path, isPacked, signal) => {
        const call = record(`write ${path}`);
        const draft = await answered(call, () => change.draft(path, isPacked, signal));
        return watchedDraft(call, draft);
      },
      // The shell's own request is recorded; the terminal sends nothing.
      ...defined({ interact: change.interact }),
      ...consoleOf(change, watched),
      ...forwardOf(change, watched),
      call: (protocol, target, request, signal) => {
        const { line, outcome, isAnswer } = partsOfChanges(protocol);
        const send = () => change.call(protocol, target, request, signal);
        return watched(line(request), send, outcome, isAnswer);
      },
      // Recorded when it starts: a program that nothing reads is not started.
      run: async function* (program, signal) {
        const call = record(program.typed ?? formatArgv(program.argv));
        yield* watchedRun(call, () => change.run(program, signal));
      },
    }),
    deniedFrom: (first) => calls.slice(first).every(({ outcome }) => outcome === '401'),
    undoneFrom: (first) => calls.slice(first).every(changedNothing),
    count: () => calls.length,
    lines: (first = 0) =>
      calls
        .slice(first)
        .filter((call) => call.isUnsent !== true)
        .map(({ line, outcome }) => `${line} → ${outcome}`),
  };
};

const endWords = ({
  status,
  signal,
  trouble,
}: Pick<ProgramEnd, 'status' | 'signal'> & { readonly trouble?: string }): string => {
  if (trouble !== undefined) return trouble;
  return status === undefined ? `terminated by ${signal ?? 'a signal'}` : `exit status ${status}`;
};
