import { openHttp } from './http.ts';
import type { ChangeIo, Clock } from './io.ts';

/**
 * The changing door: any method, redirects followed by none but GET and HEAD; and programs. `close` ends its connections.
 */
export const openChangeIo = (clock: Clock): ChangeIo & { close(): Promise<void> } => {
  const http = openHttp(clock);
  return {
    clock,
    send: (request, signal) => http.request(request, signal),
    run: async function* (program, signal) {
      const { streamProgram } = await import('./stream-program.ts');
      yield* streamProgram(program, clock, signal);
    },
    close: () => http.close(),
  };
};
