import type { ServerResponse } from 'node:http';
import { runServerProgram } from '../container-tools/server-programs.ts';
import { pulledImageId } from './container-pages.ts';
import type { DaemonContext } from './daemon-context.ts';
import { type DaemonRequest, type DaemonResponse, errorReply, streamFrame } from './daemon-request.ts';
import { type Exec, runExec } from './exec-registry.ts';

/** A container that exists for one program. */
interface OneOff {
  readonly exec: Exec;
  /** Connections that receive its output. */
  readonly attached: ServerResponse[];
  /** Connections that wait for its removal. */
  readonly waiting: ServerResponse[];
}

/** The kernel ends a program with its container. */
const killed = 137;

const stringsIn = (body: object, name: string): readonly string[] => {
  const all: unknown = Reflect.get(body, name);
  return Array.isArray(all) ? all.map(String) : [];
};

/** Containers with `HostConfig.AutoRemove`, apart from the model: each runs one program and is removed. */
export class OneOffContainers {
  readonly #known = new Map<string, OneOff>();
  #made = 0;

  /** `POST /containers/create` with AutoRemove; undefined for any other container. */
  create({ compose, env, toClock }: DaemonContext, order: DaemonRequest): DaemonResponse | undefined {
    const body: object = JSON.parse(order.body === '' ? '{}' : order.body);
    if (Reflect.get(Object(Reflect.get(body, 'HostConfig')), 'AutoRemove') !== true) return undefined;
    const name = order.query.get('name') ?? '';
    const image = String(Reflect.get(body, 'Image'));
    const isPulled = [...compose.pulled].some((text) => pulledImageId(text) === image);
    // A pulled image is one of the first service of the system.
    const container = compose.containers.find((candidate) =>
      isPulled ? compose.instanceIn(candidate) !== undefined : `sha256:${candidate.id}` === image,
    );
    if (container === undefined) return errorReply(404, `No such image: ${image}`);
    this.#made += 1;
    const id = this.#made.toString(16).padStart(64, 'f');
    this.#known.set(name, {
      exec: {
        id,
        container,
        argv: [...stringsIn(body, 'Entrypoint'), ...stringsIn(body, 'Cmd')],
        variables: stringsIn(body, 'Env'),
        hasTerminal: false,
        instance: compose.instanceIn(container),
        now: env.now,
        toClock,
        server: (argv, input) => runServerProgram(env, container, argv, input),
      },
      attached: [],
      waiting: [],
    });
    return { status: 201, page: { Id: id, Warnings: [] } };
  }

  /** Requests on one of these containers; undefined for other names. */
  answer({ method, path }: DaemonRequest, response: ServerResponse): DaemonResponse | undefined {
    const [, name = '', what = ''] = path;
    const oneOff = this.#known.get(name);
    if (oneOff === undefined) return undefined;
    if (method === 'DELETE') {
      this.#end(name, oneOff, killed);
      return { status: 204 };
    }
    if (method === 'GET') return { status: 200, page: { Id: oneOff.exec.id, Name: `/${name}` } };
    switch (what) {
      case 'attach':
      case 'wait':
        response.writeHead(200);
        response.flushHeaders();
        (what === 'wait' ? oneOff.waiting : oneOff.attached).push(response);
        return 'streamed';
      case 'start':
        return this.#start(name, oneOff);
      default:
        return errorReply(404, 'page not found');
    }
  }

  #start(name: string, oneOff: OneOff): DaemonResponse {
    const reported = runExec(oneOff.exec, new Uint8Array());
    if (reported === 'hangs') return { status: 204 };
    if (reported.code === 126) {
      this.#end(name, oneOff, reported.code);
      const [program = ''] = oneOff.exec.argv;
      return errorReply(400, `exec: "${program}": executable file not found in $PATH: unknown`);
    }
    for (const [stream, output] of [[1, reported.out] as const, [2, reported.err] as const])
      if (output !== undefined && output.length > 0)
        for (const to of oneOff.attached) to.write(streamFrame(output, stream));
    this.#end(name, oneOff, reported.code);
    return { status: 204 };
  }

  #end(name: string, { attached, waiting }: OneOff, code: number): void {
    this.#known.delete(name);
    for (const response of attached) response.end();
    for (const response of waiting) response.end(JSON.stringify({ StatusCode: code }));
  }
}
