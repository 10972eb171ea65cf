import { dependencyHandler } from './dependency.ts';
import { edgeHandler } from './edge.ts';
import { type Handler, type RunningServer, serve } from './serve.ts';
import { serviceHandler } from './service.ts';
import type { View } from './sight.ts';

/** What plain HTTP servers there are: the edge in front of an environment, a dependency's own API, an instance's API. */
export const httpHandler = (view: View, of: string): Handler => {
  if (of === 'edge') return edgeHandler(view);
  const isDependency = view.model.spec.dependencies.some(({ name }) => name === of);
  return isDependency ? dependencyHandler(view, of) : serviceHandler(view, of);
};

/** Serves one of them alone: 'edge', a dependency's name, or an instance's. `url` has no path. */
export const startHttpServer = (view: View, of: string): Promise<RunningServer> =>
  serve(httpHandler(view, of), view.clock);
