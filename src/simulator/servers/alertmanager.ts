import { monitorFor } from '../monitoring/monitor.ts';
import { defaultReceiver, inhibitRule, listAlerts } from './alertmanager/alerts.ts';
import { listSilences, postSilence, silenceById } from './alertmanager/silences.ts';
import { goPageNotFound, methodNotAllowed, rfc3339 } from './http/go-api.ts';
import {
  type Handler,
  type ParsedRequest,
  type RunningServer,
  type ServerReply,
  serve,
} from './http/http-server.ts';
import type { SimulatorContext } from './http/simulator-context.ts';

const config = `route:
  receiver: ${defaultReceiver}
  group_by:
  - alertname
inhibit_rules:
- source_matchers:
  - severity="${inhibitRule.source}"
  target_matchers:
  - severity="${inhibitRule.target}"
  equal:
  - ${inhibitRule.equal}
receivers:
- name: ${defaultReceiver}
`;

const statusOf = (startedAt: number): ServerReply => ({
  status: 200,
  json: {
    cluster: { peers: [], status: 'disabled' },
    config: { original: config },
    uptime: rfc3339(startedAt),
    versionInfo: {
      branch: 'embedded',
      buildDate: '20221222-00:00:00',
      buildUser: 'opsdeck',
      goVersion: 'none',
      revision: 'embedded',
      version: '0.25.0',
    },
  },
});

const notAllowed = (ask: ParsedRequest, allow: readonly string[]): ServerReply => ({
  status: 405,
  json: { code: 405, message: `method ${ask.method} is not allowed, but [${allow.join(',')}] are` },
  headers: { Allow: allow.join(',') },
});

/** An endpoint under `/api/v2` and its methods. */
interface Page {
  readonly allow: readonly string[];
  answer(): ServerReply;
}

const pageOf = (
  ask: ParsedRequest,
  path: readonly string[],
  view: SimulatorContext,
  startedAt: number,
): Page | undefined => {
  const [name = '', id = '', ...rest] = path;
  if (rest.length > 0) return undefined;
  if (id !== '')
    return name === 'silence'
      ? { allow: ['GET', 'DELETE'], answer: () => silenceById(ask, id, view) }
      : undefined;
  const pages: Readonly<Record<string, Page>> = {
    alerts: { allow: ['GET'], answer: () => listAlerts(ask, view) },
    silences: {
      allow: ['GET', 'POST'],
      answer: () => (ask.method === 'GET' ? listSilences(ask, view) : postSilence(ask, view)),
    },
    status: { allow: ['GET'], answer: () => statusOf(startedAt) },
  };
  return pages[name];
};

const api = (ask: ParsedRequest, page: Page | undefined): ServerReply => {
  if (page === undefined)
    return { status: 404, json: { code: 404, message: `path ${ask.rawPath} was not found` } };
  return page.allow.includes(ask.method) ? page.answer() : notAllowed(ask, page.allow);
};

/** Alertmanager 0.25's API v2 over the firing alerts of the model, without v1, posting of alerts, and groups. */
export const alertmanagerHandler = (view: SimulatorContext): Handler => {
  monitorFor(view);
  const startedAt = view.clock.now();
  return (ask) => {
    view.model.environmentAt(view.env, view.clock.now());
    const [first, second, ...path] = ask.path;
    if (first === 'api' && second === 'v2') return api(ask, pageOf(ask, path, view, startedAt));
    const isProbe = first === '-' && (second === 'healthy' || second === 'ready') && path.length === 0;
    if (!isProbe) return goPageNotFound;
    return ask.method === 'GET' ? { status: 200, text: 'OK' } : methodNotAllowed('GET, HEAD, OPTIONS');
  };
};

/** Serves the Alertmanager of one environment only; `url` has no path. */
export const startAlertmanagerServer = (view: SimulatorContext): Promise<RunningServer> =>
  serve(alertmanagerHandler(view), view.clock);
