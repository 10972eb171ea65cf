import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import { createFileSaver, type FileSaver, type ProgramOutcome, verifyInputFile } from './exec-files.ts';
import { abortInputGraceMs, feedStdin, type StdinFeed, type StdinPipe, stdinOutcome } from './exec-input.ts';
import { completionPattern, type ExecFileParams } from './exec-params.ts';

/** The local file of one run of a program elsewhere: its output is saved to it, or it is sent to its stdin. */
interface ExecFileRun {
  /** Ends the connection. It outlives the stop until the last input has been sent. */
  readonly cut: AbortSignal;
  /** Checks the input file, or creates the output file, and passes on the stop from then on. Throws WireError. */
  prepare(): AsyncGenerator<ActEvent, void, undefined>;
  /** Receives standard output, where it is saved. */
  take(): FileSaver['take'] | undefined;
  /** Sends the input file, where there is one. */
  feed(pipe: StdinPipe): void;
  /** Bytes copied so far; undefined without a file. */
  copied(): number | undefined;
  /** The outcome of a program with this exit status. */
  outcomeOf(code: number | undefined): Promise<ProgramOutcome>;
  /** Ends the input, and removes an incomplete output file. */
  close(): Promise<void>;
}

interface ExecFileRunParts {
  readonly params: ExecFileParams;
  /** Path of the local file; '' without one. */
  readonly file: string;
  readonly disk: ReadIo['disk'];
  readonly change: Pick<ChangeIo, 'draft' | 'clock'>;
  /** The signal of the run, or its timeout. */
  readonly stop: AbortSignal;
  /** Reads the SHA-256 of the copied file on the other side. Absent: no comparison. */
  readonly remoteSum?: (() => Promise<string>) | undefined;
}

/** Opens the file of a run. Nothing is read or written before `prepare`. */
export const openExecFileRun = ({
  params,
  file,
  disk,
  change,
  stop,
  remoteSum,
}: ExecFileRunParts): ExecFileRun => {
  const cut = new AbortController();
  const pattern = completionPattern(params);
  let saved: FileSaver | undefined;
  let feeding: StdinFeed | undefined;
  const breakOff = (why: unknown): void => {
    if (feeding === undefined) {
      cut.abort(why);
      return;
    }
    const fed = feeding.abort(params.abort);
    void Promise.race([fed, change.clock.sleep(abortInputGraceMs)]).then(() => cut.abort(why));
  };
  const stopped = (): void => breakOff(stop.reason);
  return {
    cut: cut.signal,
    prepare: async function* () {
      if (params.feed !== undefined)
        yield { is: 'output', text: await verifyInputFile(disk, file, pattern, stop) };
      if (params.save !== undefined) {
        const draft = await change.draft(file, params.gzip === true, stop);
        saved = createFileSaver(draft, pattern, remoteSum);
      }
      stop.addEventListener('abort', stopped, { once: true });
      if (stop.aborted) stopped();
    },
    take: () => saved?.take,
    feed: (pipe) => {
      if (params.feed !== undefined) feeding = feedStdin(pipe, disk.bytes(file, stop), breakOff);
    },
    copied: () => (saved ?? feeding)?.size(),
    outcomeOf: async (code) => {
      if (saved !== undefined) return saved.finish(code === 0);
      return feeding === undefined ? { ok: code === 0, words: '' } : stdinOutcome(feeding, code === 0);
    },
    close: async () => {
      stop.removeEventListener('abort', stopped);
      await feeding?.abort();
      await saved?.leave();
    },
  };
};
