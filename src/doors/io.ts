import type { PortForward } from '../domain/runbooks/port-forward.ts';
import type { AtomicFileWriter, Disk, LogFiles, ReadFiles } from '../platform/files/file-interfaces.ts';
import type { Destination, Dial } from '../platform/network/dial.ts';
import type {
  HttpAnswer,
  HttpRequest,
  HttpStream,
  HttpUpgrade,
  TlsOptions,
  TlsPeer,
  WebSocketRequest,
  WebSocketWire,
} from '../platform/network/http-messages.ts';
import type { SealedConnection } from '../platform/network/sealed.ts';
import type { Program, ProgramBytes, ProgramEnd, ProgramEvent } from '../platform/processes/program.ts';
import type { Programs } from '../platform/processes/programs.ts';
import type { ProgramPolicy } from '../platform/program-policy.ts';
import type { ChangingProtocol, OpenReads } from '../platform/protocol.ts';
import type { RemoteExec } from '../platform/remote-exec/remote-exec.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { LendTerminal } from '../platform/terminal/interactive-terminal.ts';
import type { OpenConsole } from './console.ts';
import type { ForwardRequest, PortForwards } from './port-forwards.ts';

export interface ReadIoOptions {
  /** Opens connections; absent: directly. */
  readonly dial?: Dial;
  /** Runs programs; absent: on this machine. Files are read where programs run. */
  readonly remoteExec?: RemoteExec;
  /** Starts programs where `remoteExec` does not; absent: this machine. */
  readonly programs?: Programs;
  /** Checks each program before it starts on this machine; absent: no check. */
  readonly programPolicy?: ProgramPolicy;
  /** Lends the terminal to an operation; absent: there is none to lend. */
  readonly lendTerminal?: LendTerminal;
  /** Directory for files that operations keep; absent: there is none. */
  readonly stateDir?: string;
  /** Keeps port-forwards open; absent: the process ends with its run. */
  readonly portForwards?: PortForwards;
}

/** The io for reads: nothing reachable through it changes the outside. */
export interface ReadIo {
  readonly clock: Clock;
  /**
   * Opens the io for an operation that the runbook's author has declared read-only. It uses the connections and
   * programs of this io; its `close` leaves this io open.
   */
  declaredReads(): ChangeIo & { close(): Promise<void> };
  /** Sends a GET or HEAD request. Throws WireError. The signal ends the request and closes its socket at once. */
  get(
    request: Omit<HttpRequest, 'method' | 'body'> & { method?: 'GET' | 'HEAD' },
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /** Sends a GET whose response is streamed and may never end, such as a watch or a followed log. Throws WireError. */
  stream(request: Omit<HttpRequest, 'method' | 'body'>, signal: AbortSignal): Promise<HttpStream>;
  /**
   * Returns the client of a declared protocol, one per target. Opening it contacts nothing; it is closed with this
   * io.
   */
  readonly open: OpenReads;
  /** Connects and closes again. Throws WireError. */
  tcp(host: string, port: number, signal: AbortSignal): Promise<{ readonly latencyMs: number }>;
  /**
   * Performs a TLS handshake and closes again. An untrusted certificate is a result, not an error. Throws WireError.
   */
  tls(host: string, port: number, signal: AbortSignal, options?: TlsOptions): Promise<TlsPeer>;
  /** Opens a connection for a source that tunnels others. Throws WireError. */
  connect(to: Destination, signal: AbortSignal): Promise<SealedConnection>;
  /** The files of this machine, or of the first tunnel endpoint that carries programs and files. */
  readonly files: ReadFiles;
  /** Binary reads and free space of this machine's disk. */
  readonly disk: Disk;
  /** The state directory of opsdeck, for files that operations keep. Absent: there is none. */
  readonly stateDir?: string;
  /** Log files of this machine that can be followed. */
  readonly logFiles: LogFiles;
  /** The files at a tunnel endpoint of `via:`. */
  filesAt(end: string): ReadFiles;
  /**
   * Starts a program that the profile's author has declared read-only, and waits for its end. Child processes that it
   * leaves are killed. Throws ProgramError when it cannot be started, times out or prints too much.
   */
  run(program: Program, signal: AbortSignal): Promise<ProgramEnd>;
  /**
   * Starts such a program and yields its lines as they come, then its end. Child processes that it leaves are killed.
   * Throws ProgramError.
   */
  follow(program: Program, signal: AbortSignal): AsyncIterable<ProgramEvent>;
  /** As `follow`, with standard output as raw bytes and backpressure for slow readers. This machine only. */
  followBytes(program: Program, signal: AbortSignal): AsyncIterable<ProgramBytes>;
  /** Returns the path of a program in the PATH of this machine; undefined if it is not installed. Starts nothing. */
  findProgram(name: string): Promise<string | undefined>;
  /** Closes every connection of this io and ends every program that it started. */
  close(): Promise<void>;
}

/**
 * The io for changes. Only `runs` receives one, and lends it to one operation for one confirmed plan. The lease ends
 * with `act`; after that every call throws.
 */
export interface ChangeIo {
  readonly clock: Clock;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Starts a program; yields its lines as they come, then its end. Child processes that it leaves keep running. When
   * the signal aborts, its whole process group is killed before this throws a ProgramError.
   */
  run(program: Program, signal: AbortSignal): AsyncIterable<ProgramEvent>;
  /** Sends a request whose response is streamed, such as an image pull or a program in a container. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Asks a server to switch the connection to raw bytes, such as those of a program in a container. */
  upgrade(request: HttpRequest, signal: AbortSignal): Promise<HttpUpgrade>;
  /** Opens a WebSocket, such as a program in a pod. */
  socket(request: WebSocketRequest, signal: AbortSignal): Promise<WebSocketWire>;
  /** Replaces a whole file of this machine atomically. Throws WireError. */
  put(path: string, text: string, signal: AbortSignal): Promise<void>;
  /**
   * Starts a new file of this machine, compressed with gzip if `isPacked`. Fails if the name is taken. Throws
   * WireError.
   */
  draft(path: string, isPacked: boolean, signal: AbortSignal): Promise<AtomicFileWriter>;
  /**
   * Lends the operator's terminal, for a shell. Throws WireError when it is not available. Absent: the process has none
   * to lend.
   */
  readonly interact?: LendTerminal;
  /**
   * Runs an interactive program of this machine in the operator's terminal, such as `psql`. Throws WireError when it
   * cannot be started. Absent: the process has no terminal to lend.
   */
  readonly openConsole?: OpenConsole;
  /**
   * Opens a port-forward on 127.0.0.1, which outlives the lease. Throws WireError. Absent: the process does not outlive
   * the run.
   */
  readonly forward?: (request: ForwardRequest, signal: AbortSignal) => Promise<PortForward>;
  /** Sends one request of a declared protocol. Throws WireError. */
  call<T, Q, A>(protocol: ChangingProtocol<T, Q, A>, target: T, request: Q, signal: AbortSignal): Promise<A>;
}
