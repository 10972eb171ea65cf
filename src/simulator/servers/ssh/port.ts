import type { Machine } from '../../model/hosts/machine.ts';
import { httpHandler } from '../http.ts';
import type { Handler } from '../serve.ts';
import type { View } from '../sight.ts';

const notOurs =
  '<!DOCTYPE HTML><html><head><title>Error response</title></head><body>Error code: 404</body></html>\n';

/** What answers at the unit's port of a machine: the service, or another process, which knows none of its pages. */
export const portHandler = (view: View, { instance, processes, spec, unit }: Machine): Handler => {
  const service = httpHandler(view, instance.name);
  return (ask) => {
    const holder = processes.listening(spec.port);
    return holder === undefined || holder.pid === unit.mainPid
      ? service(ask)
      : { status: 404, text: notOurs, type: 'text/html;charset=utf-8' };
  };
};
