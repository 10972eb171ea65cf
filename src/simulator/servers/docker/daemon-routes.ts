import type { ServerResponse } from 'node:http';
import { matcherOf } from '../../../domain/regex/matcher.ts';
import type { ComposeContainer, ContainerEvent } from '../../model/compose/compose-container.ts';
import type { ContainerLogLine } from '../../model/logs/container-log.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { createContainer, removeContainer, runContainerAction } from './container-actions.ts';
import {
  containerStats,
  containerSummary,
  daemonInfo,
  daemonVersion,
  hasTerminal,
  imageList,
  inspectContainer,
  rfc3339Nanos,
} from './container-pages.ts';
import type { ContainerPorts } from './container-ports.ts';
import type { DaemonContext } from './daemon-context.ts';
import { composeLabels, containerNamed, resolveDaemon } from './daemon-context.ts';
import type { DaemonRequest } from './daemon-request.ts';
import { type DaemonReply, type DaemonResponse, errorReply, streamFrame } from './daemon-request.ts';
import type { ExecRegistry } from './exec-registry.ts';
import type { OneOffContainers } from './one-off-containers.ts';

const followIntervalMs = 200;
/** Past lines per write: one write per line takes most of the time of a long log. */
const linesAtOnce = 200;

/** `GET /containers/{id}/logs`; with `follow`, new lines until the container ends. */
const answerLogs = (
  view: SimulatorContext,
  container: ComposeContainer,
  query: URLSearchParams,
  response: ServerResponse,
): void => {
  const sight = resolveDaemon(view);
  const isTerminal = hasTerminal(sight, container);
  const since = 1000 * Number(query.get('since') ?? 0);
  const isTimed = query.get('timestamps') === '1';
  const framed = ({ at, text }: ContainerLogLine): string | Buffer => {
    const line = `${isTimed ? `${rfc3339Nanos(sight.toClock(at))} ` : ''}${text}`;
    return isTerminal ? `${line}\r\n` : streamFrame(`${line}\n`, /\bERROR\b/.test(text) ? 2 : 1);
  };
  response.writeHead(200);
  response.flushHeaders();
  const tail = query.get('tail') ?? 'all';
  const last = tail === 'all' ? {} : { last: Number(tail) };
  const until = query.has('until') ? 1000 * Number(query.get('until')) : Number.POSITIVE_INFINITY;
  // `tail` applies to all lines, before `until` is applied.
  const past = container.log
    .read({ since: view.model.toModel(since), ...last })
    .filter(({ at }) => sight.toClock(at) <= until);
  for (let from = 0; from < past.length; from += linesAtOnce)
    response.write(
      Buffer.concat(past.slice(from, from + linesAtOnce).map((line) => Buffer.from(framed(line)))),
    );
  if (query.get('follow') !== '1' || !container.isRunning) {
    response.end();
    return;
  }
  const leave = container.log.follow((line) => response.write(framed(line)));
  // The model advances only when it is read.
  const stop = view.clock.every(followIntervalMs, () => {
    resolveDaemon(view);
    if (!container.isRunning) response.end();
  });
  response.once('close', () => {
    stop();
    leave();
  });
};

/** An unknown image is an error in the stream with status 200, as the real daemon may do. */
const answerPull = (sight: DaemonContext, { query }: DaemonRequest, response: ServerResponse): void => {
  const image = query.get('fromImage') ?? '';
  const tag = query.get('tag') ?? 'latest';
  const name = `${image}:${tag}`;
  const hadIt = imageList(sight).some(({ RepoTags }) => RepoTags[0] === name);
  const isThere = hadIt || sight.compose.spec.registry?.includes(name) === true;
  if (isThere && !hadIt) sight.compose.pulled.add(name);
  const error = `manifest for ${name} not found: manifest unknown`;
  const last = isThere
    ? { status: `Status: ${hadIt ? 'Image is up to date' : 'Downloaded newer image'} for ${name}` }
    : { errorDetail: { message: error }, error };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write(`${JSON.stringify({ status: `Pulling from ${image}`, id: tag })}\r\n`);
  response.end(`${JSON.stringify(last)}\r\n`);
};

/** Routes under `/images`. */
const answerImages = (
  sight: DaemonContext,
  order: DaemonRequest,
  response: ServerResponse,
): DaemonResponse => {
  const { method, path } = order;
  if (method === 'POST' && path[1] === 'create') {
    answerPull(sight, order, response);
    return 'streamed';
  }
  if (method !== 'GET' || path.at(-1) !== 'json') return errorReply(404, 'page not found');
  if (path.length === 2) return { status: 200, page: imageList(sight) };
  const name = path.slice(1, -1).join('/');
  const image = imageList(sight).find(({ RepoTags }) => RepoTags[0] === name);
  return image === undefined
    ? errorReply(404, `no such image: ${name}: No such image: ${name}`)
    : { status: 200, page: { ...image, RepoDigests: [], Created: rfc3339Nanos(1000 * image.Created) } };
};

const lookEveryMs = 100;

const written = (sight: DaemonContext, container: ComposeContainer, event: ContainerEvent): string => {
  const time = sight.toClock(event.at);
  return `${JSON.stringify({
    status: event.action,
    id: container.id,
    from: container.image,
    Type: 'container',
    Action: event.action,
    Actor: {
      ID: container.id,
      Attributes: {
        ...composeLabels(sight, container),
        image: container.image,
        name: container.name,
        ...(event.exitCode === undefined ? {} : { exitCode: String(event.exitCode) }),
      },
    },
    scope: 'local',
    time: Math.floor(time / 1000),
    timeNano: Math.round(time * 1e6),
  })}\n`;
};

