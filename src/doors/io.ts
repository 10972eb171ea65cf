import type { Clock } from '../platform/clock.ts';
import type { AtomicFileWriter, Disk, LogFiles, ReadFiles } from '../platform/files/file-interfaces.ts';
import type { Destination, Dial } from '../platform/network/dial.ts';
import type {
  HttpAnswer,
  HttpRequest,
  HttpStream,
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

export interface ReadIoOptions {
  /** How connections are opened; absent: straight. */
  readonly dial?: Dial;
  /** How programs are run; absent: on this machine. Files are where programs are. */
  readonly remoteExec?: RemoteExec;
  /** What starts programs where `inside` does not; absent: this machine. */
  readonly programs?: Programs;
  /** Looks at each program before it is started on this machine; absent: none is looked at. */
  readonly programPolicy?: ProgramPolicy;
}

/** The reading door: nothing reachable through it changes the outside. */
export interface ReadIo {
  readonly clock: Clock;
  /**
   * A door for an operation of which a runbook's author has declared that it reads, with this door's connections and programs.
   * Its `close` leaves this door open.
   */
  declaredReads(): ChangeIo & { close(): Promise<void> };
  /** GET and HEAD only. Throws WireError. The signal ends the request and closes its socket at once. */
  get(
    request: Omit<HttpRequest, 'method' | 'body'> & { method?: 'GET' | 'HEAD' },
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /** GET whose answer comes bit by bit and may never end: a watch, a log that is followed. Throws WireError. */
  stream(request: Omit<HttpRequest, 'method' | 'body'>, signal: AbortSignal): Promise<HttpStream>;
  /**
   * The client of a declared protocol for one target, and the same one for the same target. It contacts nothing yet, and is closed
   * with this door.
   */
  readonly open: OpenReads;
  /** Connects and closes again. Throws WireError. */
  tcp(host: string, port: number, signal: AbortSignal): Promise<{ readonly latencyMs: number }>;
  /** Shakes hands and closes again; an untrusted certificate is an answer, not an error. Throws WireError. */
  tls(host: string, port: number, signal: AbortSignal, options?: TlsOptions): Promise<TlsPeer>;
  /** A connection to hand on, for a source that others are reached through. Throws WireError. */
  connect(to: Destination, signal: AbortSignal): Promise<SealedConnection>;
  /** Of this machine; of the first end of a `via:` that carries programs and files. */
  readonly files: ReadFiles;
  /** Files of this machine that are handed on as they are, and room for more. */
  readonly disk: Disk;
  /** Log files of this machine, whose lines are followed. */
  readonly logFiles: LogFiles;
  /** The files at an end of such a `via:`. */
  filesAt(end: string): ReadFiles;
  /**
   * Starts a program that the profile's author has declared to be reading, and waits for its end. Whatever it leaves
   * running is ended. Throws ProgramError when it cannot be started, does not end in time or says far too much.
   */
  run(program: Program, signal: AbortSignal): Promise<ProgramEnd>;
  /** Starts such a program and gives its lines as they come, then its end; what it leaves running is ended. Throws ProgramError. */
  follow(program: Program, signal: AbortSignal): AsyncIterable<ProgramEvent>;
  /** The same with its standard output as bytes, just as they come; it waits for a reader that is slow. Of this machine only. */
  followBytes(program: Program, signal: AbortSignal): AsyncIterable<ProgramBytes>;
  /** Ends every connection that this io holds open, and every program that it has started. */
  close(): Promise<void>;
}

/**
 * The changing door. Only `runs` is given one, and lends it to one operation for one confirmed plan;
 * after `act` has ended, the lease is over and every call throws.
 */
export interface ChangeIo {
  readonly clock: Clock;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Starts a program; its lines as they come, then its end. What it leaves running stays. When the signal aborts, its
   * whole process group is ended before this throws a ProgramError.
   */
  run(program: Program, signal: AbortSignal): AsyncIterable<ProgramEvent>;
  /** A request whose answer comes bit by bit: an image that is pulled, a program run in a container. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** A WebSocket: a program run in a pod. */
  socket(request: WebSocketRequest, signal: AbortSignal): Promise<WebSocketWire>;
  /** Replaces a file of this machine as a whole. Throws WireError. */
  put(path: string, text: string, signal: AbortSignal): Promise<void>;
  /** Begins a new file of this machine, packed by gzip if asked for; it fails where something has its name. Throws WireError. */
  draft(path: string, isPacked: boolean, signal: AbortSignal): Promise<AtomicFileWriter>;
  /** One request of a declared protocol. Throws WireError. */
  call<T, Q, A>(protocol: ChangingProtocol<T, Q, A>, target: T, request: Q, signal: AbortSignal): Promise<A>;
}
