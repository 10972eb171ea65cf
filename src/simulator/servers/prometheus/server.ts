import { monitorOf } from '../../monitoring/monitor.ts';
import { type Answer, type Ask, type Handler, type RunningServer, serve } from '../serve.ts';
import type { View } from '../sight.ts';
import { instantQuery, rangeQuery } from './query.ts';
import { formOf, methodNotAllowed, pageNotFound } from './reply.ts';
import { alerts, buildInfo, rules, targets } from './state.ts';

type Page = (ask: Ask, view: View) => Answer;

/** Pages that also take a POST. */
const queries: Readonly<Record<string, Page>> = {
  'api/v1/query': (ask, view) => instantQuery(formOf(ask), view),
  'api/v1/query_range': (ask, view) => rangeQuery(formOf(ask), view),
};

const pages: Readonly<Record<string, Page>> = {
  'api/v1/alerts': (_, view) => alerts(view),
  'api/v1/rules': (ask, view) => rules(ask.query, view),
  'api/v1/status/buildinfo': () => buildInfo,
  'api/v1/targets': (_, view) => targets(view),
};

const probes: Readonly<Record<string, Page>> = {
  '-/healthy': () => ({ status: 200, text: 'Prometheus Server is Healthy.\n' }),
  '-/ready': () => ({ status: 200, text: 'Prometheus Server is Ready.\n' }),
};

/** Prometheus 2.42's API over what was scraped of the model: queries, targets, alerts and rules. */
export const prometheusHandler = (view: View): Handler => {
  monitorOf(view);
  return (ask) => {
    view.model.see(view.env, view.clock.now());
    const path = ask.path.join('/');
    const query = queries[path];
    if (query !== undefined)
      return ask.method === 'GET' || ask.method === 'POST'
        ? query(ask, view)
        : methodNotAllowed('GET, OPTIONS, POST');
    const page = pages[path] ?? probes[path];
    if (page === undefined) return pageNotFound;
    const allow = probes[path] === undefined ? 'GET, OPTIONS' : 'GET, HEAD, OPTIONS';
    return ask.method === 'GET' ? page(ask, view) : methodNotAllowed(allow);
  };
};

/** Serves the Prometheus of one environment alone; `url` has no path. It scrapes from now on, and knows the hour before. */
export const startPrometheusServer = (view: View): Promise<RunningServer> =>
  serve(prometheusHandler(view), view.clock);
