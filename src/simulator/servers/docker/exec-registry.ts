import type { Millis } from '../../../domain/base/fault.ts';
import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import {
  checkHealth,
  checkHealthPath,
  type FileToolContext,
  runFileTool,
  type ToolOutput,
} from '../container-tools/file-tools.ts';
import { createInteractiveShell } from '../container-tools/interactive-shell.ts';
import { logFiles, textFile } from '../container-tools/log-files.ts';
import { streamFrames } from './daemon-request.ts';

/** A command created for a container. */
export interface Exec {
  readonly id: string;
  readonly container: ComposeContainer;
  readonly argv: readonly string[];
  /** 'NAME=VALUE' each. */
  readonly variables: readonly string[];
  /** True: it has a terminal. */
  readonly hasTerminal: boolean;
  /** The service process in the container; undefined in a dependency's container. */
  readonly instance: ServiceInstance | undefined;
  /** Model time. */
  readonly now: Millis;
  toClock(time: Millis): Millis;
  /** Programs of the server in the container; undefined for other commands. */
  server(argv: readonly string[], input: Uint8Array): ToolOutput | undefined;
}

const notFound = (program: string): ToolOutput => ({
  out: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown\r\n`,
  code: 126,
});

/** File system of a container. */
const viewOf = ({ container, instance, toClock }: Exec): FileToolContext => {
  const { service, log, startedAt } = container;
  const check = { ...textFile(checkHealthPath, '#!/bin/sh\n', startedAt), runnable: true as const };
  return {
    files: [...logFiles(service, log, startedAt), ...(instance === undefined ? [] : [check])],
    toClock,
  };
};

/** Where the output of an exec goes. */
export interface ExecSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** java(1) prints its version to stderr. */
const javaVersion =
  'openjdk version "24.0.2" 2025-07-15\nOpenJDK Runtime Environment (build 24.0.2+12-54)\nOpenJDK 64-Bit Server VM (build 24.0.2+12-54, mixed mode, sharing)\n';

/** Programs available in every container; 'hangs' for one that does not end. */
export const runExec = (exec: Exec, input: Uint8Array): ToolOutput | 'hangs' => {
  const { container, argv, instance, now } = exec;
  const [program = '', ...rest] = argv;
  switch (program.split('/').at(-1)) {
    case 'true':
      return { code: 0 };
    case 'false':
      return { code: 1 };
    case 'sleep':
      return 'hangs';
    case 'cat':
      return rest.length === 0 ? { out: input, code: 0 } : catFile(rest, viewOf(exec));
    case 'echo':
      return { out: `${rest.join(' ')}\n`, code: 0 };
    case 'hostname':
      return { out: `${container.id.slice(0, 12)}\n`, code: 0 };
    case 'java':
      return instance === undefined ? notFound(program) : { err: javaVersion, code: 0 };
    case 'check-health':
      return instance === undefined ? notFound(program) : checkHealth(instance, now);
    default:
      return exec.server(argv, input) ?? runFileTool(argv, viewOf(exec)) ?? notFound(program);
  }
};

/** cat(1): `FILE…`. */
const catFile = (paths: readonly string[], { files }: FileToolContext): ToolOutput => {
  const found = paths.map((path) => files.find((file) => file.path === path));
  const missing = paths.filter((_, index) => found[index] === undefined);
  return {
    out: Buffer.concat(found.map((file) => file?.part(0, file.sizeBytes) ?? new Uint8Array())),
    err: missing.map((path) => `cat: ${path}: No such file or directory\n`).join(''),
    code: missing.length === 0 ? 0 : 1,
  };
};

/** The OPSDECK_RUN mark whose processes a script ends: `sh -c SCRIPT sh PID MARK`; undefined for other programs. */
const markToEnd = ([program, , script = '', , , mark]: readonly string[]): string | undefined =>
  program === 'sh' && script.includes('m=OPSDECK_RUN=$2') ? mark : undefined;

/** A shell's exit status after SIGTERM. */
const terminated = 143;
/** The kernel ends it with its container. */
const killed = 137;

/** Created execs and their results. */
export class ExecRegistry {
  readonly #known = new Map<string, Exec>();
  readonly #ended = new Map<string, number>();
  /** Running execs with their clients; without a client they continue. */
  readonly #running = new Map<string, ExecSink>();

  order(exec: Omit<Exec, 'id'>): string {
    const id = (this.#known.size + 1).toString(16).padStart(64, '0');
    this.#known.set(id, { ...exec, id });
    return id;
  }

  /** `GET /exec/{id}/json` */
  page(id: string): object | undefined {
    const exec = this.#known.get(id);
    if (exec === undefined) return undefined;
    if (!exec.container.isRunning) this.#end(id, killed);
    return {
      ID: id,
      Running: this.#running.has(id),
      ExitCode: this.#ended.get(id) ?? null,
      ContainerID: exec.container.id,
    };
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  hasTerminal(id: string): boolean {
    return this.#known.get(id)?.hasTerminal === true;
  }

  /** Starts a shell on a terminal. Returns the receiver of what is typed. */
  startShell(id: string, response: ExecSink): (typed: string) => void {
    const exec = this.#known.get(id);
    if (exec === undefined) return () => {};
    this.#running.set(id, response);
    const write = (text: string): void => response.write(Buffer.from(text));
    const run = (argv: readonly string[]) => {
      const outcome = runExec({ ...exec, argv }, new Uint8Array());
      if (outcome === 'hangs' || outcome.code === 126) return undefined;
      return { ...outcome, ...(outcome.err === undefined ? {} : { err: String(outcome.err) }) };
    };
    const shell = createInteractiveShell('/ # ', run, { write, exit: (code) => this.#end(id, code) });
    return shell.input;
  }

  /** Runs an exec with this stdin and writes its output. */
  start(id: string, response: ExecSink, input: Uint8Array = new Uint8Array()): void {
    const exec = this.#known.get(id);
    if (exec === undefined) return;
    const mark = markToEnd(exec.argv);
    const reported = mark === undefined ? runExec(exec, input) : this.#endMarked(exec.container, mark);
    if (reported === 'hangs') this.#running.set(id, response);
    else {
      this.#ended.set(id, reported.code);
      for (const [stream, output] of [[1, reported.out] as const, [2, reported.err] as const])
        if (output !== undefined && output.length > 0) response.write(streamFrames(output, stream));
      response.end();
    }
  }

  #endMarked(container: ComposeContainer, mark: string): ToolOutput {
    for (const id of [...this.#running.keys()]) {
      const exec = this.#known.get(id);
      if (exec?.container === container && exec.variables.includes(`OPSDECK_RUN=${mark}`))
        this.#end(id, terminated);
    }
    return { code: 0 };
  }

  #end(id: string, code: number): void {
    const response = this.#running.get(id);
    if (response === undefined) return;
    this.#running.delete(id);
    this.#ended.set(id, code);
    response.end();
  }
}
