import type { BlueGreen } from '../model/colors/blue-green.ts';
import type { Environment } from '../model/environment.ts';
import type { Color } from '../model/spec/colors.ts';
import { type Handler, notAllowed, notFound, okJson } from './http/http-server.ts';
import type { SimulatorContext } from './http/simulator-context.ts';
import { actuatorHandler } from './spring/actuator.ts';

const colors: readonly Color[] = ['blue', 'green'];

const colorsOf = (
  view: SimulatorContext,
): { readonly env: Environment; readonly colors: BlueGreen } | undefined => {
  const env = view.model.environmentAt(view.env, view.clock.now());
  return env.parts.colors && { env, colors: env.parts.colors };
};

/** A color before the gateway: the actuator of its first process. */
export const colorHandler =
  (view: SimulatorContext, color: Color): Handler =>
  (ask) => {
    const found = colorsOf(view);
    if (found === undefined || !found.colors.isUp(color)) return 'cut';
    const running = found.env
      .instancesOf(found.colors.spec.service)
      .find((instance) => instance.running && color === found.colors.active);
    if (running !== undefined) return actuatorHandler(view, running.name)(ask);
    if (ask.method !== 'GET') return notAllowed('GET');
    switch (ask.path.join('/')) {
      case 'actuator/health':
        return okJson({ status: 'UP' });
      case 'actuator/info':
        return okJson({ build: { version: found.colors.releaseOf(color).version } });
      default:
        return notFound;
    }
  };

const activeWeight = 100;

/** A target as in Kong's Admin API. Source: Kong Gateway Admin API, "Targets". */
const targetOf = ({ spec, active }: BlueGreen, color: Color) => ({
  id: `target-${color}`,
  target: spec.targets[color],
  weight: color === active ? activeWeight : 0,
  upstream: { id: `upstream-${spec.upstream}` },
  tags: [color],
});

/** Kong's Admin API, for the calls that opsdeck makes: the targets of the upstream, and `GET /status`. */
export const kongHandler =
  (view: SimulatorContext): Handler =>
  (ask) => {
    if (ask.method !== 'GET') return notAllowed('GET');
    const found = colorsOf(view);
    const [root, name, list, target, ...rest] = ask.path;
    if (root === 'status' && name === undefined)
      return okJson({ database: { reachable: true }, server: { connections_active: 7 } });
    if (found === undefined || root !== 'upstreams' || list !== 'targets' || rest.length > 0) return notFound;
    if (name !== found.colors.spec.upstream) return notFound;
    const targets = colors.map((color) => targetOf(found.colors, color));
    if (target === undefined) return okJson({ data: targets, next: null });
    const json = targets.find(({ target: address, id }) => address === target || id === target);
    return json === undefined ? notFound : okJson(json);
  };
