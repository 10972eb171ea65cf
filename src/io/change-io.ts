import { openHttp } from './http.ts';
import { noMoreThanKept } from './inside.ts';
import type { ChangeIo, Clock } from './io.ts';
import { endIfOrphaned } from './launcher.ts';
import { once } from './once.ts';
import { withPolicy } from './program-policy.ts';
import { loadMachinePrograms } from './programs.ts';
import type { ReadIoOptions } from './read-io.ts';

/** Begins a change, unless the launcher of this process has ended. */
const own = <T>(begin: () => T): T => {
  endIfOrphaned();
  return begin();
};

/**
 * The changing door: any method, redirects followed by none but GET and HEAD; programs; clients that change. `close` ends
 * its connections.
 */
export const openChangeIo = (
  clock: Clock,
  { dial, inside, programs, programPolicy }: ReadIoOptions = {},
): ChangeIo & { close(): Promise<void> } => {
  const http = openHttp(clock, dial);
  let usedPostgres = false;
  const postgres = once(async () => {
    usedPostgres = true;
    return (await import('./postgres.ts')).openPostgres(clock, dial);
  });
  return {
    clock,
    send: (request, signal) => own(() => http.request(request, signal)),
    run: async function* (program, signal) {
      endIfOrphaned();
      if (inside !== undefined) return yield* noMoreThanKept(inside(program, signal));
      const { streamProgram } = await import('./stream-program.ts');
      const found = programs ?? (await loadMachinePrograms());
      const options = {
        clock,
        programs: programPolicy === undefined ? found : withPolicy(found, programPolicy),
        leftovers: 'keep',
        passOn: 'enough',
      } as const;
      yield* streamProgram(program, options, signal);
    },
    stream: (request, signal) => own(() => http.stream(request, signal)),
    socket: async (request, signal) => {
      const { openWebSocket } = await import('./web-socket.ts');
      return own(() => openWebSocket(request, signal, dial));
    },
    put: async (path, text, signal) => {
      const { putFile } = await import('./put-file.ts');
      return own(() => putFile(path, text, signal));
    },
    draft: async (path, isPacked, signal) => {
      const { openDraft } = await import('./draft.ts');
      return own(() => openDraft(path, isPacked, signal));
    },
    sql: async (target, change, signal) => {
      const opened = await postgres();
      return own(() => opened.change(target, change, signal));
    },
    kafka: async (target, change, signal) => {
      const { changeKafka } = await import('./kafka-change.ts');
      return own(() => changeKafka(target, clock, change, signal, dial));
    },
    close: async () => {
      await http.close();
      if (usedPostgres) await (await postgres()).close();
    },
  };
};
