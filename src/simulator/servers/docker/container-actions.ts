import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import { runServerProgram } from '../container-tools/server-programs.ts';
import type { DaemonContext } from './daemon-context.ts';
import { type DaemonReply, type DaemonRequest, errorReply } from './daemon-request.ts';
import type { ExecRegistry } from './exec-registry.ts';

/** `DELETE /containers/{id}?force=1` */
export const removeContainer = (
  container: ComposeContainer,
  { query }: DaemonRequest,
  { env, compose }: DaemonContext,
): DaemonReply => {
  const isForced = ['1', 'true'].includes(query.get('force') ?? '');
  if (container.isRunning && !isForced)
    return errorReply(
      409,
      `cannot remove container "/${container.name}": container is running: stop the container before removing or force remove`,
    );
  // Compose stops a container before it removes it when a service is scaled in.
  if (!compose.scaleIn(container)) container.remove(env.now);
  return { status: 204 };
};

/** 'NAME=VALUE' … of a body. */
const variablesIn = (body: string): Readonly<Record<string, string>> => {
  const env: unknown = Reflect.get(JSON.parse(body), 'Env');
  const all = Array.isArray(env) ? env.map(String) : [];
  return Object.fromEntries(
    all.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const),
  );
};

/** `POST /containers/create?name=`: under the name of a removed container, or as the next one of a service. */
export const createContainer = (
  { compose, env }: DaemonContext,
  { query, body }: DaemonRequest,
): DaemonReply => {
  const name = query.get('name') ?? '';
  if (compose.removed(name) === undefined) compose.scaleOut(name);
  const container = compose.removed(name);
  if (container === undefined)
    return compose.containers.some((composeContainer) => composeContainer.name === name)
      ? errorReply(409, `Conflict. The container name "/${name}" is already in use`)
      : errorReply(400, 'not supported by the simulator: only a removed container can be recreated');
  container.remake(env.now, variablesIn(body));
  return { status: 201, page: { Id: container.id, Warnings: [] } };
};

/** Exit statuses after signals that a process does not handle; signals that do not end a process are not listed. */
const deadly: Readonly<Record<string, number>> = { HUP: 129, INT: 130, QUIT: 131, KILL: 137, TERM: 143 };
const harmless = new Set(['USR1', 'USR2', 'WINCH', 'CONT']);

const done: DaemonReply = { status: 204 };
/** 304: already in that state. */
const unchanged: DaemonReply = { status: 304 };

const kill = (container: ComposeContainer, signal: string, now: number): DaemonReply => {
  const name = signal.replace(/^SIG/, '');
  const code = deadly[name];
  if (code === undefined && !harmless.has(name)) return errorReply(400, `Invalid signal: ${signal}`);
  if (!container.isRunning)
    return errorReply(
      409,
      `Cannot kill container: ${container.id}: Container ${container.id} is not running`,
    );
  if (code !== undefined) container.kill(now, code);
  return done;
};

const order = (
  container: ComposeContainer,
  body: string,
  execs: ExecRegistry,
  { env, compose, toClock }: DaemonContext,
): DaemonReply => {
  if (!container.isRunning) return errorReply(409, `Container ${container.id} is not running`);
  const request: unknown = JSON.parse(body);
  const [argv, envEntries] = ['Cmd', 'Env'].map((name): unknown => Reflect.get(Object(request), name));
  if (!Array.isArray(argv) || argv.length === 0) return errorReply(400, 'No exec command specified');
  const instance = compose.instanceIn(container);
  return {
    status: 201,
    page: {
      Id: execs.order({
        container,
        argv: argv.map(String),
        hasTerminal: Reflect.get(Object(request), 'Tty') === true,
        variables: Array.isArray(envEntries) ? envEntries.map(String) : [],
        instance,
        now: env.now,
        toClock,
        server: (program, input) => runServerProgram(env, container, program, input),
      }),
    },
  };
};

/** Executes an action on a container: `POST /containers/{id}/{verb}`. */
export const runContainerAction = (
  container: ComposeContainer,
  { path, query, body }: DaemonRequest,
  { execs, sight }: { readonly execs: ExecRegistry; readonly sight: DaemonContext },
): DaemonReply => {
  const { now } = sight.env;
  switch (path[2]) {
    case 'start':
      if (container.isRunning) return unchanged;
      container.start(now);
      return done;
    case 'stop':
      if (!container.isRunning) return unchanged;
      container.stop(now);
      return done;
    case 'restart':
      container.restart(now);
      return done;
    case 'kill':
      return kill(container, query.get('signal') ?? 'SIGKILL', now);
    case 'exec':
      return order(container, body, execs, sight);
    default:
      return errorReply(404, 'page not found');
  }
};
