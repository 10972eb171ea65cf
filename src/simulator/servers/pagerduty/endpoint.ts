import type { Handler } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { pagerdutyHandler } from './api.ts';
import { IncidentStore } from './store.ts';

/** PagerDuty with the incidents of an environment. */
export const pagerdutyOf = (view: SimulatorContext): Handler => {
  const store = new IncidentStore(view.clock);
  const handler = pagerdutyHandler(store);
  return (ask) => {
    const { pager } = view.model.environmentAt(view.env, view.clock.now()).parts;
    for (const { at, page } of pager?.takePages() ?? [])
      store.create({
        ...page,
        service: pager?.spec.service ?? { id: '', summary: '' },
        agoMs: Math.max(0, view.clock.now() - view.model.toClock(at)),
      });
    const reply = handler(ask);
    if (store.incidents.every(({ status }) => status === 'resolved')) pager?.close();
    return reply;
  };
};
