import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { statusText } from '../../../platform/network/status.ts';
import { toWireError, WireError } from '../../../platform/runtime/wire-error.ts';
import { isSecret } from '../../kit/values/secrets.ts';
import { entries, field, list, number, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { RefusedRequest, refusedRequest } from '../daemon/daemon.ts';
import { frameLines, parseFrames } from '../daemon/frames.ts';

/** A container for one program. */
export interface OneOffContainer {
  /** Its name, which nothing else has. */
  readonly name: string;
  readonly imageId: string;
  readonly argv: readonly string[];
  /** Compose service that it runs for. */
  readonly service?: string;
  /** ID of the container whose environment, networks and volumes it gets; absent: none. */
  readonly like?: string;
  readonly timeoutMs: Millis;
}

/** The end of its program. */
interface OneOffEnd {
  /** Absent: unknown. */
  readonly code?: number;
  readonly words: string;
  readonly ok: boolean;
}

/** Masks the value of a variable ('NAME=VALUE') that is a secret: the program may print it. */
const maskSecret = (variable: string): void => {
  const [name = '', ...value] = variable.split('=');
  if (isSecret(name, value.join('='))) secretMasker.add(value.join('='));
};

/** The body of a creation, and further networks to connect to. */
interface Creation {
  readonly body: object;
  readonly networks: readonly string[];
}

/** A network mode with its own namespace; others (host, none, container:ID) exclude further networks. */
const isOwnNetwork = (mode: string): boolean => !/^(host|none)$|^container:/.test(mode);

/** Removal by the daemon itself also works when opsdeck ends early. */
const removedAtEnd = { AutoRemove: true } as const;

/**
 * Composes the request that creates the container. Read when it is sent: the environment of a service contains secrets,
 * which no plan keeps. Throws WireError.
 */
const creationOf = async (
  daemon: Daemon,
  { imageId, argv, like, service }: OneOffContainer,
  signal: AbortSignal,
): Promise<Creation> => {
  const [program = '', ...args] = argv;
  const own = { Image: imageId, Entrypoint: [program], Cmd: args, AttachStdout: true, AttachStderr: true };
  if (like === undefined)
    return { body: { ...own, HostConfig: { ...removedAtEnd, NetworkMode: 'none' } }, networks: [] };
  const template = await daemon.getJson(`/containers/${like}/json`, signal);
  const config = field(template, 'Config');
  const mode = text(field(field(template, 'HostConfig'), 'NetworkMode')) ?? 'default';
  const networks = entries(field(field(template, 'NetworkSettings'), 'Networks')).map(([name]) => name);
  for (const variable of list(field(config, 'Env'))) maskSecret(text(variable) ?? '');
  const labels = Object.fromEntries(
    entries(field(config, 'Labels')).filter(([name]) => name === 'com.docker.compose.project'),
  );
  return {
    body: {
      ...own,
      Env: field(config, 'Env') ?? [],
      WorkingDir: field(config, 'WorkingDir') ?? '',
      User: field(config, 'User') ?? '',
      Labels: {
        ...labels,
        ...defined({ 'com.docker.compose.service': service }),
        'com.docker.compose.oneoff': 'True',
      },
      HostConfig: { ...removedAtEnd, NetworkMode: mode, VolumesFrom: [like] },
    },
    networks: isOwnNetwork(mode) ? networks.filter((name) => name !== mode) : [],
  };
};

/** The requests for one container, by its name. */
const requestsOf = (daemon: Daemon, name: string, change: ChangeIo, signal: AbortSignal) => {
  const post = async (path: string, body?: object): Promise<void> => {
    const { status, text: words } = await daemon.send(
      change,
      { method: 'POST', path, ...defined({ body }) },
      signal,
    );
    if (status < 200 || status > 299) throw refusedRequest(status, words);
  };
  const stream = async (path: string) => {
    const answer = await daemon.sendStream(change, { method: 'POST', path }, signal);
    if (answer.status !== 200) throw refusedRequest(answer.status, await answer.text());
    return answer;
  };
  return {
    create: (body: object) => post(`/containers/create?name=${name}`, body),
    connect: (network: string) =>
      post(`/networks/${encodeURIComponent(network)}/connect`, { Container: name }),
    attach: () => stream(`/containers/${name}/attach?stream=1&stdout=1&stderr=1`),
    /** Responds once the container has ended and been removed. */
    wait: () => stream(`/containers/${name}/wait?condition=removed`),
    start: () => post(`/containers/${name}/start`),
  };
};

/** Starts a created container and yields its output. Returns the exit status of its program. */
async function* course(
  { connect, attach, wait, start }: ReturnType<typeof requestsOf>,
  networks: readonly string[],
): AsyncGenerator<ActEvent, number, undefined> {
  for (const network of networks) await connect(network);
  const output = await attach();
  const end = await wait();
  await start();
  for await (const line of frameLines(parseFrames(output.chunks), { stamped: false }))
    yield { is: 'output', text: secretMasker.mask(stripControls(line.replace(/\r$/, ''))) };
  const page: unknown = JSON.parse(await end.text());
  const code = number(field(page, 'StatusCode'));
  const problem = text(field(field(page, 'Error'), 'Message')) ?? '';
  if (code === undefined || problem !== '')
    throw new WireError(
      'malformed',
      `the exit status of the program is unknown${problem === '' ? '' : `: ${problem}`}`,
    );
  return code;
}

/** Time to remove a container, below the time limit of a cancel. */
const removalMs: Millis = 5000;

/** Removes the container with its program. Describes the outcome. Never throws. */
const remove = async (daemon: Daemon, name: string, change: ChangeIo): Promise<string> => {
  const { signal, clear } = change.clock.deadline(removalMs);
  try {
    const path = `/containers/${name}?force=1&v=1`;
    const { status } = await daemon.send(change, { method: 'DELETE', path }, signal);
    // 409: the daemon is already removing it.
    if (status === 204 || status === 404 || status === 409) return 'the container was removed';
    return `the container could not be removed (${statusText(status)}): run docker rm -f ${name}`;
  } catch {
    return `the container may still be there: run docker rm -f ${name}`;
  } finally {
    clear();
  }
};

/** Runs one program in a new container, which is removed whatever happens. Throws WireError if nothing was sent. */
export async function* runOneOff(
  daemon: Daemon,
  container: OneOffContainer,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, OneOffEnd, undefined> {
  const { name, timeoutMs } = container;
  const { body, networks } = await creationOf(daemon, container, signal);
  const deadline = change.clock.deadline(timeoutMs);
  const requests = requestsOf(daemon, name, change, AbortSignal.any([signal, deadline.signal]));
  let stage: 'create' | 'created' | 'over' = 'create';
  try {
    await requests.create(body);
    stage = 'created';
    const code = yield* course(requests, networks);
    stage = 'over';
    return { code, words: `exited with status ${code}. The container was removed`, ok: code === 0 };
  } catch (error) {
    const isRefused = error instanceof RefusedRequest;
    if (isRefused && stage === 'create') return { words: error.message, ok: false };
    stage = 'over';
    const fate = await remove(daemon, name, change);
    if (isRefused) return { words: `${error.message}. ${sentenceCase(fate)}`, ok: false };
    const why =
      toWireError(error)?.kind === 'timeout'
        ? `the program had not finished after ${formatDuration(timeoutMs)}. If the program needs longer, raise timeout`
        : daemon.fault(`/containers/${name}`, error, 'POST').message;
    return {
      words: `${why}. ${sentenceCase(fate)}. Whatever the program has done until then remains`,
      ok: false,
    };
  } finally {
    deadline.clear();
    // The caller has stopped reading.
    if (stage === 'created') await remove(daemon, name, change);
  }
}
