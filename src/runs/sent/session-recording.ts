import type { SessionRecording } from '../../domain/runs/run.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { ConsoleRequest } from '../../doors/console.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { RecordingFile } from '../../platform/files/recording-file.ts';
import type { InteractiveTerminal } from '../../platform/terminal/interactive-terminal.ts';
import { type CastSize, castEvent, castHeader, createOutputMasker } from './session-cast.ts';

/** The dependencies of recordings. */
export interface RecordingParts {
  /** Creates a file of this name. Rejects with the reason when it cannot be written. */
  open(name: string): Promise<RecordingFile>;
  mask(text: string): string;
}

/** A recording in progress. It takes output at once, and writes it when its file is open. */
interface ActiveRecording {
  sized(size: CastSize): void;
  output(bytes: Uint8Array | string): void;
  /** Writes the rest. `unread`: why there was no output to read, so that nothing is kept. Never rejects. */
  end(unread?: string): Promise<SessionRecording>;
}

const startRecording = (
  { open, mask }: RecordingParts,
  name: string,
  title: string,
  clock: ChangeIo['clock'],
): ActiveRecording => {
  const opening = open(name);
  opening.catch(() => {});
  const startedAt = clock.now();
  const decoder = new TextDecoder();
  const masker = createOutputMasker(mask);
  let hasHeader = false;
  let written: Promise<unknown> = opening.catch(() => {});
  const write = (line: string): void => {
    written = written.then(async () => (await opening).write(`${line}\n`)).catch(() => {});
  };
  const event = (code: 'o' | 'r', data: string): void => {
    if (data !== '') write(castEvent(clock.now() - startedAt, code, data));
  };
  return {
    sized: (size) => {
      if (hasHeader) return event('r', `${size.columns}x${size.rows}`);
      hasHeader = true;
      write(castHeader(size, startedAt + clock.wallOffset(), mask(title)));
    },
    output: (bytes) =>
      event('o', masker.add(typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true }))),
    end: async (unread) => {
      try {
        const file = await opening;
        if (unread === undefined && hasHeader) event('o', masker.add(decoder.decode()) + masker.end());
        if (unread !== undefined || !hasHeader) {
          await written;
          await file.discard();
          return {
            problem: unread ?? 'the screen was not recorded, because another program had the terminal',
          };
        }
        await written;
        await file.close();
        return { file: file.path };
      } catch (error) {
        return { problem: errorMessage(error) };
      }
    },
  };
};

/** The recordings of the terminal sessions of a run. */
export interface SessionRecorder {
  /** Returns a changing io whose shells and consoles are recorded. `title`: that of the step, for the recording. */
  watching(change: ChangeIo, title: string): ChangeIo;
  /** The recorded parts, in order. */
  list(): readonly SessionRecording[];
}

/** A terminal whose output is recorded too. */
const recordedTerminal = (terminal: InteractiveTerminal, recording: ActiveRecording): InteractiveTerminal => {
  recording.sized(terminal.size());
  terminal.onResize(() => recording.sized(terminal.size()));
  return {
    ...terminal,
    write: (bytes) => {
      recording.output(bytes);
      terminal.write(bytes);
    },
  };
};

/**
 * Creates the recorder of a run. Only what is shown is recorded, not what is typed, so a password that a program asks for
 * without echo is in no recording. A session that cannot be recorded goes on; the record of the run says why.
 */
export const createSessionRecorder = (parts: RecordingParts | undefined, run: string): SessionRecorder => {
  const kept: SessionRecording[] = [];
  let sessions = 0;
  return {
    list: () => kept,
    watching: (change, title) => {
      const { interact, openConsole, clock } = change;
      if (parts === undefined) return change;
      const start = (): ActiveRecording => {
        sessions += 1;
        return startRecording(parts, `${run}-${sessions}.cast`, title, clock);
      };
      return {
        ...change,
        ...(interact === undefined
          ? {}
          : {
              interact: async (use) => {
                const recording = start();
                try {
                  return await interact((terminal) => use(recordedTerminal(terminal, recording)));
                } finally {
                  kept.push(await recording.end());
                }
              },
            }),
        ...(openConsole === undefined
          ? {}
          : {
              openConsole: async (request: ConsoleRequest, signal: AbortSignal) => {
                const recording = start();
                let unread: string | undefined;
                try {
                  const seen = (bytes: Uint8Array): void => {
                    recording.output(bytes);
                    request.seen?.(bytes);
                  };
                  const result = await openConsole({ ...request, seen, sized: recording.sized }, signal);
                  unread = result.unread;
                  return result;
                } finally {
                  kept.push(await recording.end(unread));
                }
              },
            }),
      };
    },
  };
};
