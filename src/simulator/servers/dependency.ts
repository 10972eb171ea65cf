import { notAllowed, notFound, ok } from './plain.ts';
import type { Answer, Handler } from './serve.ts';
import type { View } from './sight.ts';

/**
 * The API of a dependency: `/health`, `/version` and `POST /admin/restart`, which brings it back and answers when it
 * is back. While it is down, everything but the restart fails with 503.
 */
export const dependencyHandler =
  (view: View, name: string): Handler =>
  (ask) => {
    const env = view.model.see(view.env, view.clock.now());
    const dependency = env.dependencies.get(name);
    if (dependency === undefined) return notFound;
    const { spec } = dependency;
    const down: Answer = { status: 503, json: { status: 'down', name, error: 'not accepting connections' } };
    const delayMs = Math.round(spec.latencyMs * env.spec.slowness);
    const path = ask.path.join('/');
    if (path === 'admin/restart') {
      if (ask.method !== 'POST') return notAllowed('POST');
      dependency.up = true;
      dependency.restarts += 1;
      return ok({ status: 'up', name, restarts: dependency.restarts }, 200);
    }
    if (path !== '' && path !== 'health' && path !== 'version') return notFound;
    if (ask.method !== 'GET') return notAllowed('GET');
    if (!dependency.up) return down;
    return path === 'version'
      ? ok({ name, version: '3.13.7', env: view.env }, delayMs)
      : ok({ status: 'up', name, restarts: dependency.restarts }, delayMs);
  };
