import { type Duplex, pipeline } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { writePrivateFiles } from '../platform/files/private-files.ts';
import type { Destination, Dial } from '../platform/network/dial.ts';
import { openLoopbackListener } from '../platform/network/loopback-listener.ts';
import type { TerminalProgram } from '../platform/processes/run-in-terminal.ts';
import type { ProgramPolicy } from '../platform/program-policy.ts';
import type {
  InteractiveTerminal,
  LendTerminal,
  TerminalRunResult,
} from '../platform/terminal/interactive-terminal.ts';

/** Where the program of a console connects to. */
export interface ConsolePlace extends Destination {
  /** True: the address is the local end of the source's tunnel, so that certificates name another host. */
  readonly isTunneled: boolean;
  /** The path of a private file, by its name. */
  file(name: string): string;
}

/** An interactive program to open on a server. */
export interface ConsoleRequest {
  /** The server, as the source addresses it. */
  readonly to: Destination;
  /** Private files of the program, such as certificates. They are removed when it ends. */
  readonly files: Readonly<Record<string, string>>;
  /** The name of a private file with the certificate authorities that opsdeck trusts by default, which the program may not. */
  readonly defaultCaFile?: string;
  /** Returns the program without the variables of the terminal, which are added. */
  program(place: ConsolePlace): TerminalProgram;
  /** The equivalent command line without secrets, which names the call in the record of a run. */
  readonly typed: string;
  /** Shown before the program starts. */
  readonly greeting: string;
  /** Receives a copy of everything that is shown. */
  readonly seen?: (bytes: Uint8Array) => void;
  /** Receives the size of the terminal at the start, and after each change. */
  readonly sized?: (size: ReturnType<InteractiveTerminal['size']>) => void;
}

/** The console of a change io. Throws WireError when the program cannot be started. */
export type OpenConsole = (request: ConsoleRequest, signal: AbortSignal) => Promise<TerminalRunResult>;

interface ConsoleParts {
  readonly lendTerminal: LendTerminal;
  /** The way of the source's connections; absent: directly. */
  readonly dial?: Dial | undefined;
  readonly programPolicy?: ProgramPolicy | undefined;
}

/**
 * Variables that an interactive program takes from opsdeck's environment. Others may contain credentials of other
 * systems, which the program has no use for, and which its shell escapes (`\!`) would show.
 */
const passedVariables = new Set(
  `PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TERM COLORTERM TMPDIR EDITOR VISUAL PAGER LESS LESSCHARSET
  XDG_CONFIG_HOME XDG_STATE_HOME PGPASSFILE PSQLRC PSQL_EDITOR PSQL_HISTORY PSQL_PAGER SSL_CERT_FILE SSL_CERT_DIR`.split(
    /\s+/,
  ),
);

const terminalVariables = (own: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      value !== undefined && (passedVariables.has(name) || name.startsWith('LC_')) ? [[name, value]] : [],
    ),
  );

/** A port of this machine that leads to a server on the way of the source's connections. */
interface Relay extends AsyncDisposable {
  readonly port: number;
}

const openRelay = async (to: Destination, dial: Dial, signal: AbortSignal): Promise<Relay> => {
  const wires = new Set<Duplex>();
  const over = new AbortController();
  const connecting = AbortSignal.any([signal, over.signal]);
  const carry = async (near: Duplex): Promise<void> => {
    wires.add(near);
    near.on('error', () => {});
    try {
      const far = await dial(to, connecting);
      wires.add(far);
      pipeline(far, near, () => near.destroy());
      pipeline(near, far, () => far.destroy());
    } catch {
      // The program reports a connection that is closed at once.
      near.destroy();
    }
  };
  const listener = await openLoopbackListener(0, {
    accepted: (near) => void carry(near),
    failed: () => over.abort(),
  });
  return {
    port: listener.port,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      for (const wire of wires) wire.destroy();
      await listener.close();
    },
  };
};

/**
 * Runs the program of a console in the operator's terminal until it exits. A source with a tunnel is reached through the
 * same tunnel, at a port of 127.0.0.1 that is open as long as the program.
 */
export const openConsole =
  ({ lendTerminal, dial, programPolicy }: ConsoleParts): OpenConsole =>
  async ({ to, files, defaultCaFile, program, greeting, seen, sized }, signal) => {
    const defaultCa =
      defaultCaFile === undefined ? {} : { [defaultCaFile]: `${rootCertificates.join('\n')}\n` };
    await using kept = await writePrivateFiles({ ...files, ...defaultCa }, signal);
    await using relay = dial === undefined ? undefined : await openRelay(to, dial, signal);
    const { argv, env } = program({
      ...(relay === undefined ? to : { host: '127.0.0.1', port: relay.port }),
      isTunneled: relay !== undefined,
      file: kept.path,
    });
    await programPolicy?.check({ argv });
    return await lendTerminal((terminal) => {
      sized?.(terminal.size());
      terminal.onResize(() => sized?.(terminal.size()));
      terminal.write(greeting);
      const started = { argv, env: { ...terminalVariables(process.env), ...env } };
      return terminal.run(started, signal, (bytes) => seen?.(bytes));
    });
  };
