import type { Clock } from '../platform/clock.ts';
import { noMoreThanKept } from '../platform/inside/inside.ts';
import { endIfOrphaned } from '../platform/processes/launcher.ts';
import { loadMachinePrograms } from '../platform/processes/programs.ts';
import { withPolicy } from '../platform/program-policy.ts';
import { partsOfChanges } from '../platform/protocol.ts';
import { openTransport } from '../platform/transport.ts';
import type { ChangeIo, ReadIoOptions } from './io.ts';

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
  const transport = openTransport(clock, { dial });
  const { http } = transport;
  return {
    clock,
    send: (request, signal) => own(() => http.request(request, signal)),
    run: async function* (program, signal) {
      endIfOrphaned();
      if (inside !== undefined) return yield* noMoreThanKept(inside(program, signal));
      const { streamProgram } = await import('../platform/processes/stream-program.ts');
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
    socket: (request, signal) => own(() => transport.webSocket(request, signal)),
    put: async (path, text, signal) => {
      const { putFile } = await import('../platform/files/put-file.ts');
      return own(() => putFile(path, text, signal));
    },
    draft: async (path, isPacked, signal) => {
      const { openDraft } = await import('../platform/files/draft.ts');
      return own(() => openDraft(path, isPacked, signal));
    },
    call: async (protocol, target, request, signal) => {
      const exchange = await partsOfChanges(protocol).load();
      return own(() => exchange(transport, target, request, signal));
    },
    close: http.close,
  };
};
