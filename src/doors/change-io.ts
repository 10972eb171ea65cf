import { exitIfOrphaned } from '../platform/processes/launcher.ts';
import { loadMachinePrograms } from '../platform/processes/programs.ts';
import { withProgramPolicy } from '../platform/program-policy.ts';
import { partsOfChanges } from '../platform/protocol.ts';
import { limitPassedLines } from '../platform/remote-exec/remote-exec.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { openTransport } from '../platform/transport.ts';
import type { ChangeIo, ReadIoOptions } from './io.ts';

/** Begins a change, unless the launcher of this process has exited. */
const unlessOrphaned = <T>(begin: () => T): T => {
  exitIfOrphaned();
  return begin();
};

/**
 * Opens the io for changes: any HTTP method, programs, and clients that change. Redirects are followed for GET and
 * HEAD only. `close` ends its connections.
 */
export const openChangeIo = (
  clock: Clock,
  { dial, remoteExec: inside, programs, programPolicy, lendTerminal, portForwards }: ReadIoOptions = {},
): ChangeIo & { close(): Promise<void> } => {
  const transport = openTransport(clock, { dial });
  const { http } = transport;
  return {
    clock,
    send: (request, signal) => unlessOrphaned(() => http.request(request, signal)),
    run: async function* (program, signal) {
      exitIfOrphaned();
      if (inside !== undefined) return yield* limitPassedLines(inside(program, signal));
      const { streamProgram } = await import('../platform/processes/stream-program.ts');
      const loadedPrograms = programs ?? (await loadMachinePrograms());
      const options = {
        clock,
        programs:
          programPolicy === undefined ? loadedPrograms : withProgramPolicy(loadedPrograms, programPolicy),
        leftovers: 'keep',
        passOn: 'enough',
      } as const;
      yield* streamProgram(program, options, signal);
    },
    stream: (request, signal) => unlessOrphaned(() => http.stream(request, signal)),
    upgrade: (request, signal) => unlessOrphaned(() => http.upgrade(request, signal)),
    socket: (request, signal) => unlessOrphaned(() => transport.webSocket(request, signal)),
    put: async (path, text, signal) => {
      const { replaceFile } = await import('../platform/files/put-file.ts');
      return unlessOrphaned(() => replaceFile(path, text, signal));
    },
    draft: async (path, isPacked, signal) => {
      const { openAtomicFile } = await import('../platform/files/atomic-file.ts');
      return unlessOrphaned(() => openAtomicFile(path, isPacked, signal));
    },
    call: async (protocol, target, request, signal) => {
      const exchange = await partsOfChanges(protocol).load();
      return unlessOrphaned(() => exchange(transport, target, request, signal));
    },
    ...(lendTerminal === undefined
      ? {}
      : {
          interact: (use) => unlessOrphaned(() => lendTerminal(use)),
          openConsole: async (request, signal) => {
            const { openConsole } = await import('./console.ts');
            return unlessOrphaned(() => openConsole({ lendTerminal, dial, programPolicy })(request, signal));
          },
        }),
    ...(portForwards === undefined
      ? {}
      : {
          forward: async (request, signal) => {
            signal.throwIfAborted();
            return unlessOrphaned(() => portForwards.open(request));
          },
        }),
    close: http.close,
  };
};