const msOf = (query: URLSearchParams, name: string): number | undefined =>
  query.has(name) ? 1000 * Number(query.get(name)) : undefined;

/**
 * `GET /events`: events since `since` and until `until`; without `until`, indefinitely. All label filters must match.
 */
const answerEvents = (view: SimulatorContext, query: URLSearchParams, response: ServerResponse): void => {
  const since = msOf(query, 'since') ?? view.clock.now();
  const until = msOf(query, 'until') ?? Number.POSITIVE_INFINITY;
  const labels = filterIn(query, 'label');
  const reported = new Set<ContainerEvent>();
  const sendEvents = (): void => {
    const sight = resolveDaemon(view);
    const events = sight.compose.containers
      .filter((container) => labels.every((label) => hasLabel(composeLabels(sight, container), label)))
      .flatMap((container) => container.events.map((event) => ({ container, event })))
      .filter(({ event }) => {
        const time = sight.toClock(event.at);
        return time >= since && time <= until && !reported.has(event);
      })
      .sort((a, b) => a.event.at - b.event.at);
    for (const { container, event } of events) {
      reported.add(event);
      response.write(written(sight, container, event));
    }
    if (until <= sight.at) response.end();
  };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  response.once('close', view.clock.every(lookEveryMs, sendEvents));
  sendEvents();
};

const filterIn = (query: URLSearchParams, name: string): readonly string[] => {
  const filters: unknown = JSON.parse(query.get('filters') ?? '{}');
  const values: unknown = typeof filters === 'object' && filters !== null ? Reflect.get(filters, name) : [];
  return Array.isArray(values) ? values.map(String) : [];
};

const hasLabel = (labels: Readonly<Record<string, string>>, label: string): boolean => {
  const index = label.indexOf('=');
  return index < 0 ? Object.hasOwn(labels, label) : labels[label.slice(0, index)] === label.slice(index + 1);
};

/** `GET /containers/json`: all label filters and at least one name pattern must match. */
const listed = (sight: DaemonContext, { query }: DaemonRequest): readonly object[] => {
  const labels = filterIn(query, 'label');
  const names = filterIn(query, 'name').map((pattern) => matcherOf(pattern));
  return sight.compose.containers
    .map((container) => containerSummary(sight, container))
    .filter(({ Labels }) => labels.every((label) => hasLabel(Labels, label)))
    .filter(({ Names: [name = ''] }) => names.length === 0 || names.some((matcher) => matcher.test(name)))
    .filter(({ State }) => ['1', 'true'].includes(query.get('all') ?? '') || State === 'running');
};

/** Daemon state outside the model. */
export interface DaemonServices {
  readonly view: SimulatorContext;
  readonly execs: ExecRegistry;
  readonly oneOffs: OneOffContainers;
  readonly ports: ContainerPorts;
}

const notFound = errorReply(404, 'page not found');
const good = (page: unknown): DaemonReply => ({ status: 200, page });

const ofContainer = async (
  { view, execs, oneOffs, ports }: DaemonServices,
  order: DaemonRequest,
  response: ServerResponse,
): Promise<DaemonResponse> => {
  const sight = resolveDaemon(view);
  const [, name = '', what = ''] = order.path;
  const container = containerNamed(sight, name);
  if (container === undefined)
    return oneOffs.answer(order, response) ?? errorReply(404, `No such container: ${name}`);
  if (order.method === 'DELETE') return removeContainer(container, order, sight);
  if (order.method === 'POST') return runContainerAction(container, order, { execs, sight });
  switch (what) {
    case 'json':
      return good(inspectContainer(sight, container, await ports.of(sight, container)));
    case 'stats':
      return good(containerStats(sight, container));
    case 'logs':
      answerLogs(view, container, order.query, response);
      return 'streamed';
    default:
      return notFound;
  }
};

const ofExec = (
  execs: ExecRegistry,
  [, id = '', what = '']: readonly string[],
  response: ServerResponse,
): DaemonResponse => {
  const page = execs.page(id);
  if (page === undefined) return errorReply(404, `No such exec instance: ${id}`);
  if (what === 'json') return good(page);
  if (what === 'resize') return good({});
  if (what !== 'start') return notFound;
  // Docker hijacks the connection, also without a request for an upgrade: the end of the stream closes it.
  response.writeHead(200, { 'Content-Type': 'application/vnd.docker.raw-stream', Connection: 'close' });
  response.flushHeaders();
  execs.start(id, response);
  return 'streamed';
};

/** Handles one Engine API request, for the calls that opsdeck makes. */
export const answerDaemonRequest = async (
  parts: DaemonServices,
  order: DaemonRequest,
  response: ServerResponse,
): Promise<DaemonResponse> => {
  const [first = '', second = ''] = order.path;
  const sight = resolveDaemon(parts.view);
  switch (first) {
    case '_ping':
      response.writeHead(200, {
        'Api-Version': daemonVersion.ApiVersion,
        'Content-Type': 'text/plain; charset=utf-8',
      });
      response.end('OK');
      return 'streamed';
    case 'version':
      return good(daemonVersion);
    case 'info':
      return good(daemonInfo(sight));
    case 'events':
      answerEvents(parts.view, order.query, response);
      return 'streamed';
    case 'images':
      return answerImages(sight, order, response);
    case 'exec':
      return ofExec(parts.execs, order.path, response);
    case 'containers':
      if (second === 'create' && order.method === 'POST')
        return parts.oneOffs.create(sight, order) ?? createContainer(sight, order);
      return second === 'json' ? good(listed(sight, order)) : ofContainer(parts, order, response);
    default:
      return notFound;
  }
};
