import { expositionText, instanceFamilies } from '../../exposition/exposition.ts';
import type { MetricFamily } from '../../exposition/metric-family.ts';
import {
  type Handler,
  type ParsedRequest,
  type RunningServer,
  type ServerReply,
  serve,
} from '../http/http-server.ts';
import { type InstanceContext, resolveInstance, type SimulatorContext } from '../http/simulator-context.ts';
import { springError } from './spring-error.ts';

const type = 'text/plain;version=0.0.4;charset=utf-8';

/** `includedNames` selects single series by full name, as in the endpoint. */
const included = (families: readonly MetricFamily[], names: ReadonlySet<string>): readonly MetricFamily[] =>
  families
    .map((family) => ({
      ...family,
      samples: family.samples.filter(
        ({ suffix }) => names.has(family.name) || names.has(`${family.name}${suffix}`),
      ),
    }))
    .filter(({ samples }) => samples.length > 0);

/** `GET /actuator/prometheus` of Spring Boot 3.5 with Micrometer: text format 0.0.4 only. */
export const prometheusPage = (
  ask: ParsedRequest,
  path: readonly string[],
  sight: InstanceContext,
): ServerReply => {
  if (path.length > 0) return springError(404, ask, sight.at);
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const names = ask.query.getAll('includedNames').flatMap((list) => list.split(','));
  const families = instanceFamilies(sight);
  const selected = names.length === 0 ? families : included(families, new Set(names));
  return { status: 200, text: expositionText(selected), type };
};

/** Serves the metrics page of one instance only; `url` is the page's address. */
export const startPromtextServer = async (
  view: SimulatorContext,
  instance: string,
): Promise<RunningServer> => {
  const handler: Handler = (ask) => {
    const sight = resolveInstance(view, instance);
    if (!sight.instance.running) return 'cut';
    const [root, page, ...path] = ask.path;
    return root === 'actuator' && page === 'prometheus'
      ? prometheusPage(ask, path, sight)
      : springError(404, ask, sight.at);
  };
  const server = await serve(handler, view.clock);
  return { ...server, url: `${server.url}/actuator/prometheus` };
};
