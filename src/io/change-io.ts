import type { Dial } from './dial.ts';
import { openHttp } from './http.ts';
import { noMoreThanKept, type RunInside } from './inside.ts';
import type { ChangeIo, Clock } from './io.ts';
import { once } from './once.ts';

/**
 * The changing door: any method, redirects followed by none but GET and HEAD; programs; clients that change. `dial`
 * opens its connections, `inside` runs its programs. `close` ends them.
 */
export const openChangeIo = (
  clock: Clock,
  dial?: Dial,
  inside?: RunInside,
): ChangeIo & { close(): Promise<void> } => {
  const http = openHttp(clock, dial);
  let usedPostgres = false;
  const postgres = once(async () => {
    usedPostgres = true;
    return (await import('./postgres.ts')).openPostgres(clock, dial);
  });
  return {
    clock,
    send: (request, signal) => http.request(request, signal),
    run: async function* (program, signal) {
      if (inside !== undefined) return yield* noMoreThanKept(inside(program, signal));
      const { streamProgram } = await import('./stream-program.ts');
      yield* streamProgram(program, { clock, leftovers: 'keep', passOn: 'enough' }, signal);
    },
    stream: (request, signal) => http.stream(request, signal),
    socket: async (request, signal) => (await import('./web-socket.ts')).openWebSocket(request, signal, dial),
    put: async (path, text, signal) => (await import('./put-file.ts')).putFile(path, text, signal),
    draft: async (path, isPacked, signal) => (await import('./draft.ts')).openDraft(path, isPacked, signal),
    sql: async (target, change, signal) => (await postgres()).change(target, change, signal),
    kafka: async (target, change, signal) =>
      (await import('./kafka-change.ts')).changeKafka(target, clock, change, signal, dial),
    close: async () => {
      await http.close();
      if (usedPostgres) await (await postgres()).close();
    },
  };
};
