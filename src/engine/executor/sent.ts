import { argvLine } from '../../domain/argv.ts';
import type { ChangeIo, ProgramEnd } from '../../io/io.ts';
import { wireError } from '../../io/wire-error.ts';

/** What has left this process in a run, in words, in the order in which it left. */
export interface Sent {
  /** The same door, noting every call that goes through it, whatever the operation says of it. */
  watching(change: ChangeIo): ChangeIo;
  /** 'POST http://… → 200', or what came instead of an answer. */
  lines(): readonly string[];
}

export const createSent = (): Sent => {
  const calls: { readonly line: string; outcome: string }[] = [];
  const noted = (line: string): { outcome: string } => {
    const call = { line, outcome: 'not answered yet, outcome unknown' };
    calls.push(call);
    return call;
  };
  return {
    watching: (change) => ({
      clock: change.clock,
      send: async (request, signal) => {
        const call = noted(`${request.method} ${request.url}`);
        try {
          const answer = await change.send(request, signal);
          call.outcome = String(answer.status);
          return answer;
        } catch (error) {
          call.outcome = `no answer, outcome unknown: ${wireError(error)?.message ?? String(error)}`;
          throw error;
        }
      },
      run: async function* (program, signal) {
        const call = noted(argvLine(program.argv));
        try {
          for await (const event of change.run(program, signal)) {
            if (event.is === 'ended') call.outcome = endWords(event.end);
            yield event;
          }
        } catch (error) {
          call.outcome = `did not run to its end, outcome unknown: ${wireError(error)?.message ?? String(error)}`;
          throw error;
        }
      },
    }),
    lines: () => calls.map(({ line, outcome }) => `${line} → ${outcome}`),
  };
};

const endWords = ({ status, signal }: ProgramEnd): string =>
  status === undefined ? `ended by ${signal ?? 'a signal'}` : `status ${status}`;
