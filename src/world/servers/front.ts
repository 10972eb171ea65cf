import type { Handler } from './serve.ts';
import { serviceHandler } from './service.ts';
import type { View } from './sight.ts';

/** The public address of a service that runs on several hosts: it passes on to the first one that answers; none is a 502. */
export const frontHandler =
  (view: View, service: string): Handler =>
  (ask) => {
    const env = view.model.see(view.env, view.clock.now());
    const running = env.instancesOf(service).find((instance) => instance.running);
    if (running !== undefined) return serviceHandler(view, running.name)(ask);
    return { status: 502, text: 'no host answers\n' };
  };
